import { setting } from "../../../errors.js";
import { isBlocked } from "../../../math/blocked.js";
import { tabulate, upTo } from "../../../math/lists.js";
import { MASK_FORMULA } from "../../mistakes/masks.js";
import { expectedRange, isWithin, type KeyRange, lastOfBlock, tileEnd, tileStart } from "../keys-used.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import {
  everyTask,
  type KernelMistake,
  kernelMistakes,
  type Parameters,
  type SearchContext,
  seeing,
  type Variant,
  withTask,
} from "./kernel-mistake.js";
import { isOrdered } from "./masks.js";
import { inTiles, tilesBelow } from "./online.js";

// Masks that are wrong by tiles, and results of rows without keys.

/** Makes a variant in which each row attends to another range of keys. */
export const overKeys = (rangeFor: (row: number, task: Task) => KeyRange, parameters: Parameters): Variant =>
  seeing((task, row) => {
    const range = rangeFor(row, task);
    return (key) => isWithin(range, key);
  }, parameters);

/** Makes a variant with other ends of the range of keys of each row. Gaps of a given mask stay masked. */
const withEnds = (
  endsOf: (range: KeyRange, row: number, task: Task) => Partial<KeyRange>,
  parameters: Parameters,
): Variant =>
  seeing((task, row) => {
    const own = expectedRange(task, row);
    const range = { ...own, ...endsOf(own, row, task) };
    return (key, isOwn) => isWithin(range, key) && (isOwn || !task.blocked?.cells || !isWithin(own, key));
  }, parameters);

const masking = kernelMistakes("masked-scores", MASK_FORMULA);

/** Makes a variant that gives all keys the same weight in rows without keys. */
const filled = (holds: string, weight: (numKeys: number) => number): Variant => ({
  parameters: { holds },
  make: (task, row) =>
    makeRow(task, row) ??
    makeRow({ ...task, blocked: undefined }, row, undefined, (scores) =>
      scores.map(() => weight(scores.length)),
    ),
});

/** Whether every wrong row may attend to no key. */
const areEmptyRowsWrong = ({ dump }: SearchContext) =>
  dump?.wrongRows.every((row) => {
    const { low, high } = expectedRange(dump.task, row);
    return low === high;
  }) === true;

export const emptyRow: KernelMistake = {
  id: "empty-row",
  step: "weights",
  title: "A row that may attend to no key has a wrong result.",
  formula: "a row without keys has no weights: 0/0, unless a rule replaces it",
  fix: `State the rule with ${setting("emptyRow")} zero, nan or uniform, or guard the division by the sum of the row.`,
  isPossible: areEmptyRowsWrong,
  variants: () => [
    filled("NaN", () => Number.NaN),
    filled("zeros", () => 0),
    filled("the mean of the values", (count) => 1 / count),
  ],
};

export const RANGES: readonly KernelMistake[] = [
  masking({
    id: "diagonal-tile-unmasked",
    title: "No key of the diagonal tile was masked: rows see all of its keys.",
    fix: "Skip whole tiles after the diagonal, and mask the diagonal tile key by key.",
    isPossible: isOrdered,
    variants: inTiles((tile) => [
      openDiagonal(tile, { tile }),
      openDiagonal(tile, { tile, masked: "the first tile alone" }, tile),
    ]),
  }),
];

/** Whether single cells are masked, and not only the keys before and after a range. */
const hasGivenMask = ({ tasks }: SearchContext) => tasks.some(({ blocked }) => blocked?.cells);

const maskInLastTileOnly = masking({
  id: "mask-in-last-tile-only",
  title:
    "Only one tile was masked: the last one of all keys or of a block of queries, or the first one of a window.",
  fix: "Mask every tile that the diagonal or the end of a window crosses: a block of queries may cross several.",
  isPossible: (given) => isOrdered(given) && !hasGivenMask(given),
  variants: inTiles((tile, { query }) => [maskedAtTheLast(tile, query.rows, { tile })]),
});

/** The same mistake in blocks of queries. It is tried if no usual mistake explains an answer. */
export const maskInOneTileOnly: KernelMistake = {
  ...maskInLastTileOnly,
  variants: inTiles((tile, { query }) =>
    tilesBelow(query.rows + 1)
      .filter((block) => block > tile)
      .flatMap((block) => [maskedAtTheLast(tile, block), maskedAtTheFirst(tile, block)]),
  ),
};

export const windowInTiles: KernelMistake = masking({
  id: "window-in-tiles",
  title: "The window was counted in tiles or chunks: rows see all keys of its first tile, or none of them.",
  fix: "Skip whole tiles before the window of the first query of a block, and mask its first tiles key by key. A sliding window moves with each query, chunks do not.",
  isPossible: (given) => isOrdered(given) && given.tasks.some(hasKeysBefore) && !areDocuments(given),
  variants: (given) => [...inTilesBefore(given), ...inChunks(given)],
});

const inTilesBefore = inTiles((tile, task) => [
  openBefore(tile),
  closedBefore(tile),
  closedBefore(tile, 1),
  ...tilesBelow(2 * task.query.rows).flatMap((block) => [
    // If all blocks begin with the first key, there is no window.
    ...(expectedRange(task, tileStart(task.query.rows - 1, block)).low < tile
      ? []
      : [openBefore(tile, block)]),
    ...(block === tile ? [] : [closedBefore(tile, block)]),
    closedByTheLast(tile, block),
  ]),
]);

/** Makes variants in which rows see the keys of their own chunk: chunks are as long as the window. */
function inChunks({ tasks: [task] }: SearchContext): readonly Variant[] {
  const { low, high } = expectedRange(task, task.query.rows - 1);
  return [high - low, high - low - 1]
    .filter((size) => size > 1)
    .map((size) =>
      withEnds(({ low: first, high: end }) => ({ low: Math.max(first, tileStart(end - 1, size)) }), {
        "chunks of": size,
      }),
    );
}

/** Masks that are missing in one tile or more. */
export const TILED_RANGES: readonly KernelMistake[] = [
  masking({
    id: "mask-plainly-causal",
    title: "A plain causal mask was applied in place of the given mask.",
    fix: "Give the kernel the mask, too: its causal switch does not read it.",
    isPossible: (given) => hasGivenMask(given) && !areDocuments(given),
    variants: () =>
      ["top-left", "bottom-right"].map((corner) =>
        overKeys(
          (row, { query, key }) => ({
            low: 0,
            high: row + 1 + (corner === "top-left" ? 0 : key.rows - query.rows),
          }),
          { corner },
        ),
      ),
  }),
  masking({
    id: "key-loop-top-left",
    title: "The loop over keys ends where it would if query 0 were at key 0. The mask is right.",
    fix: "Add keys − queries to the end of the loop, as in the mask.",
    isPossible: (given) => isOrdered(given) && given.tasks.every(({ query, key }) => query.rows < key.rows),
    variants: loopsThatEnd((_, first, block, { query }) => Math.min(query.rows, first + block)),
  }),
  masking({
    id: "key-loop-short",
    title:
      "The loop over keys ends too early for a block of queries: at the tile of its first query, or at the tile with the number of the block. The mask is right.",
    fix: "Let the loop run to the last key that the last query of the block may attend to. Tiles of keys and blocks of queries may have different sizes: compare keys with queries, not their tiles.",
    isPossible: isOrdered,
    variants: (given) => [
      ...loopsThatEnd(({ high }) => high)(given),
      ...loopsThatEnd(
        (_, first, block, { query, key }, tile) =>
          (first / block + 1) * tile + Math.max(0, key.rows - query.rows),
        "its own number",
        true,
      )(given),
    ],
  }),
  maskInLastTileOnly,
  masking({
    id: "tile-unmasked",
    isFree: true,
    title: "One tile of keys was not masked: every row sees all keys of it.",
    fix: "Mask the tile that is worked apart from the loop, too: the first one, or what is left at the end. If every row should see the first keys (a prefix, sinks before a window), tell qkv with a mask.",
    isPossible: isOrdered,
    variants: inTiles((tile, { key: { rows } }) => [
      unmaskedIn({ low: rows - (rows % tile || tile), high: rows }, { tile, which: "the last" }),
      unmaskedIn({ low: 0, high: tile }, { tile, which: "the first" }),
    ]),
  }),
];

/** Makes variants in which the loop over keys ends at a tile, for each block of queries. */
function loopsThatEnd(
  endOf: (first: KeyRange, firstRow: number, block: number, task: Task, tile: number) => number,
  ends?: string,
  areSeveral = false,
) {
  return inTiles((tile, { query }) =>
    tilesBelow(areSeveral ? query.rows : 2 * query.rows).map((block) =>
      withEnd(
        ["high", Math.min],
        ["first", block],
        (first, row, task) => tileEnd(endOf(first, row, block, task, tile), tile),
        { tile, ...blockOf(block, tile), ...(ends && { "ends at the tile with": ends }) },
      ),
    ),
  );
}

/**
 * Makes a variant in which the first or the last row of a block of queries moves an end of the keys of all its rows: up
 * or down, whatever of both is chosen.
 */
const withEnd = (
  [end, choose]: readonly [end: keyof KeyRange, choose: typeof Math.min],
  [which, block]: readonly [row: "first" | "last", block: number],
  to: (range: KeyRange, row: number, task: Task) => number,
  parameters: Parameters,
): Variant =>
  withEnds((own, row, task) => {
    const at = which === "first" ? tileStart(row, block) : lastOfBlock(row, block, task);
    return { [end]: choose(own[end], to(expectedRange(task, at), at, task)) };
  }, parameters);

/** Makes a variant without a mask in one tile of keys. */
const unmaskedIn = (tile: KeyRange, parameters: Parameters): Variant =>
  seeing(() => (key, isOwn) => isOwn || isWithin(tile, key), parameters);

/** Whether the last row does not see the first keys. */
const hasKeysBefore = (task: Task) => expectedRange(task, task.query.rows - 1).low > 0;

/** Makes a variant in which a block of queries sees all keys from the tile on in which its first row's window begins. */
const openBefore = (tile: number, block = 1): Variant =>
  withEnd(["low", Math.min], ["first", block], ({ low }) => tileStart(low, tile), {
    tile,
    ...blockOf(block),
  });

/** Makes a variant in which a block of queries starts at the tile in which the window of its last row begins. */
const closedByTheLast = (tile: number, block: number): Variant =>
  withEnd(["low", Math.max], ["last", block], ({ low }) => tileStart(low, tile), {
    tile,
    ...blockOf(block),
    keys: "none before the tile in which that of its last query begins",
  });

const blockOf = (block: number, usual = 1): Parameters =>
  block === usual ? {} : { "block of queries": block };

/**
 * Makes a variant in which a block of queries starts at the first tile of keys that is completely inside its first row's
 * window.
 */
const closedBefore = (tile: number, block = tile): Variant =>
  withEnd(["low", Math.max], ["first", block], ({ low }) => tileEnd(low, tile), {
    tile,
    ...(block > 1 && blockOf(block, tile)),
    keys: `none of the tile in which ${block > 1 ? "that of the first query of a block" : "it"} begins`,
  });

const maskedAtTheLast = (
  tile: number,
  block: number,
  parameters: Parameters = { masked: "the last tile", tile, "block of queries": block },
): Variant =>
  withEnd(["high", Math.max], ["last", block], ({ high }) => tileStart(high - 1, tile), parameters);

const maskedAtTheFirst = (tile: number, block: number): Variant =>
  withEnd(["low", Math.min], ["first", block], ({ low }) => tileStart(low + tile, tile), {
    masked: "the first tile",
    tile,
    "block of queries": block,
  });

/** Makes a variant that does not mask the diagonal tile, in rows whose keys end after `from`. */
const openDiagonal = (tile: number, parameters: Parameters, from = 0): Variant =>
  withEnd(
    ["high", Math.max],
    ["first", 1],
    ({ high }) => (high > from ? tileEnd(high, tile) : 0),
    parameters,
  );

// Masks that divide a text: documents in one row, chunks, padding that differs between batches.

/**
 * Returns the first key of each row. Returns undefined if there is no mask, if it has holes, or if there are not as
 * many queries as keys.
 */
function firstKeys(task: Task): readonly number[] | undefined {
  const { blocked, query, key } = task;
  if (!blocked || query.rows !== key.rows) return undefined;
  const ranges = tabulate(query.rows, (row) => expectedRange(task, row));
  const mayHaveHoles = blocked.cells !== undefined || blocked.numRuled < key.rows;
  const hasHole = ranges.some(({ low, high }, row) => {
    for (let j = low; mayHaveHoles && j < high; j++) if (isBlocked(blocked, row, j)) return true;
    return false;
  });
  return hasHole ? undefined : ranges.map(({ low }) => low);
}

/**
 * Returns the first row of each document. Every row sees keys from the start of its own document on. Returns an empty
 * list if the mask has no documents.
 */
function startsOf(task: Task): readonly number[] {
  const first = firstKeys(task);
  if (!first) return [];
  const starts = first.flatMap((low, row) => (low === row ? [row] : []));
  const isDivided = first.every((low, row) => starts.findLast((start) => start <= row) === low);
  return isDivided && starts.length > 1 && starts.length < first.length ? starts : [];
}

const areDocuments = everyTask((task) => startsOf(task).length > 0);

/** Makes a variant in which rows also see keys before their own. */
const from = (first: (low: number, task: Task) => number, parameters: Parameters): Variant =>
  withEnds(({ low }, _, task) => ({ low: first(low, task) }), parameters);

/** Returns the first key of the document before the row's own. */
const documentBefore = (low: number, task: Task) => startsOf(task).findLast((start) => start < low) ?? 0;

const dividing = kernelMistakes("masked-scores", "a query sees only keys of its own document and batch");

/** Returns the length of the chunks that a mask divides the rows into, or undefined if there are none of one length. */
function chunkOf(task: Task): number | undefined {
  const [, size, ...others] = startsOf(task);
  return others.every((start, at) => start === (at + 2) * size) ? size : undefined;
}

/** Makes a variant whose chunks begin some positions earlier than every `size` tokens. */
function withChunksBefore(size: number, by: number): Variant {
  const chunkAt = (place: number) => Math.floor((place + by) / size);
  return seeing(
    (task, row) => {
      const end = expectedRange(task, row).high;
      // Below a causal mask, rows do not see the rest of their chunk.
      const isCausal = expectedRange(task, 0).high === 1;
      return (key) => chunkAt(key) === chunkAt(row) && (!isCausal || key < end);
    },
    { "they begin": by <= size / 2 ? `${by} early` : `${size - by} late` },
  );
}

const chunking = kernelMistakes(
  "masked-scores",
  "query i sees the keys j of its own chunk: ⌊i / C⌋ = ⌊j / C⌋",
  ({ tasks }) => tasks.every((task) => chunkOf(task) !== undefined),
);

/** A causal window, or one of as many keys on either side if the chunks are not causal. */
export const windowForChunks: KernelMistake = chunking({
  id: "window-for-chunks",
  title: "A sliding window was applied instead of chunks.",
  fix: "Query i sees no key before the start of its own chunk, C ⌊i / C⌋.",
  variants({ tasks: [task] }) {
    const size = chunkOf(task) ?? 0;
    const isCausal = expectedRange(task, 0).high === 1;
    const high = (row: number) => (isCausal ? row + 1 : row + size);
    return [overKeys((row) => ({ low: row - size + 1, high: high(row) }), { window: size })];
  },
});

export const chunksShifted: KernelMistake = chunking({
  id: "chunks-shifted",
  title: "The chunks begin some positions early or late.",
  fix: "Count positions from 0, those of queries and those of keys, before you divide them by the length of a chunk.",
  variants({ tasks: [task] }) {
    const size = chunkOf(task) ?? 0;
    return upTo(size, 1).map((by) => withChunksBefore(size, by));
  },
});

export const documentsAttended: KernelMistake = dividing({
  id: "documents-attended",
  title: "Queries attended to keys of other documents (or chunks) in the same row.",
  fix: "Mask by document: compare the document index of query and key, or pass cu_seqlens.",
  isPossible: areDocuments,
  variants: ({ tasks: [{ key }] }) => [
    ...tilesBelow(key.rows).map((tile) => from((low) => tileStart(low, tile), { "back to whole": tile })),
    from(() => 0, { which: "all before" }),
    from(documentBefore, { which: "the one before" }),
    from((low) => low - 1, { which: "the last key of the one before" }),
    withTask(() => ({ blocked: undefined }), { which: "all" }),
  ],
});
