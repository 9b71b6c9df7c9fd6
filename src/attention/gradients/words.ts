import type { Trace } from "../../trace/trace.js";
import { symbolOfStep } from "../names.js";
import { hasRole, type StepRole } from "../steps.js";
import type { GradientWords } from "./names.js";

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
