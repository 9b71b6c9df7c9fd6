import { type BlockedKeys, isBlocked } from "../../../math/blocked.js";
import { isTrue } from "../../../math/matrix.js";
import { MASK_FORMULA } from "../../mistakes/masks.js";
import { expectedRange, inWholeTiles } from "../keys-used.js";
import { cellFor, scoresOfRow, unmaskedScores } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { indicesWhere } from "../where.js";
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

/**
 * The attention in which some cells, and no others, do not have the scores of their products: −∞ where nothing else is said. With a tile
 * keys are worked in tiles of that size, and those beyond the tiles that a row has keys in are never come to.
 */
const withCells = (
  isOut: (blocked: BlockedKeys, i: number, j: number) => boolean,
  parameters?: Parameters,
  fill: (score: number) => number = () => Number.NEGATIVE_INFINITY,
  tile?: number,
): Variant =>
  withScores(
    (task, row) => {
      const { blocked } = task;
      const scores = unmaskedScores(task, row);
      if (!blocked) return scores;
      const reach = tile ? inWholeTiles(expectedRange(task, row), tile) : { low: 0, high: scores.length };
      return scores.map((score, j) => {
        if (j < reach.low || j >= reach.high) return Number.NEGATIVE_INFINITY;
        return isOut(blocked, row, j) ? fill(score) : score;
      });
    },
    tile ? { ...parameters, tile } : parameters,
  );

/** The tiles in which kernels may work: those that they mostly have, and the one after whose last row a wrong output is right again. */
function tilesOf({ tasks: [{ key }], dump }: Suspicion): readonly number[] {
  const wrong = new Set(dump?.wrongRows);
  const right = dump ? indicesWhere(dump.got.rows, (row) => row > 0 && !wrong.has(row)) : [];
  const seen = right.slice(0, 2).map((row, at) => (at === 0 ? row + 1 : row - right[0]));
  return [...new Set([...seen, ...TILES])].filter((tile) => tile > 1 && tile < key.rows);
}

const within = (at: number, count: number) => Math.max(0, Math.min(count - 1, at));

/** Cells as they are blocked some keys further on; beyond the ends the last ones hold. */
const shifted = (shift: number) =>
  withCells((blocked, i, j) => isBlocked(blocked, i, within(j - shift, blocked.cols)), { shift });

/** The same of queries and keys, of a mask that is given: documents then begin so many rows further on. */
const shiftedAlong = (shift: number) =>
  withCells(
    (blocked, i, j) => {
      const { rows, cols, low, high, numRuled, cells } = blocked;
      if (j >= numRuled || !cells) return isBlocked(blocked, i, j);
      const at = within(i - shift, Math.min(rows, cells.rows));
      return j < low[i] || j >= high[i] || isTrue(cells, at, within(j - shift, cols));
    },
    { shift, which: "query and key" },
  );

/** The number of a key, and perhaps of the query, within its tile in place of its number, in all tiles or in those of the row. */
const byTileIndex = (tile: number, which: "key" | "query and key", isInReach = false) =>
  withCells(
    (blocked, i, j) => isBlocked(blocked, which === "key" ? i : i % tile, j % tile),
    { tile, which },
    undefined,
    isInReach ? tile : undefined,
  );

/** The next key is seen, too; with a tile none that lies beyond it. */
const seesNext = (tile?: number) =>
  withCells(
    (blocked, i, j) => j !== blocked.high[i] && isBlocked(blocked, i, j),
    { sees: "the next key" },
    undefined,
    tile,
  );

/** Numbers that stand for −∞ in masks, and are not far enough below. */
const FILLS = [-1, -5, -10, -20, -30, -50, -100, -1000, -10_000] as const;

const hasCells = ({ blocked }: Task) => (blocked?.cells?.rows ?? 0) > 1;

const isSquare = ({ query, key }: Task) => query.rows === key.rows;
const masking = kernelMistakes("masked-scores", MASK_FORMULA);

export const MASKS: readonly KernelMistake[] = [
  alsoOfSheets(
    "mask-missing",
    (given) => [
      onOther((task) => ({ ...task, blocked: undefined })),
      ...(settingsOf(given).causal === true
        ? withSettings(given, { causal: false }, { mask: "causal" })
        : []),
    ],
    isOrdered,
  ),
  alsoOfSheets(
    "mask-off-by-one",
    (given) => [
      seesNext(),
      ...[1, -1].map(shifted),
      ...(given.tasks.some(hasCells) ? [1, -1].map(shiftedAlong) : []),
      ...tilesOf(given).map(seesNext),
    ],
    isMasked,
  ),
  masking({
    id: "mask-shifted",
    isFree: true,
    title: "The mask was read tiles beside its place.",
    fix: "Compare the number of the tile by which a mask is looked up with that of the tile of keys or queries.",
    isPossible: ({ tasks }) => tasks.some(hasCells),
    variants: (given) =>
      tilesOf(given).flatMap((tile) =>
        [tile, -tile].flatMap((by) => {
          const at = (place: number, count: number) => (place + by + count) % count;
          return [
            withCells((blocked, i, j) => isBlocked(blocked, i, at(j, blocked.cols)), { keys: by }),
            withCells((blocked, i, j) => isBlocked(blocked, at(i, blocked.rows), j), { queries: by }),
          ];
        }),
      ),
  }),
  alsoOfSheets(
    "mask-excludes-self",
    () => [withCells((blocked, i, j) => j === blocked.high[i] - 1 || isBlocked(blocked, i, j))],
    isOrdered,
  ),
  alsoOfSheets("mask-inverted", () => [withCells((blocked, i, j) => !isBlocked(blocked, i, j))], isMasked),
  alsoOfSheets(
    "mask-transposed",
    () => [withCells((blocked, i, j) => isBlocked(blocked, j, i))],
    (given) => isMasked(given) && given.tasks.every(isSquare),
  ),
  ...MASK_SETTINGS,
  alsoOfSheets(
    "mask-zero-fill",
    (given) => [undefined, ...tilesOf(given)].map((tile) => withCells(isBlocked, undefined, () => 0, tile)),
    isMasked,
  ),
  alsoOfSheets("mask-after-softmax", () => [{ make: erasedAfterwards }], isMasked),
  masking({
    id: "mask-added-as-numbers",
    title: "The mask of 1 and 0 was added to the scores.",
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
    isFree: true,
    title: "Masked scores got a number that is not low enough.",
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
    title: "The softcap was applied after the mask, so masked scores became −C instead of −∞.",
    formula: "scores → scale → softcap → bias → mask → softmax",
    fix: "Cap the scores before the mask.",
    isPossible: (given) => isMasked(given) && given.tasks.every(({ softcap }) => softcap !== undefined),
    variants: () => [withScores(cappedAfterMask)],
  }),
  masking({
    id: "mask-by-tile-index",
    isFree: true,
    title: "The mask compared indices within a tile, not those of the query and the key.",
    fix: "Add the start of the tile to the index before you compare query and key.",
    isPossible: isOrdered,
    variants: (given) =>
      tilesOf(given).flatMap((tile) => [
        byTileIndex(tile, "key"),
        byTileIndex(tile, "query and key"),
        byTileIndex(tile, "query and key", true),
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
