import type { GradientText, Node } from "../../trace/op.js";
import type { Step } from "../../trace/trace.js";
import { symbolOfStep } from "../names.js";
import type { Ref, StepDescription } from "../recorder.js";
import { hasRole, type StepRole } from "../steps.js";

/** Returns the symbol of a step or input in formulas: "Q". Undefined if it has none; then its id is written. */
export type SymbolOf = (id: string) => string | undefined;

/** Symbols as papers write them. */
export const paperSymbol: SymbolOf = (id) => symbolOfStep(id) ?? INPUT_SYMBOLS[id];

/** Returns how the gradient of a step or input is written: "dQ", or "d-q-rotated" if it has no symbol. */
export function gradientSymbol(id: string, symbolOf: SymbolOf): string {
  const symbol = symbolOf(id);
  return symbol === undefined ? `d-${id}` : `d${symbol}`;
}

/** A gradient and what it belongs to: a step, or an input if `of` is undefined. */
interface NamedGradient {
  readonly id: string;
  readonly ref: Ref;
  readonly of: Node | undefined;
  /** For a part of a gradient: the step that it comes from. */
  readonly by?: Node | undefined;
}

/** Returns the description of a gradient. */
export function describeGradient(
  { id, ref, of, by }: NamedGradient,
  { formula, notes }: GradientText,
  symbolOf: SymbolOf,
): StepDescription {
  const symbol = by ? id : gradientSymbol(of?.id ?? ref.key, symbolOf);
  const title = `Gradient of ${plainTitle(of?.title ?? ref.key)}`;
  return {
    id,
    title: by ? `${title} by way of ${by.id}` : title,
    axes: ref.axes,
    formula: `${symbol} = ${formula}`,
    view: id === "d-scores" ? "similarity" : undefined,
    notes,
    role: of?.role && `d-${of.role}`,
  };
}

/** Writes a title inside a sentence: "Scaled scores" becomes "scaled scores", and "Q (projected query)" stays. */
const plainTitle = (title: string) =>
  /^[A-Z][a-z]/.test(title) ? title[0].toLowerCase() + title.slice(1) : title;

/** Symbols of inputs in formulas, as papers write them. */
export const INPUT_SYMBOLS: Readonly<Partial<Record<string, string>>> = {
  query: "Q",
  key: "K",
  value: "V",
  x: "X",
  dropoutMask: "M",
  wq: "W^Q",
  wk: "W^K",
  wv: "W^V",
  wo: "W^O",
  bq: "b^Q",
  bk: "b^K",
  bv: "b^V",
  bo: "b^O",
  wa: "W_a",
  ua: "U_a",
  va: "v_a",
  wc: "W_c",
  norm1: "γ₁",
  norm1Bias: "β₁",
  norm2: "γ₂",
  norm2Bias: "β₂",
  queryNorm: "γ_q",
  keyNorm: "γ_k",
  w1: "W₁",
  b1: "b₁",
  w2: "W₂",
  b2: "b₂",
  w3: "W₃",
  b3: "b₃",
};

/** The steps of a norm, which uses a row several times. */
const OF_NORM: readonly StepRole[] = ["normalised", "norm-mean", "norm-variance", "norm-mean-square"];

/** Names for the parts of a gradient, if one matrix is both query and key: x in self-attention. */
const PARTS = ["d-query", "d-key"] as const;

/** Returns the name of the part of gradient `id` that comes from input number `to` of a step, if it has a name. */
export function nameOfPart(step: Step, to: number, id: string): string | undefined {
  if (hasRole(step, ...OF_NORM)) return `${id}-from-${step.id}`;
  if (hasRole(step, "scores")) return PARTS[to];
  return hasRole(step, "context") && to === 1 ? "d-value" : undefined;
}

/** Returns a note on the row dots of a softmax. Local weights are not the softmax alone, so theirs have none. */
export function notesOnRowDots(steps: readonly Step[]): readonly string[] {
  if (steps.some((step) => hasRole(step, "falloff"))) return [];
  const output = steps.some((step) => hasRole(step, "concatenation")) ? "C" : "O";
  return [`δ_i is also Σ_c d${output}_ic ${output}_ic, since ${output} = α V and dα = d${output} Vᵀ`];
}
