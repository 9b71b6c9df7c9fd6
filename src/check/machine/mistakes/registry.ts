import type { MistakeText } from "../../mistakes/mistake.js";
import { CONDITIONING } from "./conditioning.js";
import { dropoutLeftOn } from "./dropout.js";
import { HEADS } from "./heads.js";
import type { KernelMistake } from "./kernel-mistake.js";
import { LOG_SUM_EXP } from "./log-sum-exp.js";
import { MASKS } from "./masks.js";
import { ONLINE, RARE_ONLINE } from "./online.js";
import { overColumnsOfMany } from "./over-columns.js";
import { tileRepeated } from "./pages.js";
import { POSITIONS } from "./positions.js";
import { accumulatedShort, PRECISIONS } from "./precision.js";
import { PRODUCTS, scaleOther } from "./products.js";
import { otherKeysAttended, RANGES } from "./ranges.js";
import { SCALE } from "./scale.js";
import { SOFTMAX } from "./softmax.js";
import { splitsMisweighted } from "./splits.js";
import { STORED_ROWS } from "./stored-rows.js";
import { TILES_MISTAKES } from "./tiles.js";
import { VALUE_TILES } from "./value-tiles.js";
import { inputsRounded, rowsScaled, VALUES } from "./values.js";

/** Every mistake that is replayed on the rows of a kernel. Of several that fit alike, the earlier one is named first. */
export const KERNEL_MISTAKES: readonly KernelMistake[] = [
  ...MASKS,
  ...SCALE,
  ...CONDITIONING,
  ...POSITIONS,
  ...HEADS,
  ...SOFTMAX,
  ...ONLINE,
  ...STORED_ROWS,
  ...TILES_MISTAKES,
  ...VALUE_TILES,
  ...VALUES,
  ...PRODUCTS,
  ...RANGES,
];

/** What is tried when none of the others gives an answer, one after the other; the last ones tell what is wrong, not why. */
export const LAST_RESORTS: readonly (readonly KernelMistake[])[] = [
  [inputsRounded],
  [splitsMisweighted, tileRepeated],
  [overColumnsOfMany, ...RARE_ONLINE],
  [otherKeysAttended, scaleOther],
  [rowsScaled],
];

/** Everything that can be named in the output and the log-sum-exp of a machine. */
export const ALL_KERNEL_MISTAKES: readonly MistakeText[] = [
  ...new Map(
    [
      ...KERNEL_MISTAKES,
      ...LAST_RESORTS.flat(),
      dropoutLeftOn,
      ...LOG_SUM_EXP,
      ...Object.values(PRECISIONS),
      accumulatedShort,
    ].map((mistake) => [mistake.id, mistake]),
  ).values(),
];
