import type { MistakeText } from "../../mistakes/mistake.js";
import { keysOfTheirOwn } from "../keys-changed.js";
import { BEYOND_HEAD } from "./beyond-head.js";
import { CONDITIONING } from "./conditioning.js";
import { DOCUMENTS } from "./documents.js";
import { dropoutLeftOn } from "./dropout.js";
import { dropoutMisplaced, dropoutOtherMask } from "./dropout-masks.js";
import { ELEMENTWISE } from "./elementwise.js";
import { weightsInFp8 } from "./fp8.js";
import { HEADS, singleMisread } from "./heads.js";
import { HEADS_PUT_TOGETHER, softmaxOverHeads } from "./heads-together.js";
import type { KernelMistake } from "./kernel-mistake.js";
import { LOG_SUM_EXP } from "./log-sum-exp.js";
import { MASKS } from "./masks.js";
import { tileRepeated } from "./moved-tiles.js";
import { LOST_ROWS, NOT_FINITE } from "./not-finite.js";
import { ONLINE, RARE_ONLINE, rescaledOnCondition } from "./online.js";
import { ARRAYS_MIXED, OTHER_ARRAYS } from "./other-arrays.js";
import { otherKeysAttended } from "./other-keys.js";
import { overColumnsOfMany } from "./over-columns.js";
import { POSITIONS } from "./positions.js";
import { accumulatedShort, PRECISIONS } from "./precision.js";
import { PRODUCTS } from "./products.js";
import { QK_NORM } from "./qk-norm.js";
import { RANGES, TILED_RANGES } from "./ranges.js";
import { biasSurplus, cappedAnywhere, scaleOther } from "./read-numbers.js";
import { RARE_ROPE, ROPE_FREQUENCIES } from "./rope-frequencies.js";
import { ropeOffsetAny } from "./rope-offsets.js";
import { ROPE_PAIRS } from "./rope-pairs.js";
import { SCALE } from "./scale.js";
import { SINKS } from "./sinks.js";
import { SOFTMAX } from "./softmax.js";
import { splitsMisweighted } from "./splits.js";
import { STORED_ROWS } from "./stored-rows.js";
import { TILES_MISTAKES } from "./tiles.js";
import { tilesMisweighted } from "./tiles-misweighted.js";
import { unevenSplits } from "./uneven-splits.js";
import { VALUE_TILES, valueTileBehind } from "./value-tiles.js";
import { inputsRounded, rowsScaled, VALUES } from "./values.js";
import { keysReadAsZeros } from "./zeros.js";

/** What is about one input alone, where there is one: it is named before what may be said of any attention. */
export const OF_ONE_INPUT: readonly KernelMistake[] = SINKS;

/** Every mistake that is replayed on the rows of a kernel. Of several that fit alike, the earlier one is named first. */
export const KERNEL_MISTAKES: readonly KernelMistake[] = [
  ...NOT_FINITE,
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
  ...TILED_RANGES,
  ...DOCUMENTS,
  ...OTHER_ARRAYS,
  ...QK_NORM,
  ...ROPE_FREQUENCIES,
  ...ROPE_PAIRS,
  softmaxOverHeads,
  valueTileBehind,
  dropoutOtherMask,
  dropoutMisplaced,
];

/** What is tried when none of the others gives an answer, one after the other; the last ones tell what is wrong, not why. */
export const LAST_RESORTS: readonly (readonly KernelMistake[])[] = [
  LOST_ROWS,
  [inputsRounded],
  BEYOND_HEAD,
  [...ARRAYS_MIXED, ...ELEMENTWISE, ...HEADS_PUT_TOGETHER],
  [otherKeysAttended],
  [splitsMisweighted, tileRepeated, singleMisread, rescaledOnCondition, weightsInFp8],
  [...RARE_ROPE],
  [unevenSplits, keysReadAsZeros, ropeOffsetAny],
  [overColumnsOfMany, ...RARE_ONLINE],
  [scaleOther, cappedAnywhere, biasSurplus],
  [rowsScaled],
  [tilesMisweighted],
];

/** Everything that can be named in the output and the log-sum-exp of a machine. */
export const ALL_KERNEL_MISTAKES: readonly MistakeText[] = [
  ...new Map(
    [
      ...OF_ONE_INPUT,
      ...KERNEL_MISTAKES,
      ...LAST_RESORTS.flat(),
      dropoutLeftOn,
      keysOfTheirOwn,
      ...LOG_SUM_EXP,
      ...Object.values(PRECISIONS),
      accumulatedShort,
    ].map((mistake) => [mistake.id, mistake]),
  ).values(),
];
