import { tabulate } from "../../../../math/lists.js";
import { createMatrix } from "../../../../math/matrix.js";
import { CONDITIONING } from "../../mistakes/conditioning.js";
import {
  type KernelMistake,
  type SearchContext,
  type Variant,
  variantsOf,
} from "../../mistakes/kernel-mistake.js";
import { LOG_SUM_EXP, type LogSumExpMistake } from "../../mistakes/log-sum-exp.js";
import { MASKS } from "../../mistakes/masks.js";
import { RANGES, TILED_RANGES, windowInTiles } from "../../mistakes/ranges.js";
import { SCALE } from "../../mistakes/scale.js";
import { SINKS } from "../../mistakes/sinks.js";
import { type BackwardRows, dotsOf, timesCells } from "../backward-rows.js";
import {
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  type ReplayedHead,
  weightsFrom,
} from "./gradient-mistake.js";

// Mistakes of the forward pass that a backward pass makes when it computes the weights again.

const searchContextOf = ({ heads, homework }: GradientSearchContext): SearchContext => ({
  tasks: heads.map(({ task }) => task),
  homework,
});

/**
 * Computes the weights that a mistake gives, with the log-sum-exp of the right forward pass or with their own
 * (`isOwn`).
 */
function weightsMade(
  { first, count, keys }: BackwardRows,
  head: ReplayedHead,
  { make }: Variant,
  isOwn: boolean,
) {
  const { task, logSumExp } = head;
  const weights = createMatrix(count, task.key.rows);
  for (let row = 0; row < count; row++) {
    // A row that attends to no key has no log-sum-exp.
    const made = keys[row] === 0 ? undefined : make(task, first + row);
    if (!made) continue;
    const factor = isOwn ? 1 : Math.exp(made.logSumExp - logSumExp[first + row]);
    weights.data.set(
      made.coefficients.map((own) => own * factor),
      row * weights.cols,
    );
  }
  return weights;
}

/** Makes a mistake of the forward pass in the backward pass: in all gradients, or, if only dV is wrong, in dV alone. */
function onTheWayBack(
  { wrongParts }: GradientSearchContext,
  variant: Variant,
  isOfCap: boolean,
): readonly GradientVariant[] {
  const isOfValueAlone = wrongParts.every((part) => part === "value");
  const parameters = { ...variant.parameters, pass: "backward", ...(isOfValueAlone && { of: "dV alone" }) };
  return (["forward", "own sum", "own sum and δ"] as const).flatMap((from) => {
    const change = (slope?: () => number) => (rows: BackwardRows, head: ReplayedHead) => {
      const weights = weightsMade(rows, head, variant, from !== "forward");
      if (isOfValueAlone) return { pairs: { value: timesCells(weights, rows.factors) } };
      return { weights, slope, ...(from === "own sum and δ" && { delta: dotsOf(weights, rows.dWeights) }) };
    };
    return [
      { parameters, change: change() },
      // A kernel that leaves out the softcap leaves out its derivative, too.
      ...(isOfCap && !isOfValueAlone ? [{ parameters, change: change(() => 1) }] : []),
    ];
  });
}

/** The step that applies the softcap. */
const CAPPED = "capped-scores";

/** Mistakes that have another id in the backward pass. */
const NAMES: Readonly<Record<string, string>> = { "scale-missing": "scale-missing-scores" };

const workedAgain = (mistake: KernelMistake): GradientMistake => ({
  ...mistake,
  id: NAMES[mistake.id] ?? mistake.id,
  isPossible: (given) => mistake.isPossible?.(searchContextOf(given)) ?? true,
  variants: (given) =>
    variantsOf(mistake, searchContextOf(given)).flatMap((variant) =>
      onTheWayBack(given, variant, mistake.step === CAPPED),
    ),
});

/** Computes the weights from the wrong log-sum-exp of a forward pass. */
const fromLogSumExp = ({ makes, ...text }: LogSumExpMistake): GradientMistake => ({
  ...text,
  variants: () =>
    makes.map((make) => ({
      parameters: { pass: "backward" },
      change(rows, { task }) {
        const wrong = tabulate(rows.count, (row) => make(task, rows.first + row));
        return { weights: weightsFrom(rows, (score, row) => Math.exp(score - wrong[row])) };
      },
    })),
});

/** From a maximum alone, weights are exponentials without a sum, which is a mistake with another name. */
const isOfWeights = ({ id }: LogSumExpMistake) => id === "lse-maximum-alone";

export const RECOMPUTED: readonly GradientMistake[] = [
  ...[...SCALE, ...CONDITIONING, ...MASKS, ...RANGES, windowInTiles, ...TILED_RANGES, ...SINKS].map(
    workedAgain,
  ),
  // From a sum in place of its logarithm, weights are 0.
  ...LOG_SUM_EXP.filter((one) => !one.isSum && !isOfWeights(one)).map(fromLogSumExp),
];
