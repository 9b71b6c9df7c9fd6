import { powersOf, scoresOfRow } from "../row-scores.js";
import { type KernelMistake, type Suspicion, type Variant, withWeighting } from "./kernel-mistake.js";

// The softmax over the axis of heads: the weights of all heads for one key add up to 1, and not those of all keys.

const overHeads = ({ tasks }: Suspicion): Variant => {
  let known: { readonly row: number; readonly of: readonly Float64Array[] } | undefined;
  const scoresOf = (row: number) => {
    if (known?.row !== row) known = { row, of: tasks.map((task) => scoresOfRow(task, row)) };
    return known.of;
  };
  return withWeighting((scores, _, row) => {
    const all = scoresOf(row);
    return scores.map((score, j) => {
      if (score === Number.NEGATIVE_INFINITY) return 0;
      const { sum, maximum } = powersOf(Float64Array.from(all, (own) => own[j]));
      return Math.exp(score - maximum) / sum;
    });
  });
};

export const softmaxOverHeads: KernelMistake = {
  id: "softmax-over-heads",
  step: "weights",
  title: "The softmax ran over the heads, not over the keys.",
  formula: "Σ_j α_ij = 1 in each head",
  fix: "Take the softmax over the last axis of the scores: dim=-1, and not dim=1.",
  isPossible: ({ tasks }) => tasks.length > 1,
  variants: (given) => [overHeads(given)],
};
