import { type BlockedKeys, isBlocked } from "../../../math/blocked.js";
import { upTo } from "../../../math/lists.js";
import { isTrue } from "../../../math/matrix.js";
import { blockedBeside, expectedRange, inWholeTiles, lastOfBlock } from "../keys-used.js";
import { cellFor, scoresOfRow, unmaskedScores } from "../row-scores.js";
import { makeRow, over } from "../rows.js";
import type { Task } from "../task.js";
import { indicesWhere } from "../where.js";
import { isCapped } from "./conditioning.js";
import { kvReaders } from "./heads.js";
import {
  everyTask,
  fromWrittenMistake,
  type KernelMistake,
  type Parameters,
  type SearchContext,
  type Variant,
  withScores,
  withTask,
} from "./kernel-mistake.js";
import {
  arePlaced,
  isKeyLengthAlone,
  isLopsided,
  keyLengthOther,
  MASK_SETTINGS,
  masking,
  offsetOf,
  otherMask,
  settingsOf,
  windowSidesSwapped,
} from "./mask-settings.js";
import { paddedSizes, TILES } from "./online.js";

// Mistakes with the keys that queries may attend to.

const isMasked = everyTask(({ blocked }) => blocked !== undefined);

/** Whether the allowed keys depend on the position of the query. */
export const isOrdered = (given: SearchContext) => isMasked(given) && !isKeyLengthAlone(given);

/**
 * Makes a variant with another mask: cells that `isOut` selects get `fill`, −∞ by default, and all other cells keep
 * their unmasked scores. With a tile size, the kernel works in tiles and skips the tiles without a key of the row.
 */
const withCells = (
  isOut: (blocked: BlockedKeys, i: number, j: number) => boolean,
  parameters?: Parameters,
  fill: (score: number) => number = () => Number.NEGATIVE_INFINITY,
  tile?: number,
) =>
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

/**
 * Returns the tile sizes to try: the usual ones, and sizes that the first wrong row and the first right rows of a wrong
 * output suggest.
 */
function tileSizesOf({ tasks: [{ key }], dump }: SearchContext): readonly number[] {
  const wrong = new Set(dump?.wrongRows);
  const right = dump ? indicesWhere(dump.got.rows, (row) => row > 0 && !wrong.has(row)) : [];
  const seen = right.slice(0, 2).map((row, at) => (at === 0 ? row + 1 : row - right[0]));
  return [...new Set([...(dump?.wrongRows.slice(0, 1) ?? []), ...seen, ...TILES])].filter(
    (tile) => tile > 1 && tile < key.rows,
  );
}

/** Makes a variant whose rows see all keys between the first and the last one that they may attend to. */
const withGapsFilled = withTask(
  (task) => ({ blocked: task.blocked && blockedBeside(task, 0, task.key.rows) }),
  { gaps: "filled" },
);

const within = (at: number, count: number) => Math.max(0, Math.min(count - 1, at));

/** Makes a variant with the mask shifted along the keys. Beyond the ends, the last cells are repeated. */
const shifted = (shift: number) =>
  withCells((blocked, i, j) => isBlocked(blocked, i, within(j - shift, blocked.cols)), { shift });

/** Makes a variant whose given mask is read at other places. What a rule masks stays masked. */
const withMaskFrom = (
  from: (i: number, j: number, rows: number, cols: number) => readonly [row: number, col: number],
  parameters: Parameters,
) =>
  withCells((blocked, i, j) => {
    const { rows, cols, low, high, numRuled, cells } = blocked;
    if (j >= numRuled || !cells) return isBlocked(blocked, i, j);
    return j < low[i] || j >= high[i] || isTrue(cells, ...from(i, j, Math.min(rows, cells.rows), cols));
  }, parameters);

/** Makes a variant with a given mask shifted along queries and keys, so that documents begin some rows later. */
const shiftedAlong = (shift: number) =>
  withMaskFrom((i, j, rows, cols) => [within(i - shift, rows), within(j - shift, cols)], {
    shift,
    which: "query and key",
  });

const asFree = (variant: Variant): Variant => ({ ...variant, isFree: true });

/** Row strides that kernels take for that of a mask: the number of queries, and the number of keys in whole tiles. */
const stridesOf = ({ tasks: [{ query, key }] }: SearchContext): readonly number[] =>
  [query.rows, ...paddedSizes(key.rows)].filter((stride) => stride !== key.rows);

/** Makes a variant with a given mask read with another row stride, around its end. */
const withStride = (stride: number) =>
  withMaskFrom(
    (i, j, rows, cols) => {
      const at = (i * stride + j) % (rows * cols);
      return [Math.floor(at / cols), at % cols];
    },
    { "row stride": stride },
  );

/**
 * Makes a variant whose mask uses indices within the tile: of the key, of the query, or of both. It applies to all
 * tiles, or to the tiles with keys of the row.
 */
const byTileIndex = (tile: number, which: "key" | "query" | "query and key", isInReach = false) =>
  withCells(
    (blocked, i, j) => isBlocked(blocked, which === "key" ? i : i % tile, which === "query" ? j : j % tile),
    { tile, which },
    undefined,
    isInReach ? tile : undefined,
  );

/** Makes a variant in which each row also sees the next key. With a tile, keys beyond the row's tiles stay masked. */
const seesNext = (tile?: number) =>
  withCells(
    (blocked, i, j) => j !== blocked.high[i] && isBlocked(blocked, i, j),
    { sees: "the next key" },
    undefined,
    tile,
  );

/** Numbers that masks use instead of −∞ and that are not low enough. */
const FILLS = [-1, -5, -10, -20, -30, -50, -100, -1000, -10_000] as const;

const hasCells = ({ blocked }: Task) => (blocked?.cells?.rows ?? 0) > 1;

const isSquare = ({ query, key }: Task) => query.rows === key.rows;

/**
 * Makes variants in which masked scores are −C. With a tile size, the kernel works in blocks of queries and tiles of
 * keys, and skips the tiles without a key of the block.
 */
const cappedAfterMask = (tile?: number) =>
  (tile ? [tile, 2 * tile, 4 * tile] : [1]).map((block) =>
    withScores(
      (task, row) => {
        const { softcap = 0, bias } = task;
        const last = expectedRange(task, lastOfBlock(row, block, task));
        const { high } = tile ? inWholeTiles(last, tile) : { high: task.key.rows };
        return scoresOfRow(task, row).map((score, key) => {
          if (score !== Number.NEGATIVE_INFINITY || key >= high) return score;
          return -softcap + (bias ? cellFor(bias, row, key) : 0);
        });
      },
      tile ? { tile, ...(block !== tile && { "block of queries": block }) } : undefined,
    ),
  );

export const maskFiniteFill = masking({
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
});

const softcapAfterMask = masking({
  id: "softcap-after-mask",
  step: "capped-scores",
  title: "The softcap was applied after the mask, so masked scores became −C instead of −∞.",
  formula: "scores → scale → softcap → bias → mask → softmax",
  fix: "Cap the scores before the mask.",
  isPossible: (given) => isMasked(given) && isCapped(given),
  variants: () => cappedAfterMask(),
});

/** The same in the tiles that a kernel works. */
export const softcapAfterMaskInTiles: KernelMistake = {
  ...softcapAfterMask,
  variants: (given) => tileSizesOf(given).flatMap(cappedAfterMask),
};

/** The number of query heads that share a kv head. Kernels pack their queries into one tile of rows. */
const groupOf = ({ tasks }: SearchContext) => tasks.length / kvReaders(tasks).length;

/** Makes variants whose mask takes rows of packed heads for positions: of heads one after the other, or in turns. */
function byPackedRow(given: SearchContext): readonly Variant[] {
  const group = groupOf(given);
  const [{ query, key }] = given.tasks;
  const first = offsetOf(given);
  const masks = upTo(group).map((at) =>
    otherMask(given, { queryOffset: first + at * query.rows, align: undefined }),
  );
  const place = (end: "low" | "high", at: number) =>
    masks[Math.floor(at / query.rows)]?.blocked?.[end][at % query.rows] ?? (end === "low" ? 0 : key.rows);
  const packed = (order: string, rowOf: (row: number, head: number) => number) =>
    withTask(
      ({ blocked, head }) => {
        if (!blocked) return {};
        const ends = (end: "low" | "high") =>
          blocked[end].map((_, row) => place(end, rowOf(row, head % group)));
        return { blocked: { ...blocked, low: ends("low"), high: ends("high") } };
      },
      { heads: order },
    );
  return [
    packed("one after the other", (row, head) => head * query.rows + row),
    packed("in turns", (row, head) => row * group + head),
  ];
}

export const MASKS: readonly KernelMistake[] = [
  keyLengthOther,
  fromWrittenMistake(
    "mask-missing",
    (given) => {
      const others = settingsOf(given).causal === true ? otherMask(given, { causal: false }) : undefined;
      return [
        withTask(() => ({ blocked: undefined })),
        ...(others?.blocked ? [withTask(() => others, { mask: "causal" })] : []),
      ];
    },
    isOrdered,
  ),
  {
    ...fromWrittenMistake(
      "mask-off-by-one",
      (given) => [
        seesNext(),
        ...[1, -1].map(shifted),
        // Beyond the ends of a given mask, its last cells are a guess.
        ...(given.tasks.some(hasCells) ? [1, -1].map(shiftedAlong).map(asFree) : []),
        ...tileSizesOf(given).map(seesNext),
      ],
      // One query that sees a number of keys is off by one if that number is, which is another mistake.
      (given) => isMasked(given) && !(isKeyLengthAlone(given) && given.tasks[0].query.rows === 1),
    ),
    fix: "Count again: causal is j ≤ i + offset, a window of W has W keys with the query's own, a key length L leaves j < L.",
  },
  masking({
    id: "mask-shifted",
    isFree: true,
    title: "The mask was read beside its place: tiles away, or with another row stride.",
    fix: "Compare the number of the tile by which a mask is looked up with that of the tile of keys or queries. Query i of a mask begins at i times the number of keys.",
    isPossible: ({ tasks }) => tasks.some(hasCells),
    variants: (given) => [
      ...stridesOf(given).map(withStride),
      ...tileSizesOf(given).flatMap((tile) =>
        [tile, -tile].flatMap((by) => {
          const at = (place: number, count: number) => (place + by + count) % count;
          return [
            withCells((blocked, i, j) => isBlocked(blocked, i, at(j, blocked.cols)), { keys: by }),
            withCells((blocked, i, j) => isBlocked(blocked, at(i, blocked.rows), j), { queries: by }),
          ];
        }),
      ),
    ],
  }),
  {
    ...fromWrittenMistake(
      "mask-excludes-self",
      () => [withCells((blocked, i, j) => j === blocked.high[i] - 1 || isBlocked(blocked, i, j))],
      isOrdered,
    ),
    fix: "A causal mask lets query i see the keys j ≤ i + offset, its own included. The offset is keys − queries, not one less.",
  },
  fromWrittenMistake(
    "mask-inverted",
    () => [withCells((blocked, i, j) => !isBlocked(blocked, i, j))],
    isMasked,
  ),
  fromWrittenMistake(
    "mask-transposed",
    () => [withCells((blocked, i, j) => isBlocked(blocked, j, i))],
    (given) => isMasked(given) && given.tasks.every(isSquare) && !isLopsided(given),
  ),
  windowSidesSwapped,
  ...MASK_SETTINGS,
  fromWrittenMistake(
    "mask-zero-fill",
    (given) =>
      [undefined, ...tileSizesOf(given)].map((tile) => withCells(isBlocked, undefined, () => 0, tile)),
    isMasked,
  ),
  fromWrittenMistake(
    "mask-after-softmax",
    () => [
      {
        make: (task, row) =>
          makeRow(task, row, unmaskedScores(task, row), (_, { powers, sum }) =>
            over(powers, sum).map((weight, j) =>
              task.blocked && isBlocked(task.blocked, row, j) ? 0 : weight,
            ),
          ),
      },
    ],
    isMasked,
  ),
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
  maskFiniteFill,
  softcapAfterMask,
  masking({
    id: "mask-by-packed-row",
    title: "The mask took the row of packed heads for the position of the query.",
    fix: "Where the heads of a group are rows of one tile, take the row mod the number of queries, or divide it by the size of the group, before you compare it with a key.",
    isPossible: (given) => arePlaced(given) && groupOf(given) > 1 && !given.tasks.some(hasCells),
    variants: byPackedRow,
  }),
  masking({
    id: "mask-by-tile-index",
    isFree: true,
    title: "The mask compared indices within a tile, not those of the query and the key.",
    fix: "Add the start of the tile to the index before you compare query and key.",
    isPossible: isOrdered,
    variants: (given) =>
      tileSizesOf(given).flatMap((tile) => [
        byTileIndex(tile, "key"),
        byTileIndex(tile, "query"),
        byTileIndex(tile, "query and key"),
        byTileIndex(tile, "query and key", true),
      ]),
  }),
];

/** Gaps in a given mask that were not applied. */
export const maskWithoutGaps = fromWrittenMistake(
  "mask-missing",
  () => [withGapsFilled],
  ({ tasks }) => tasks.some(hasCells),
);
