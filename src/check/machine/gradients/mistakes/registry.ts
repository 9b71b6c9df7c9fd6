import type { MistakeText } from "../../../mistakes/mistake.js";
import { gradientTimesConstant } from "../constant-factor.js";
import { ACCUMULATORS } from "./accumulators.js";
import { BIASES } from "./biases.js";
import { DROPOUTS } from "./dropouts.js";
import type { GradientMistake } from "./gradient-mistake.js";
import { GROUPS } from "./groups.js";
import { LOG_SUM_EXPS } from "./log-sum-exps.js";
import { OPERANDS } from "./operands.js";
import { OTHER_WEIGHTS } from "./other-weights.js";
import { PLACES } from "./places.js";
import { RECOMPUTED } from "./recomputed.js";
import { ROTATION_MISTAKES } from "./rotations.js";
import { ROW_TERMS } from "./row-terms.js";
import { SCALES } from "./scales.js";
import { SOFTCAPS } from "./softcaps.js";
import { GRADIENT_TILES } from "./tiles.js";

export { inWrongPart } from "./wrong-part.js";

// The list of all mistakes that are replayed in the backward pass.

/**
 * Returns the mistakes that only gradients of a machine can show. Lower precisions, and mistakes of the forward pass
 * that a backward pass repeats, are not among them.
 */
export const allGradientMistakes = (): readonly MistakeText[] => [
  ...GRADIENT_KERNEL_MISTAKES.filter((one) => !RECOMPUTED.includes(one)),
  gradientTimesConstant,
];

/** All mistakes that are replayed in the backward pass. If several fit equally well, the earlier one is named first. */
export const GRADIENT_KERNEL_MISTAKES: readonly GradientMistake[] = [
  ...SCALES,
  ...ROW_TERMS,
  ...RECOMPUTED,
  ...GROUPS,
  ...OTHER_WEIGHTS,
  ...OPERANDS,
  ...LOG_SUM_EXPS,
  ...SOFTCAPS,
  ...BIASES,
  ...DROPOUTS,
  ...ROTATION_MISTAKES,
  ...PLACES,
  ...GRADIENT_TILES,
  ...ACCUMULATORS,
];

/**
 * The same in the order in which they are searched: those of the forward pass, of which there are many, come last. A
 * search that is stopped has then tried all others.
 */
export const GRADIENT_SEARCH_ORDER: readonly GradientMistake[] = [false, true].flatMap((isForward) =>
  GRADIENT_KERNEL_MISTAKES.filter((one) => RECOMPUTED.includes(one) === isForward),
);
