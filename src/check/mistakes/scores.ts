import { mapCells, transpose } from "../../math/matrix.js";
import { multiply } from "../../math/product.js";
import { matmulTransposed } from "../../ops/product.js";
import { computeStep, matrixOf } from "../../trace/trace.js";
import { alteringAt } from "./alter.js";
import { type Mistake, mistakesAt } from "./mistake.js";

// What is done wrong in Q Kᵀ.

const scoring = mistakesAt("scores", "S = Q Kᵀ");

export const scoresTransposed = scoring({
  id: "scores-transposed",
  title: "The scores are transposed: K Qᵀ was computed.",
  fix: "Row i belongs to query i: cell [i, j] is q_i · k_j.",
  apply: alteringAt("scores", (step) => {
    const { rows, cols } = step.output();
    return rows === cols ? { compute: (inputs) => transpose(computeStep(step, inputs)) } : undefined;
  }),
});

export const scoresNegated = scoring({
  id: "scores-negated",
  title: "The scores have the wrong sign.",
  fix: "A score is q · k as it comes: the more alike, the larger.",
  apply: alteringAt("scores", (step) => ({
    compute: (inputs) => mapCells(computeStep(step, inputs), (score) => 0 - score),
  })),
});

export const SCORE_MISTAKES: readonly Mistake[] = [
  scoresTransposed,
  scoresNegated,
  scoring({
    id: "key-not-transposed",
    title: "Q was multiplied by K, not by K transposed.",
    fix: "Multiply each row of Q by each row of K.",
    apply: alteringAt("scores", (step, trace) => {
      const [query, key] = step.inputs.map((input) => matrixOf(trace, input));
      if (step.op.name !== matmulTransposed.name || query.cols !== key.rows) return undefined;
      return { compute: ([q, k]) => multiply(q, k) };
    }),
  }),
];
