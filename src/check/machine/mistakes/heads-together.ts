import { belowEachOther } from "../../../math/matrix.js";
import { once } from "../../../math/remember.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import { type KernelMistake, type Suspicion, type Variant, withWeighting } from "./kernel-mistake.js";
import { inParts } from "./splits.js";

// Heads that are not kept apart: a softmax over their axis, by which the weights of all heads for one key add up to 1 and not those of all
// keys, and outputs that are put together.

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
  title: "The softmax was taken over the heads, not over the keys.",
  formula: "Σ_j α_ij = 1 in each head",
  fix: "Take the softmax over the last axis of the scores: dim=-1, and not dim=1.",
  isPossible: ({ tasks }) => tasks.length > 1,
  variants: (given) => [overHeads(given)],
};

/** The outputs of all heads as one attention over the keys of all, in which each head weighs the same. */
const allTogether = ({ tasks }: Suspicion, how: "mean" | "sum"): Variant => {
  const [keys, values] = (["key", "value"] as const).map((part) =>
    once(() => belowEachOther(tasks.map((task) => task[part]))),
  );
  const starts = tasks.map((_, at) => tasks.slice(0, at).reduce((sum, { key }) => sum + key.rows, 0));
  const average = inParts(starts, () => 1);
  return {
    parameters: { how },
    make(task, row) {
      const scores = tasks.flatMap((own) => Array.from(scoresOfRow(own, row)));
      return makeRow({ ...task, key: keys(), value: values() }, row, Float64Array.from(scores), (...of) => {
        const weights = average(...of);
        return how === "mean" ? weights : weights.map((weight) => weight * tasks.length);
      });
    },
  };
};

export const headsPutTogether: KernelMistake = {
  id: "heads-put-together",
  step: "output",
  title: "Every head holds the outputs of all heads, added up or averaged.",
  formula: "head h of the output is made of head h of query, key and value",
  fix: "Keep the axis of heads until they are laid side by side; look for a sum or mean over it.",
  isPossible: ({ tasks }) => tasks.length > 1 && tasks.every(({ dropped }) => !dropped),
  variants: (given) => [allTogether(given, "mean"), allTogether(given, "sum")],
};
