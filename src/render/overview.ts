import { setting } from "../setting-names.js";
import { keyIn, scopeText } from "../trace/scope.js";
import type { Overview, Step, Trace } from "../trace/trace.js";
import { type Block, type Gallery, heading, paragraph, type TitledPicture } from "./document.js";
import { linesOf } from "./height.js";
import { type PictureView, pictureKind } from "./picture.js";
import { describeNumbers, type NumbersView, numbersOf } from "./step.js";

/** With more lines than this the tables beside each other are left to those who ask. */
const MOST_TABLE_LINES = 24;
/** All maps of a gallery together get so many lines. */
const MOST_MAP_LINES = 34;
/** Maps in a row, and lines of one that are no rows of it. */
const BESIDE = 4;
const LINES_AROUND = 5;
const MOST_PICTURES = 12;

/** The steps of this id that an overview sees beside each other. */
export function stepsBeside(
  trace: Pick<Trace, "steps">,
  { scopes, beside = scopes }: Overview,
  id: string,
): readonly Step[] {
  const keys = new Set(beside.map((scope) => keyIn(scope, id)));
  return trace.steps.filter((step) => keys.has(step.key) && step.isKept);
}

/** Steps of one id beside each other: their tables where those are small, and their maps. */
export function describeBeside(
  steps: readonly Step[],
  trace: Trace,
  view: NumbersView & PictureView,
): Block[] {
  if (steps.length === 0) return [];
  const [{ title, formula, axes }] = steps;
  const first = steps.slice(0, MOST_PICTURES);
  const rowsOfMaps = Math.ceil(first.length / BESIDE);
  const mostRows = Math.max(4, Math.floor(MOST_MAP_LINES / rowsOfMaps) - LINES_AROUND);
  const maps = scopedMaps(first, view).map(({ title: name, block }) => ({
    title: name,
    block: block.kind === "heatmap" ? { ...block, mostRows } : block,
  }));
  const more = steps.length - first.length;
  return [
    heading(title, { formula, shape: `${axes[0].name} × ${axes[1].name}` }),
    ...notesOf(steps).map((note) => paragraph(note, "dim")),
    ...galleryOfTables(first, trace, view, maps.length > 0),
    ...(maps.length > 0 ? [{ kind: "gallery", pictures: maps } as const] : []),
    ...(more > 0
      ? [
          paragraph(
            `${more} more, up to ${scopeText(steps[steps.length - 1].scope)}: ${setting("steps")} all`,
            "dim",
          ),
        ]
      : []),
  ];
}

/** The tables, as far as there is room; none where maps say it and there is not room for all. */
function galleryOfTables(steps: readonly Step[], trace: Trace, view: NumbersView, hasMaps: boolean): Block[] {
  const all: Gallery = {
    kind: "gallery",
    pictures: steps.map((step) => ({
      title: scopeText(step.scope),
      block: describeNumbers(step, trace, view),
    })),
  };
  if (linesOf([all]) <= MOST_TABLE_LINES) return [all];
  if (hasMaps) return [];
  const counts = Array.from(steps.keys()).reverse();
  const count = counts.find(
    (many) => linesOf([{ ...all, pictures: all.pictures.slice(0, many) }]) <= MOST_TABLE_LINES,
  );
  const pictures = all.pictures.slice(0, Math.max(1, count ?? 1));
  return [
    { kind: "gallery", pictures },
    paragraph(`${steps.length - pictures.length} more tables: ${setting("steps")} all`, "dim"),
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
export function scopedMaps(
  steps: readonly Step[],
  view: NumbersView & PictureView,
): readonly TitledPicture[] {
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
