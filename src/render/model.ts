import { setting } from "../errors.js";
import { matrixFromRows } from "../math/matrix.js";
import { type FactValue, findStep, keyIn, type Trace } from "../trace/trace.js";
import {
  type Block,
  heading,
  line,
  outline,
  pairsOf,
  paragraph,
  type Span,
  type TableView,
} from "./document.js";
import { chooseFormat } from "./number.js";
import { type PictureView, pictureKind } from "./picture.js";

// Summarises a run of a whole model before its steps. It reads only the facts of the run, which are public.

/** A token with its probability. */
export interface PredictedToken {
  readonly token: string;
  readonly probability: number;
}

/** The pattern of a head. */
export interface NamedHead {
  readonly layer: number;
  readonly head: number;
  readonly attention?: keyof typeof ATTENTIONS;
  readonly pattern: string;
  readonly share: number;
}

/** Describes the tokens, what comes next, what each head does, and one picture of all heads. */
export function describeModel(trace: Trace, view: TableView & PictureView): Block[] {
  const hasSource = factOf(trace, "decoderIds") !== undefined;
  return [
    ...describeTokens(trace, hasSource ? "Source" : "Tokens", "ids", "tokens"),
    ...(hasSource ? describeTokens(trace, "Target", "decoderIds", "decoderTokens") : []),
    ...describeGenerated(trace),
    ...describeNext(trace, view),
    ...describeLens(trace),
    ...describeHeads(listOf<NamedHead>(trace, "heads")),
    ...describePicture(trace, view),
    ...describeLoss(trace, view),
    outline([line(seeMore(trace), "dim")]),
  ];
}

/** Returns a fact of the run by name. */
export function factOf(trace: Trace, name: string): FactValue | undefined {
  return Object.hasOwn(trace.facts, name) ? trace.facts[name].value : undefined;
}

/** Returns a fact that is a list. */
export function listOf<T>(trace: Trace, name: string): readonly T[] {
  const value = factOf(trace, name);
  return Array.isArray(value) ? (value as readonly T[]) : [];
}

function describeTokens(trace: Trace, title: string, ofIds: string, ofTokens: string): Block[] {
  const tokens = listOf<string>(trace, ofTokens);
  const ids = listOf<number>(trace, ofIds);
  return [
    heading(title),
    { kind: "paragraph", spans: ids.flatMap((id, at) => describeToken(id, tokens[at], at)) },
  ];
}

/** Writes a token with its id. All except the first come after a dot. */
function describeToken(id: number, token: string | undefined, at: number): Span[] {
  const dot: Span[] = at === 0 ? [] : [{ text: " · ", tone: "dim" }];
  if (token === undefined) return [...dot, { text: String(id), tone: "plain" }];
  return [...dot, { text: token, tone: "strong" }, { text: ` ${id}`, tone: "dim" }];
}

function describeGenerated(trace: Trace): Block[] {
  const generated = factOf(trace, "generated");
  if (typeof generated !== "object" || !("ids" in generated)) return [];
  const text = "text" in generated ? String(generated.text) : String(generated.ids);
  return [heading("Continuation"), paragraph(text)];
}

/** Describes what the model predicts at its last position, or for each masked token. */
function describeNext(trace: Trace, view: TableView): Block[] {
  const next = listOf<PredictedToken>(trace, "next");
  const filled = listOf<{ readonly position: number; readonly next: readonly PredictedToken[] }>(
    trace,
    "filled",
  );
  if (next.length === 0) return [];
  if (filled.length > 0) {
    return filled.flatMap((place) =>
      describePrediction(`Prediction for the mask at position ${place.position}`, "masked", place.next, view),
    );
  }
  const isMasked = factOf(trace, "filled") !== undefined;
  const title = isMasked ? "Prediction at the last position: no token is masked" : "Next token";
  return describePrediction(title, isMasked ? "last" : "next", next, view);
}

function describePrediction(
  title: string,
  name: string,
  next: readonly PredictedToken[],
  view: TableView,
): Block[] {
  return [
    heading(title, { shape: "most likely tokens, with probabilities" }),
    {
      kind: "bars",
      matrix: matrixFromRows([next.map(({ probability }) => probability)]),
      axes: [
        { name: "next", labels: [name] },
        { name: "token", labels: next.map(({ token }) => token) },
      ],
      view,
    },
  ];
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

function describeLens(trace: Trace): Block[] {
  const lens = listOf<{ readonly layer: number; readonly next: readonly PredictedToken[] }>(
    trace,
    "logitLens",
  );
  if (lens.length === 0) return [];
  const pairs = lens.map(({ layer, next }) => ({
    name: `layer ${layer}`,
    value: next.map(({ token, probability }) => `${token} ${percent(probability)}`).join("  "),
  }));
  return [heading("Prediction of each layer"), pairsOf(pairs)];
}

/** The names of attentions in a model with an encoder and a decoder. */
const ATTENTIONS = {
  encoder: (layer: number) => `encoder layer ${layer}`,
  decoder: (layer: number) => `decoder layer ${layer}`,
  cross: (layer: number) => `decoder layer ${layer} to source`,
} as const;

const layerName = ({ attention, layer }: NamedHead) =>
  attention ? ATTENTIONS[attention](layer) : `layer ${layer}`;

function describeHeads(heads: readonly NamedHead[]): Block[] {
  if (heads.length === 0) return [];
  const pairs = [...new Set(heads.map(layerName))].map((name) => ({
    name,
    value: heads
      .filter((one) => layerName(one) === name)
      .map(({ head, pattern, share }) => `${head} ${pattern} ${percent(share)}`)
      .join(" · "),
  }));
  return [
    heading("What each head does", { shape: "with the share of its weight on that pattern" }),
    pairsOf(pairs),
  ];
}

/** The steps that show the weights of all heads as tiles, with their titles. */
const PICTURES: Readonly<Record<string, string>> = {
  "all-weights": "All heads",
  "encoder/all-weights": "All heads of the encoder",
  "decoder/all-weights": "All heads of the decoder",
  "decoder/all-cross-weights": "All heads from the decoder to the source",
};

function describePicture(trace: Trace, { precision, full, plot }: TableView & PictureView): Block[] {
  if (pictureKind("distribution", plot) !== "heatmap") return [];
  return Object.entries(PICTURES).flatMap(([key, title]): Block[] => {
    const step = findStep(trace, key);
    if (!step) return [];
    return [
      heading(title, { shape: "one row per layer, one column per head" }),
      { kind: "heatmap", matrix: step.output(), axes: step.axes, view: { precision, full } },
    ];
  });
}

/** Describes the loss, if there is one. Its gradients are steps, as many as in the forward pass. */
function describeLoss({ results, steps }: Trace, { precision }: TableView): Block[] {
  const step = steps.find(({ key }) => key === results.loss);
  if (!step) return [];
  const { data } = step.output();
  return [
    heading("Loss", { shape: step.formula }),
    paragraph(`L = ${chooseFormat([data], precision)(data[0])}`),
  ];
}

function seeMore({ steps, results }: Trace): string {
  const scope = steps.find(({ role }) => role === "weights")?.scope ?? [];
  const gradient = results.gradients
    ? ` One gradient: ${setting("why")} '${keyIn(scope, "d-scores")}[1,0]' ${setting("depth")} 3.`
    : "";
  return `One head: ${setting("layer")} 0 ${setting("head")} 0. Every step: ${setting("steps")} all. One number explained: ${setting("why")} '${keyIn(scope, "weights")}[1,0]' ${setting("depth")} 3.${gradient}`;
}
