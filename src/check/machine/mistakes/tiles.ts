import { upTo } from "../../../math/lists.js";
import { createMatrix, mapCells } from "../../../math/matrix.js";
import { rangesText } from "../../../math/ranges.js";
import { expectedRange } from "../keys-used.js";
import { makeRow, over } from "../rows.js";
import {
  eachScore,
  type KernelMistake,
  kernelMistakes,
  lastWrongRow,
  type Parameters,
  type SearchContext,
  type Variant,
  withTask,
} from "./kernel-mistake.js";
import { isKeyLengthAlone } from "./mask-settings.js";
import { TILES, tilesBelow } from "./online.js";
import { inAnyRange } from "./some-cells.js";
import { usualSplits } from "./splits.js";
import { EACH_ONCE, factorBetween, nearestOf } from "./sums.js";

// Mistakes with whole tiles of keys, or with other ranges of them that wrong rows show.

/** Makes a variant that counts some keys several times, or not at all. */
const counted = (
  times: number,
  isIn: (key: number, row: number) => boolean,
  parameters: Parameters,
): Variant => eachScore((score, key, row) => (isIn(key, row) ? score + Math.log(times) : score), parameters);

/** Returns variants that add a number to the scores of the keys which two wrong rows show. */
const addedInRanges = (given: SearchContext, by: number): readonly Variant[] => {
  const { rows } = given.tasks[0].key;
  const added = withTask(({ bias = createMatrix(1, rows) }) => ({ bias: mapCells(bias, (own) => own + by) }));
  return inAnyRange(given, [added]);
};

/** Returns the number of keys up to the last one that the last query sees, and of all: a cache may have room for more. */
const countsOf = ({ tasks: [task] }: SearchContext) =>
  new Set([expectedRange(task, task.query.rows - 1).high, task.key.rows]);

/**
 * Yields variants without keys that kernels often lose: the incomplete last tile, the diagonal tile, the first key,
 * every second key or tile.
 */
function* usualDrops(given: SearchContext): Generator<Variant> {
  const [{ key, query }] = given.tasks;
  const numKeys = key.rows;
  const offset = Math.max(0, numKeys - query.rows);
  for (const count of countsOf(given)) {
    for (const rest of new Set(TILES.map((tile) => count % tile))) {
      const keys = rangesText([[count - rest, count - 1]]);
      if (rest > 0 && rest < count) yield counted(0, (key) => key >= count - rest, { keys });
    }
  }
  for (const tile of tilesBelow(numKeys)) {
    yield counted(0, (key, row) => Math.floor(key / tile) === Math.floor((row + offset) / tile), {
      tile,
      which: "diagonal",
    });
    yield counted(0, (key) => key % tile === tile - 1, { tile, which: "the last of each tile" });
    yield counted(0, (key) => key % tile === 0, { tile, which: "the first of each tile" });
    yield counted(0, (key) => Math.floor(key / tile) % 2 === 1, { tile, which: "every second tile" });
  }
  yield counted(0, (key) => key % 2 === 1, { which: "every second" });
  yield counted(0, (key) => key === 0, { first: 0, keys: 1 });
}

/** Yields variants whose last tile is moved back to be full, so that it repeats earlier keys. */
function* movedBack(numKeys: number): Generator<Variant> {
  for (const tile of TILES) {
    const rest = numKeys % tile;
    if (rest === 0 || tile >= numKeys) continue;
    const [first, end] = [numKeys - tile, numKeys - 1];
    yield counted(2, (key) => key >= first && key < numKeys - rest, { tile, first, keys: tile - rest });
    const times = tile - rest + 1;
    yield counted(times, (key) => key === end, { tile, first: end, times });
  }
}

/** Yields variants that count the last tile or key, or that of the diagonal, twice: in the loop, and after it. */
function* lastTwice({ tasks: [{ key, query }] }: SearchContext): Generator<Variant> {
  const offset = Math.max(0, key.rows - query.rows);
  for (const tile of [...tilesBelow(key.rows), 1]) {
    const tileOf = (at: number) => Math.floor(at / tile);
    yield counted(2, (at) => tileOf(at) === tileOf(key.rows - 1), { tile, which: "the last" });
    yield counted(2, (at, row) => tileOf(at) === tileOf(row + offset), { tile, which: "diagonal" });
  }
}

/** Finds how many keys of zeros bring a wrong row closest to the dump. Such keys divide its output by one factor. */
function paddingIn({ dump }: SearchContext): number | undefined {
  if (!dump) return undefined;
  const { task, row, got } = lastWrongRow(dump);
  const right = makeRow(task, row);
  if (!right) return undefined;
  const keys = Math.round((factorBetween(right.output, got) - 1) * Math.exp(right.logSumExp));
  return keys > 0 && keys < MAX_PADDING ? keys : undefined;
}

const MAX_PADDING = 4096;

/** Makes a variant with extra keys in the sum, whose score is 0 and whose values are 0. */
const padded = (keys: number, parameters: Parameters): Variant => ({
  parameters,
  make(task, row) {
    const made = makeRow(task, row, undefined, (_, { powers, sum, maximum }) =>
      over(powers, sum + keys * Math.exp(-maximum)),
    );
    return (
      made && Object.assign(made, { logSumExp: made.logSumExp + Math.log1p(keys / Math.exp(made.logSumExp)) })
    );
  },
});

const counting = kernelMistakes("output", EACH_ONCE);

const paddingAttended: KernelMistake = counting({
  id: "padding-attended",
  step: "masked-scores",
  title: "The padding keys (zeros) of the last tile were attended.",
  formula: "a padding key has the score −∞",
  fix: "Mask the columns from m on in the last tile.",
  *variants(given) {
    const tried = new Set<number>();
    for (const count of countsOf(given))
      for (const tile of TILES) {
        const keys = (tile - (count % tile)) % tile;
        if (keys === 0 || tried.has(keys)) continue;
        tried.add(keys);
        yield padded(keys, { tile, keys });
      }
  },
});

/** Rows of which some parts of a split cache have no key. */
const emptySplits = counting({
  id: "empty-splits-counted",
  title: "Parts of a row without keys were counted: their log-sum-exp is 0 instead of −∞.",
  formula: "o = Σ_p e^(L_p − L) o_p, where L_p is −∞ for a part without keys",
  fix: "Give a part without keys the log-sum-exp −∞, or leave it out of the combination.",
  isPossible: isKeyLengthAlone,
  variants: ({ tasks: [task] }) => {
    const { high } = expectedRange(task, 0);
    return usualSplits(task.key.rows).flatMap((starts) => {
      const empty = starts.filter((first) => first >= high).length;
      return empty === 0 ? [] : [padded(empty, { parts: starts.length, keys: starts[1] })];
    });
  },
});

/** The same with any number of padding keys. In a single row, this fits any factor. */
export const anyPaddingAttended: KernelMistake = {
  ...paddingAttended,
  variants(given) {
    const keys = paddingIn(given);
    return keys === undefined ? [] : [padded(keys, { keys })];
  },
};

const DROPPED = {
  id: "keys-dropped",
  title: "Some keys were left out.",
  fix: "Compute ⌈m / tile⌉ tiles, including the last one and the diagonal one, with all of their keys.",
} as const;

export const DOUBLED = {
  id: "keys-doubled",
  title: "Some keys were counted twice.",
  fix: "Use tiles without overlap: a last tile that is moved back, or worked again after the loop, needs a mask.",
} as const;

/** The maximum number of parts of equal size into which keys are split. */
const MAX_PARTS = 16;

/** The maximum number of keys at an end. Wider ranges are searched for by themselves. */
const MAX_AT_END = 64;

/** Yields variants that count the first or last keys of all parts `times` times. Keys are doubled only between two parts. */
function* atEnds(numKeys: number, times: 0 | 2): Generator<Variant> {
  const parts = upTo(MAX_PARTS + 1, 2).map((count) => Math.ceil(numKeys / count));
  const inner = times / 2;
  for (const tile of new Set([...tilesBelow(numKeys), ...parts])) {
    const startOf = (key: number) => key - (key % tile);
    for (const keys of upTo(Math.min(MAX_AT_END, Math.ceil(tile / 2)) + 1, 1)) {
      const isFirst = (key: number) => startOf(key) >= inner && key - startOf(key) < keys;
      const isLast = (key: number) => {
        const end = Math.min(numKeys, startOf(key) + tile);
        return end <= numKeys - inner && end - key <= keys;
      };
      yield counted(times, isFirst, { tile, keys, which: "the first of each tile" });
      yield counted(times, isLast, { tile, keys, which: "the last of each tile" });
    }
  }
}

/** Tiles or parts of a row that overlap, or that leave gaps between them. */
export const SPLIT_ENDS: readonly KernelMistake[] = (
  [
    [DROPPED, 0],
    [DOUBLED, 2],
  ] as const
).map(([text, times]) =>
  counting({
    ...text,
    isFree: true,
    variants: nearestOf(({ tasks: [{ key }] }) => atEnds(key.rows, times)),
  }),
);

export const TILES_MISTAKES: readonly KernelMistake[] = [
  counting({
    ...DROPPED,
    variants: usualDrops,
  }),
  counting({
    ...DROPPED,
    isFree: true,
    variants: (given) => addedInRanges(given, Number.NEGATIVE_INFINITY),
  }),
  counting({
    ...DOUBLED,
    *variants(given) {
      yield* movedBack(given.tasks[0].key.rows);
      yield* lastTwice(given);
    },
  }),
  counting({
    ...DOUBLED,
    isFree: true,
    variants: (given) => addedInRanges(given, Math.LN2),
  }),
  paddingAttended,
  emptySplits,
];
