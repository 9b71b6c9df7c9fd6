import type { MistakeText } from "../../mistakes/mistake.js";
import { keysOfTheirOwn } from "../keys-changed.js";
import { inOneArray, inOneSum } from "./alone.js";
import { approximated } from "./approximated.js";
import { BEYOND_HEAD, OF_ANOTHER_HEAD } from "./beyond-head.js";
import { CONDITIONING } from "./conditioning.js";
import { dropoutLeftOn, dropoutMisplaced, dropoutOtherMask } from "./dropout.js";
import { ELEMENTWISE, functionSurplus } from "./elementwise.js";
import { HEADS, singleMisread } from "./heads.js";
import { HEADS_PUT_TOGETHER, softmaxOverHeads } from "./heads-together.js";
import { inPart, type KernelMistake } from "./kernel-mistake.js";
import { LOG_SUM_EXP } from "./log-sum-exp.js";
import { accumulatedShort, PRECISIONS } from "./lower-precision.js";
import { unsureInOneWindow, windowStartAny } from "./mask-settings.js";
import { MASKS, maskWithoutGaps, softcapAfterMaskInTiles } from "./masks.js";
import { MEMORY } from "./memory.js";
import { LOST_ROWS, NOT_FINITE } from "./not-finite.js";
import {
  ONLINE,
  RARE_ONLINE,
  rescaledInAnyWay,
  rescaledOnCondition,
  sumOverwrittenAnywhere,
} from "./online.js";
import {
  ARRAYS_MIXED,
  newRowsMisplaced,
  OTHER_ARRAYS,
  storageMisread,
  tilesTransposed,
} from "./other-arrays.js";
import { otherKeysAttended, queryOffsetOther } from "./other-keys.js";
import { numbersOfKeys } from "./own-numbers.js";
import { POSITIONS, RARE_POSITIONS, ropeOffsetAny } from "./positions.js";
import { PRODUCTS } from "./products.js";
import { QK_NORM } from "./qk-norm.js";
import { scaleOfAnotherTile } from "./quantised.js";
import {
  chunksShifted,
  documentsAttended,
  emptyRow,
  maskInOneTileOnly,
  RANGES,
  TILED_RANGES,
  windowForChunks,
  windowInTiles,
} from "./ranges.js";
import {
  biasMisread,
  columnsSwizzled,
  keysReadAsZeros,
  nearReadings,
  readingsWrong,
  sumOfAnotherRow,
  tilesReordered,
} from "./readings.js";
import { RARE_ROPE, ROPE_FREQUENCIES, ROPE_PAIRS } from "./rope-frequencies.js";
import {
  biasScaled,
  biasSurplus,
  cappedAnywhere,
  filledAnywhere,
  SCALE,
  scaleOfRows,
  scaleOther,
} from "./scale.js";
import { SINKS } from "./sinks.js";
import { overColumnsOfMany, SOFTMAX } from "./softmax.js";
import { inSomeCells } from "./some-cells.js";
import { splitsMisweighted, tilesMisweighted, turnsMisweighted, unevenSplits } from "./splits.js";
import { rescaledByAnotherRow, rescaledInOneLoop } from "./stages.js";
import { anyPaddingAttended, SPLIT_ENDS, TILES_MISTAKES } from "./tiles.js";
import { tileRepeated, VALUE_TILES, valueTileBehind } from "./value-tiles.js";
import { columnsShifted, inputsRounded, rowsScaled, STORED_ROWS, VALUES } from "./values.js";
import { VALUES_USED } from "./values-used.js";
import { sumAccumulatedShort, WEIGHTS } from "./weights.js";

/**
 * Mistakes about one particular input, or about rows without keys alone. They are named before mistakes that any
 * attention may have.
 */
export const OF_ONE_INPUT: readonly KernelMistake[] = [emptyRow, ...SINKS];

/** Every mistake that is replayed on rows of a kernel. If several fit equally well, the earlier one is named first. */
export const KERNEL_MISTAKES: readonly KernelMistake[] = [
  ...NOT_FINITE,
  ...MASKS,
  softcapAfterMaskInTiles,
  ...SCALE,
  ...POSITIONS,
  ...CONDITIONING,
  ...HEADS,
  ...SOFTMAX,
  ...[windowInTiles, windowStartAny, ...ONLINE].map(unsureInOneWindow),
  ...STORED_ROWS,
  ...TILES_MISTAKES.map(unsureInOneWindow),
  ...VALUE_TILES,
  ...VALUES,
  ...PRODUCTS,
  ...RANGES,
  ...TILED_RANGES,
  windowForChunks,
  chunksShifted,
  documentsAttended,
  ...OF_ANOTHER_HEAD,
  ...OTHER_ARRAYS,
  ...QK_NORM,
  ...ROPE_FREQUENCIES,
  ...ROPE_PAIRS,
  softmaxOverHeads,
  valueTileBehind,
  dropoutOtherMask,
  dropoutMisplaced,
  maskWithoutGaps,
];

/**
 * Mistakes that are tried, group by group, if no other mistake explains an answer. The last groups say what is wrong,
 * but not why.
 */
export const LAST_RESORTS: readonly (readonly KernelMistake[])[] = [
  LOST_ROWS,
  [inputsRounded],
  BEYOND_HEAD,
  [...POSITIONS, ...ROPE_FREQUENCIES, ...QK_NORM, ...OTHER_ARRAYS].map(inOneArray),
  [...ARRAYS_MIXED, ...ELEMENTWISE, ...HEADS_PUT_TOGETHER, maskInOneTileOnly],
  SINKS.map(inPart),
  [...KERNEL_MISTAKES, functionSurplus].map(inPart),
  [queryOffsetOther],
  [otherKeysAttended],
  [...SCALE, ...CONDITIONING].map(inSomeCells),
  [keysReadAsZeros, ...SPLIT_ENDS],
  [
    splitsMisweighted,
    tileRepeated,
    tilesReordered,
    readingsWrong,
    columnsSwizzled,
    biasMisread,
    sumOfAnotherRow,
    singleMisread,
    rescaledOnCondition,
    rescaledInOneLoop,
    rescaledByAnotherRow,
    ...WEIGHTS,
  ],
  [...RARE_ROPE, ...RARE_POSITIONS, ...MEMORY],
  [...MASKS, ...SCALE, ...CONDITIONING, ...RANGES, ...TILES_MISTAKES, dropoutMisplaced].map(inOneSum),
  [unevenSplits, turnsMisweighted, ropeOffsetAny],
  [...HEADS, ...OTHER_ARRAYS, tilesTransposed, functionSurplus, nearReadings].map(inSomeCells),
  [
    overColumnsOfMany,
    ...RARE_ONLINE,
    sumOverwrittenAnywhere,
    { ...tilesMisweighted, variants: rescaledInAnyWay },
  ],
  [scaleOfAnotherTile],
  [scaleOther, cappedAnywhere, filledAnywhere, biasScaled, biasSurplus, anyPaddingAttended],
  [sumAccumulatedShort],
  VALUES_USED,
  [rowsScaled, columnsShifted],
  [scaleOfRows],
  [numbersOfKeys],
  [tilesMisweighted],
];

/** Last resorts that take little time. They are tried even if the search was stopped. */
export const QUICK_LAST_RESORTS: readonly KernelMistake[] = [sumAccumulatedShort, ...VALUES_USED, rowsScaled];

/** Every mistake that can be named for the output and the log-sum-exp of a machine. */
export const ALL_KERNEL_MISTAKES: readonly MistakeText[] = [
  ...new Map(
    [
      ...OF_ONE_INPUT,
      ...KERNEL_MISTAKES,
      ...LAST_RESORTS.flat(),
      dropoutLeftOn,
      keysOfTheirOwn,
      storageMisread,
      newRowsMisplaced,
      ...LOG_SUM_EXP,
      ...Object.values(PRECISIONS),
      accumulatedShort,
      approximated,
    ].map((mistake) => [mistake.id, mistake]),
  ).values(),
];
