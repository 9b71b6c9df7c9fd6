import { mapCells, transpose } from "../../math/matrix.js";
import { multiply } from "../../math/product.js";
import { matmulTransposed } from "../../ops/product.js";
import { computeStep, matrixOf } from "../../trace/trace.js";
import { alterStep } from "./alter.js";
import type { Mistake } from "./mistake.js";

// What is done wrong in Q Kᵀ.

const FORMULA = "S = Q Kᵀ";

export const scoresTransposed: Mistake = {
  id: "scores-transposed",
  step: "scores",
  title: "The scores are transposed: K Qᵀ was computed.",
  formula: FORMULA,
  fix: "Row i belongs to query i: cell [i, j] is q_i · k_j.",
  apply: ({ trace }) =>
    alterStep(trace, "scores", (step) => {
      const { rows, cols } = step.output();
      return rows === cols ? { compute: (inputs) => transpose(computeStep(step, inputs)) } : undefined;
    }),
};

export const scoresNegated: Mistake = {
  id: "scores-negated",
  step: "scores",
  title: "The scores have the wrong sign.",
  formula: FORMULA,
  fix: "A score is q · k as it comes: the more alike, the larger.",
  apply: ({ trace }) =>
    alterStep(trace, "scores", (step) => ({
      compute: (inputs) => mapCells(computeStep(step, inputs), (score) => 0 - score),
    })),
};

export const keyNotTransposed: Mistake = {
  id: "key-not-transposed",
  step: "scores",
  title: "Q was multiplied by K, not by K transposed.",
  formula: FORMULA,
  fix: "Multiply each row of Q by each row of K.",
  apply: ({ trace }) =>
    alterStep(trace, "scores", (step) => {
      const [query, key] = step.inputs.map((input) => matrixOf(trace, input));
      if (step.op.name !== matmulTransposed.name || key.rows !== key.cols || query.cols !== key.rows)
        return undefined;
      return { compute: ([q, k]) => multiply(q, k) };
    }),
};

export const SCORE_MISTAKES: readonly Mistake[] = [scoresTransposed, scoresNegated, keyNotTransposed];
