import type { GradientText } from "../../trace/op.js";
import type { Step, Trace } from "../../trace/trace.js";
import { symbolOfStep } from "../names.js";
import type { Ref, StepDescription } from "../recorder.js";
import { hasRole, type StepRole } from "../steps.js";

/** What gradients are called, and what is said of them. */
export interface GradientWords {
  /** "Q" for a step or input by its id; where there is none, its id is written. */
  symbol(id: string): string | undefined;
  /** What the part of the gradient `id` is called that comes by way of what a step takes at place `to`, where that has a name. */
  part(step: Step, to: number, id: string): string | undefined;
  /** What else is said of the gradient `id`. */
  describe(id: string): Partial<Pick<StepDescription, "view" | "notes">>;
}

/** How the gradient by a step or input is written: "dQ"; as it is called, where that has no symbol: "d-q-rotated". */
export function gradientSymbol(id: string, words: GradientWords): string {
  const symbol = words.symbol(id);
  return symbol === undefined ? `d-${id}` : `d${symbol}`;
}

/** A gradient, and what it is by: an input when there is no step. */
interface Named {
  readonly id: string;
  readonly ref: Ref;
  readonly of: Step | undefined;
  /** Of a part, the step by way of which it comes. */
  readonly by?: Step | undefined;
}

/** What a gradient says of itself. */
export function describeGradient(
  { id, ref, of, by }: Named,
  { formula, notes = [] }: GradientText,
  words: GradientWords,
): StepDescription {
  const more = words.describe(id);
  const symbol = by ? id : gradientSymbol(of?.id ?? ref.key, words);
  const title = `Gradient of ${plainTitle(of?.title ?? ref.key)}`;
  return {
    id,
    title: by ? `${title} by way of ${by.id}` : title,
    axes: ref.axes,
    formula: `${symbol} = ${formula}`,
    ...more,
    notes: [...notes, ...(more.notes ?? [])],
    role: of?.role && `d-${of.role}`,
  };
}

/** A title within a sentence: "Scaled scores" becomes "scaled scores", and "Q (projected query)" stays. */
const plainTitle = (title: string) =>
  /^[A-Z][a-z]/.test(title) ? title[0].toLowerCase() + title.slice(1) : title;

/** What stands for inputs in formulas, as the papers write it. */
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

/** Steps in which a row is met several times on its way through a norm. */
const OF_NORM: readonly StepRole[] = ["normalised", "norm-mean", "norm-variance", "norm-mean-square"];

/** The parts of the gradient by something that is used as it is for query, key or value: x in self-attention. */
const PARTS = ["d-query", "d-key"] as const;

/** How gradients of an attention are called and what is said of them. */
export function attentionWords({ steps }: Pick<Trace, "steps">): GradientWords {
  const isLocal = steps.some((step) => hasRole(step, "falloff"));
  return {
    symbol: (id) => symbolOfStep(id) ?? INPUT_SYMBOLS[id],
    part(step, to, id) {
      if (OF_NORM.some((role) => hasRole(step, role))) return `${id}-from-${step.id}`;
      if (hasRole(step, "scores")) return PARTS[to];
      return hasRole(step, "context") && to === 1 ? "d-value" : undefined;
    },
    describe(id) {
      if (id === "d-scores") return { view: "similarity" };
      if (id !== "d-row-dots" || isLocal) return {};
      const output = steps.some((step) => hasRole(step, "concatenation")) ? "C" : "O";
      return {
        notes: [`δ_i is also Σ_c d${output}_ic ${output}_ic, since ${output} = α V and dα = d${output} Vᵀ`],
      };
    },
  };
}
