import { keyIn, type Scope, scopeText } from "../trace/scope.js";
import { keyOf, type Overview, type Step, type Trace } from "../trace/trace.js";
import { type Block, paragraph, type TableView, type TitledPicture } from "./document.js";
import { type PictureView, pictureKind } from "./picture.js";
import { describeNumbers, numbersOf } from "./step.js";

/** The steps of an overview, each id in every scope beside each other; and how the others are seen. */
export function describeOverview(
  trace: Trace,
  { scopes, ids }: Overview,
  view: TableView & PictureView,
): Block[] {
  const parts = ids.map((id) => {
    const keys = scopes.map((scope) => keyIn(scope, id));
    return trace.steps.filter((step) => keys.includes(keyOf(step)));
  });
  return [
    ...parts.flatMap((steps) => describeBeside(steps, trace, view)),
    { kind: "outline", lines: [{ level: 0, spans: [{ text: howToSeeMore(scopes, ids), tone: "dim" }] }] },
  ];
}

const howToSeeMore = (scopes: readonly Scope[], ids: readonly string[]) =>
  `Every step of each: --steps all. One number explained: --why '${keyIn(scopes.at(-1) ?? [], ids[0])}[0,0]'.`;

function describeBeside(steps: readonly Step[], trace: Trace, view: TableView & PictureView): Block[] {
  if (steps.length === 0) return [];
  const [{ title, axes }] = steps;
  const tables = steps.map((step) => ({
    title: scopeText(step.scope),
    block: describeNumbers(step, trace, view),
  }));
  const maps = scopedMaps(steps, view);
  return [
    { kind: "heading", level: 2, title, shape: `${axes[0].name} × ${axes[1].name}` },
    ...notesOf(steps).map((note) => paragraph(note, "dim")),
    { kind: "gallery", pictures: tables },
    ...(maps.length > 0 ? [{ kind: "gallery", pictures: maps } as const] : []),
  ];
}

/** What is remarked on these steps, once with all the scopes it is said of. */
function notesOf(steps: readonly Step[]): string[] {
  const notes = new Set(steps.flatMap((step) => step.notes));
  return Array.from(notes, (note) => {
    const scopes = steps.filter((step) => step.notes.includes(note)).map(({ scope }) => scopeText(scope));
    return `${scopes.join(", ")}: ${note}`;
  });
}

/** The heat maps of a distribution that every scope has: they are best seen beside each other. */
export function scopedMaps(steps: readonly Step[], view: TableView & PictureView): readonly TitledPicture[] {
  const scoped = steps.filter(({ scope }) => scope.length > 0);
  const kind = scoped.some((step) => step.view === "distribution") ? "distribution" : "similarity";
  if (pictureKind(kind, view.plot) !== "heatmap") return [];
  return scoped
    .filter((step) => step.view === kind)
    .map((step) => ({
      title: scopeText(step.scope),
      block: { kind: "heatmap", ...numbersOf(step, view) },
    }));
}
