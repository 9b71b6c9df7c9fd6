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
import { ROW_TERMS, rowTermOther } from "./row-terms.js";
import { SCALES } from "./scales.js";
import { SOFTCAPS } from "./softcaps.js";
import { GRADIENT_TILES } from "./tiles.js";
import { TURNS } from "./turns.js";
import { WORKED_AGAIN } from "./worked-again.js";

/** What is named in the gradients of a machine alone: neither a lower precision nor a mistake of the forward pass, made again. */
export const allGradientMistakes = (): readonly MistakeText[] => [
  ...GRADIENT_KERNEL_MISTAKES.filter((one) => !WORKED_AGAIN.includes(one)),
  rowTermOther,
  gradientTimesConstant,
];

/** Every mistake that is replayed on the way back. Of several that fit alike, the earlier one is named first. */
export const GRADIENT_KERNEL_MISTAKES: readonly GradientMistake[] = [
  ...SCALES,
  ...ROW_TERMS,
  ...WORKED_AGAIN,
  ...GROUPS,
  ...OTHER_WEIGHTS,
  ...OPERANDS,
  ...LOG_SUM_EXPS,
  ...SOFTCAPS,
  ...BIASES,
  ...DROPOUTS,
  ...TURNS,
  ...PLACES,
  ...GRADIENT_TILES,
  ...ACCUMULATORS,
];
