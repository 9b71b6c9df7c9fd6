import { COARSE_MISTAKES } from "./coarse-constants.js";
import { inputCopied } from "./copied-inputs.js";
import { GRADIENT_MISTAKES } from "./gradients.js";
import { HEAD_MISTAKES } from "./heads.js";
import { NORM_MISTAKES } from "./layer-norms.js";
import { LAYER_MISTAKES } from "./layer-parts.js";
import { MASK_MISTAKES } from "./masks.js";
import { MERGING_MISTAKES } from "./merging.js";
import type { Mistake } from "./mistake.js";
import { OPERAND_MISTAKES } from "./operands.js";
import { OUTPUT_MISTAKES } from "./output.js";
import { POSITION_MISTAKES } from "./positions.js";
import { PROJECTION_MISTAKES } from "./projections.js";
import { ROW_MISTAKES } from "./rows.js";
import { SCALE_MISTAKES } from "./scale.js";
import { SCORE_MISTAKES } from "./scores.js";
import { SOFTMAX_MISTAKES } from "./softmax.js";

/** Every mistake that can be replayed. If several fit equally well, the earlier one is reported first. */
export const MISTAKES: readonly Mistake[] = [
  inputCopied,
  ...SCALE_MISTAKES,
  ...MASK_MISTAKES,
  ...SOFTMAX_MISTAKES,
  ...SCORE_MISTAKES,
  ...PROJECTION_MISTAKES,
  ...OUTPUT_MISTAKES,
  ...HEAD_MISTAKES,
  ...MERGING_MISTAKES,
  ...POSITION_MISTAKES,
  ...GRADIENT_MISTAKES,
  ...NORM_MISTAKES,
  ...LAYER_MISTAKES,
  ...COARSE_MISTAKES,
  ...ROW_MISTAKES,
  ...OPERAND_MISTAKES,
];

/** Returns the mistake with this id, which must exist. */
export function mistakeCalled(id: string): Mistake {
  const found = MISTAKES.find((mistake) => mistake.id === id);
  if (!found) throw new RangeError(`no mistake is called ${id}`);
  return found;
}
