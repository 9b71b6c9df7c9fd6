import { matrixFromRows } from "../math/matrix.js";
import { keyIn } from "../trace/scope.js";
import { type FactValue, findStep, type Trace } from "../trace/trace.js";
import { type Block, type OutlineLine, paragraph, type Span, type TableView } from "./document.js";
import { chooseFormat } from "./number.js";
import { type PictureView, pictureKind } from "./picture.js";
import { tableView } from "./step.js";

// What a run of a whole model says before any step of it is looked at. It is read off the facts of the run, which are public.

interface Told {
  readonly token: string;
  readonly probability: number;
}

interface NamedHead {
  readonly layer: number;
  readonly head: number;
  readonly pattern: string;
  readonly share: number;
}

/** The tokens, what comes next, what each head does, and one picture of all heads. */
export function describeModel(trace: Trace, view: TableView & PictureView): Block[] {
  const tokens = listOf<string>(trace, "tokens");
  const ids = listOf<number>(trace, "ids");
  return [
    heading("Tokens"),
    { kind: "paragraph", spans: ids.flatMap((id, at) => describeToken(id, tokens[at], at)) },
    ...describeGenerated(trace),
    ...describeNext(trace, view),
    ...describeLens(trace),
    ...describeHeads(listOf<NamedHead>(trace, "heads")),
    ...describePicture(trace, view),
    ...describeLoss(trace, view),
    { kind: "outline", lines: seeMore(trace) },
  ];
}

const heading = (title: string, shape?: string): Block => ({
  ...{ kind: "heading", level: 2, title },
  ...(shape !== undefined && { shape }),
});

function factOf(trace: Trace, name: string): FactValue | undefined {
  return Object.hasOwn(trace.facts, name) ? trace.facts[name].value : undefined;
}

/** A fact that is a list, as the recipe of models states it. */
function listOf<T>(trace: Trace, name: string): readonly T[] {
  const value = factOf(trace, name);
  return Array.isArray(value) ? (value as readonly T[]) : [];
}

/** A piece with its id, behind a dot when it is not the first. */
function describeToken(id: number, token: string | undefined, at: number): Span[] {
  const dot: Span[] = at === 0 ? [] : [{ text: " · ", tone: "dim" }];
  if (token === undefined) return [...dot, { text: String(id), tone: "plain" }];
  return [...dot, { text: token, tone: "strong" }, { text: ` ${id}`, tone: "dim" }];
}

function describeGenerated(trace: Trace): Block[] {
  const generated = factOf(trace, "generated");
  if (typeof generated !== "object" || !("ids" in generated)) return [];
  const text = "text" in generated ? String(generated.text) : String(generated.ids);
  return [heading("How it goes on"), paragraph(text)];
}

function describeNext(trace: Trace, view: TableView): Block[] {
  const next = listOf<Told>(trace, "next");
  if (next.length === 0) return [];
  return [
    heading("What comes next", "likeliest pieces, with probabilities"),
    {
      ...{ kind: "bars", matrix: matrixFromRows([next.map(({ probability }) => probability)]) },
      axes: [
        { name: "next", labels: ["next"] },
        { name: "token", labels: next.map(({ token }) => token) },
      ],
      view: tableView(view),
    },
  ];
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

function describeLens(trace: Trace): Block[] {
  const lens = listOf<{ readonly layer: number; readonly next: readonly Told[] }>(trace, "logitLens");
  if (lens.length === 0) return [];
  const pairs = lens.map(({ layer, next }) => ({
    name: `layer ${layer}`,
    value: next.map(({ token, probability }) => `${token} ${percent(probability)}`).join("  "),
  }));
  return [heading("What each layer would predict"), { kind: "pairs", pairs }];
}

function describeHeads(heads: readonly NamedHead[]): Block[] {
  if (heads.length === 0) return [];
  const layers = [...new Set(heads.map(({ layer }) => layer))];
  const pairs = layers.map((layer) => ({
    name: `layer ${layer}`,
    value: heads
      .filter((one) => one.layer === layer)
      .map(({ head, pattern, share }) => `${head} ${pattern} ${percent(share)}`)
      .join(" · "),
  }));
  return [
    heading("What each head does", "with the share of its weight that lies there"),
    { kind: "pairs", pairs },
  ];
}

/** The step in which the weights of all heads are tiles. */
const PICTURE = "all-weights";

function describePicture(trace: Trace, { precision, full, plot }: TableView & PictureView): Block[] {
  const step = findStep(trace, PICTURE);
  if (!step || pictureKind("distribution", plot) !== "heatmap") return [];
  return [
    heading("All heads", "layers below each other, heads beside each other"),
    { kind: "heatmap", matrix: step.output(), axes: step.axes, view: { precision, full } },
  ];
}

/** The loss, where there is one; its gradients are steps as many as those of the way there. */
function describeLoss({ results, steps }: Trace, { precision }: TableView): Block[] {
  const step = steps.find(({ key }) => key === results.loss);
  if (!step) return [];
  const { data } = step.output();
  return [heading("Loss", step.formula), paragraph(`L = ${chooseFormat([data], precision)(data[0])}`)];
}

function seeMore({ steps, results }: Trace): readonly OutlineLine[] {
  const scope = steps.find(({ role }) => role === "weights")?.scope ?? [];
  const gradient = results.gradients
    ? ` One gradient: --why '${keyIn(scope, "d-scores")}[1,0]' --depth 3.`
    : "";
  const line = `One head: --layer 0 --head 0. Every step: --steps all. One number explained: --why '${keyIn(scope, "weights")}[1,0]' --depth 3.${gradient}`;
  return [{ level: 0, spans: [{ text: line, tone: "dim" }] }];
}
