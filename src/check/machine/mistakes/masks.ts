import { type BlockedKeys, isBlocked } from "../../../math/blocked.js";
import {
  MASK_FORMULA,
  maskAfterSoftmax,
  maskExcludesSelf,
  maskInverted,
  maskMissing,
  maskOffByOne,
  maskTransposed,
  maskZeroFill,
} from "../../mistakes/masks.js";
import { cellFor, scoresOfRow, unmaskedScores } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import {
  alsoOfSheets,
  type KernelMistake,
  kernelMistakes,
  onOther,
  type Parameters,
  type Suspicion,
  type Variant,
  withScores,
} from "./kernel-mistake.js";
import { isKeyLengthAlone, MASK_SETTINGS, settingsOf, withSettings } from "./mask-settings.js";
import { TILES } from "./online.js";

// What kernels do wrong with who may attend to whom.

const isMasked = ({ tasks }: Suspicion) => tasks.every(({ blocked }) => blocked !== undefined);

/** Whether what a query may attend to hangs on where it stands. */
export const isOrdered = (given: Suspicion) => isMasked(given) && !isKeyLengthAlone(given);

/** The attention in which some cells, and no others, do not have the scores of their products: −∞ where nothing else is said. */
const withCells = (
  isOut: (blocked: BlockedKeys, i: number, j: number) => boolean,
  parameters?: Parameters,
  fill: (score: number) => number = () => Number.NEGATIVE_INFINITY,
): Variant =>
  withScores((task, row) => {
    const { blocked } = task;
    return unmaskedScores(task, row).map((score, j) =>
      blocked && isOut(blocked, row, j) ? fill(score) : score,
    );
  }, parameters);

/** Cells as they are blocked some keys further on; beyond the ends the last ones hold. */
const shifted = (shift: number) =>
  withCells((blocked, i, j) => isBlocked(blocked, i, Math.max(0, Math.min(blocked.cols - 1, j - shift))), {
    shift,
  });

/** The number of a key, and perhaps of the query, within its tile in place of its number. */
const byTileIndex = (tile: number, which: "key" | "query and key") =>
  withCells((blocked, i, j) => isBlocked(blocked, which === "key" ? i : i % tile, j % tile), { tile, which });

/** Numbers that stand for −∞ in masks, and are not far enough below. */
const FILLS = [-1, -5, -10, -20, -30, -50, -100, -1000, -10_000] as const;

const isSquare = ({ query, key }: Task) => query.rows === key.rows;
const masking = kernelMistakes("masked-scores", MASK_FORMULA);

export const MASKS: readonly KernelMistake[] = [
  alsoOfSheets(
    maskMissing,
    (given) => [
      onOther((task) => ({ ...task, blocked: undefined })),
      ...(settingsOf(given).causal === true
        ? withSettings(given, { causal: false }, { mask: "causal" })
        : []),
    ],
    isOrdered,
  ),
  alsoOfSheets(
    maskOffByOne,
    () => [
      withCells((blocked, i, j) => j !== blocked.high[i] && isBlocked(blocked, i, j), {
        sees: "the next key",
      }),
      shifted(1),
      shifted(-1),
    ],
    isMasked,
  ),
  alsoOfSheets(
    maskExcludesSelf,
    () => [withCells((blocked, i, j) => j === blocked.high[i] - 1 || isBlocked(blocked, i, j))],
    isOrdered,
  ),
  alsoOfSheets(maskInverted, () => [withCells((blocked, i, j) => !isBlocked(blocked, i, j))], isMasked),
  alsoOfSheets(
    maskTransposed,
    () => [withCells((blocked, i, j) => isBlocked(blocked, j, i))],
    (given) => isMasked(given) && given.tasks.every(isSquare),
  ),
  ...MASK_SETTINGS,
  alsoOfSheets(maskZeroFill, () => [withCells(isBlocked, undefined, () => 0)], isMasked),
  alsoOfSheets(maskAfterSoftmax, () => [{ make: erasedAfterwards }], isMasked),
  masking({
    id: "mask-added-as-numbers",
    title: "The mask of 1 and 0 was added to the scores as it is.",
    fix: "Add 0 where a query may attend and −∞ where it may not.",
    isPossible: isMasked,
    variants: () => [
      withCells(
        (blocked, i, j) => !isBlocked(blocked, i, j),
        undefined,
        (score) => score + 1,
      ),
    ],
  }),
  masking({
    id: "mask-finite-fill",
    title: "Masked scores became a number that is not far enough below the others.",
    fix: "Use −∞, or the lowest number of the type.",
    isPossible: isMasked,
    variants: () =>
      FILLS.flatMap((fill) => [
        withCells(isBlocked, { fill }, () => fill),
        withCells(isBlocked, { added: fill }, (score) => score + fill),
      ]),
  }),
  masking({
    id: "softcap-after-mask",
    step: "capped-scores",
    title: "The softcap was applied after the mask, so that masked scores became −C instead of −∞.",
    formula: "scores → scale → softcap → bias → mask → softmax",
    fix: "Cap the scores before the mask.",
    isPossible: (given) => isMasked(given) && given.tasks.every(({ softcap }) => softcap !== undefined),
    variants: () => [withScores(cappedAfterMask)],
  }),
  masking({
    id: "mask-by-tile-index",
    title: "The mask compared numbers within a tile, not those of the query and the key.",
    fix: "Add the start of the tile to the number within it before query and key are compared.",
    isPossible: isOrdered,
    variants: ({ tasks: [{ key }] }) =>
      TILES.filter((tile) => tile > 1 && tile < key.rows).flatMap((tile) => [
        byTileIndex(tile, "key"),
        byTileIndex(tile, "query and key"),
      ]),
  }),
];

function erasedAfterwards(task: Task, row: number) {
  const { blocked } = task;
  return makeRow(task, row, unmaskedScores(task, row), (_, { powers, sum }) =>
    powers.map((power, j) => (blocked && isBlocked(blocked, row, j) ? 0 : power / sum)),
  );
}

const cappedAfterMask = (task: Task, row: number): Float64Array => {
  const { softcap = 0, bias } = task;
  return scoresOfRow(task, row).map((score, j) =>
    score === Number.NEGATIVE_INFINITY ? -softcap + (bias ? cellFor(bias, row, j) : 0) : score,
  );
};
