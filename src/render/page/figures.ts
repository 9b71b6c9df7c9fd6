import { present } from "../../math/lists.js";
import type { Shape } from "../../math/matrix.js";
import { findStep, keysOfResult, type Step, scopeText, shapeOf, type Trace } from "../../trace/trace.js";
import { MOST_BESIDE } from "./layout.js";

// Finds what a page draws of a run, from the views, roles and shapes of its steps.

/** One attention: rows are queries, columns are keys. Matrices are drawn where they meet. */
export interface Crossed {
  readonly kind: "crossed";
  readonly scope: string;
  /** `left`: left of the scores, with a row per query. `above`: above them, with a row or a column per key. */
  readonly left?: string;
  readonly above?: string;
  readonly isTurned: boolean;
  readonly scores: string;
  /** The steps from the scores up to the input of the weights. */
  readonly band: readonly string[];
  readonly weights: string;
  /** The weights after dropout or other changes. */
  readonly after: readonly string[];
  readonly values?: string;
  readonly output?: string;
}

/** A matrix times several others. They are drawn above it, with the products below them. */
export interface Products {
  readonly kind: "products";
  readonly scope: string;
  readonly left: string;
  readonly columns: readonly {
    readonly above: string;
    readonly isTurned: boolean;
    /** A row that is added to every row. */
    readonly added?: string;
    readonly result: string;
  }[];
}

/** Other steps, in order. */
export interface Others {
  readonly kind: "others";
  readonly scope: string;
  readonly keys: readonly string[];
}

export type Figure = Crossed | Products | Others;

/** Returns the keys of all matrices in a figure. */
export function keysOf(figure: Figure): readonly string[] {
  if (figure.kind === "others") return figure.keys;
  if (figure.kind === "products") {
    const { left, columns } = figure;
    return present([left, ...columns.flatMap(({ above, added, result }) => [above, added, result])]);
  }
  const { left, above, scores, band, weights, after, values, output } = figure;
  return present([left, above, scores, ...band, weights, ...after, values, output]);
}

/** Finds all figures of a run, in the order of its steps. */
export function findFigures(trace: Trace): readonly Figure[] {
  const crossed = trace.steps.flatMap((step) => findCrossed(trace, step) ?? []);
  // The keys that belong only to one figure.
  const inner = new Map(
    crossed.flatMap((figure) => {
      const { scores, band, weights, after, output } = figure;
      return present([scores, ...band, weights, ...after, output]).map((key) => [key, figure] as const);
    }),
  );
  const outer = new Set(crossed.flatMap(({ left, above, values }) => [left, above, values]));
  const used = new Set([...trace.steps.flatMap(({ inputs }) => inputs), ...keysOfResult(trace.results)]);
  const figureOf = (step: Step): Figure | undefined => {
    if (!step.isKept || step.view === "row-summary" || step.view === "margin") return undefined;
    const own = inner.get(step.key);
    if (own) return own;
    // The columns of one head are shown in the figure of that head.
    if (outer.has(step.key) && step.op.name === "slice") return undefined;
    const product = productOf(trace, step);
    if (product || step.inputs.length === 0 || !used.has(step.key)) return product;
    return { kind: "others", scope: scopeText(step.scope), keys: [step.key] };
  };
  const figures: Figure[] = [];
  for (const step of trace.steps) {
    const figure = figureOf(step);
    if (!figure || figures.includes(figure)) continue;
    const longer = joined(figures.at(-1), figure);
    if (longer) figures.pop();
    figures.push(longer ?? figure);
  }
  // A step that is used only in a product is drawn at its left.
  const lefts = new Set(figures.flatMap((figure) => (figure.kind === "products" ? [figure.left] : [])));
  return figures.flatMap((figure): Figure[] => {
    if (figure.kind !== "others") return [figure];
    const keys = figure.keys.filter((key) => !lefts.has(key));
    return keys.length > 0 ? [{ ...figure, keys }] : [];
  });
}

/** Joins a figure with the next one if they belong together. Otherwise returns undefined. */
function joined(before: Figure | undefined, next: Figure): Figure | undefined {
  if (before?.scope !== next.scope) return undefined;
  if (before.kind === "others" && next.kind === "others")
    return { ...before, keys: [...before.keys, ...next.keys] };
  if (before.kind !== "products" || next.kind !== "products") return undefined;
  const hasRoom = before.left === next.left && before.columns.length < MOST_BESIDE;
  return hasRoom ? { ...before, columns: [...before.columns, ...next.columns] } : undefined;
}

const PRODUCTS: readonly string[] = ["matmul", "matmul-transposed"];

function productOf(trace: Trace, step: Step): Products | undefined {
  const [left, above, added] = step.inputs;
  if (!PRODUCTS.includes(step.op.name) || above === undefined) return undefined;
  if (![left, above].every((key) => isShown(trace, key))) return undefined;
  const isTurned = step.op.name === "matmul-transposed";
  const column = { above, isTurned, added, result: step.key };
  return { kind: "products", scope: scopeText(step.scope), left, columns: [column] };
}

/** Whether the numbers are available. */
const isShown = (trace: Trace, key: string): boolean => findStep(trace, key)?.isKept ?? true;

/** Finds the attention whose weights are this step. */
function findCrossed(trace: Trace, weights: Step): Crossed | undefined {
  if (weights.op.name !== "normalize-rows" || weights.view !== "distribution" || !weights.isKept)
    return undefined;
  const isOfPairs = (shape: Shape) => shape.rows === weights.shape.rows && shape.cols === weights.shape.cols;
  const band: string[] = [];
  let key = weights.inputs[0];
  for (let step = findStep(trace, key); step && step.role !== "scores"; step = findStep(trace, key)) {
    const [before] = step.inputs;
    const isProduct = PRODUCTS.includes(step.op.name) && step.inputs.length > 1;
    if (before === undefined || !isOfPairs(shapeOf(trace, before)) || isProduct) break;
    band.unshift(key);
    key = before;
  }
  const scores = findStep(trace, key);
  const [left, above] = scores?.inputs ?? [];
  const { rows, cols } = weights.shape;
  const hasLeft = left !== undefined && shapeOf(trace, left).rows === rows && isShown(trace, left);
  const isTurned = scores?.op.name !== "matmul";
  const ofKeys = above === undefined ? undefined : shapeOf(trace, above)[isTurned ? "rows" : "cols"];
  const hasAbove = hasLeft && ofKeys === cols && isShown(trace, above);
  // A square output has the shape of the weights, too, and so do gradients.
  const after = trace.steps.filter(
    ({ id, inputs, shape, view, op }) =>
      !id.startsWith("d-") &&
      inputs[0] === weights.key &&
      isOfPairs(shape) &&
      view === "matrix" &&
      inputs.length > 1 &&
      !PRODUCTS.includes(op.name),
  );
  const last = after.at(-1)?.key ?? weights.key;
  const output = trace.steps.find(({ inputs, op }) => inputs[0] === last && PRODUCTS.includes(op.name));
  return {
    kind: "crossed",
    scope: scopeText(weights.scope),
    ...(hasLeft && { left }),
    ...(hasAbove && { above }),
    isTurned,
    scores: key,
    band,
    weights: weights.key,
    after: after.map((step) => step.key),
    ...(output?.isKept &&
      isShown(trace, output.inputs[1]) && { values: output.inputs[1], output: output.key }),
  };
}
