import { upTo } from "../../../math/lists.js";
import { rowOf } from "../../../math/matrix.js";
import { rangesText } from "../../../math/ranges.js";
import { replacedRange } from "../keys-used.js";
import { productsOfRow, scoresOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import {
  altered,
  type Dump,
  joinedKeys,
  type KernelMistake,
  type RowMaker,
  type SearchContext,
  type Variant,
  variantsOf,
} from "./kernel-mistake.js";
import { TILES, tilesBelow } from "./online.js";
import { leastOf, MAX_RELATIVE_DISTANCE, nearestInTwoRows, rowsToSearch } from "./sums.js";

// Mistakes in some keys or some columns only: the others are right. Kernels often have a loop of their own for the tiles
// of the diagonal or for the last tile, and read a page, a half or every second column from somewhere else.

/** Whether a key or column is one of some. `place` is that of the query among the keys. */
type IsIn = (at: number, place: number) => boolean;

/** The attention that a mistake makes of each one. */
type Altered = (task: Task) => Task;

/** Makes rows in which some keys have the scores and the values of another attention. */
function inKeys(alter: Altered): (isIn: IsIn) => RowMaker {
  // Each key stands twice, as its own and as that of the other attention, and one of both is seen.
  const joined = altered((task) => ({ ...joinedKeys([task, alter(task)]), blocked: undefined }));
  return (isIn) => (task, row) => {
    const place = row + Math.max(0, task.key.rows - task.query.rows);
    const [scores, others] = [task, alter(task)].map((own) => scoresOfRow(own, row));
    const seen = new Float64Array(2 * scores.length).fill(Number.NEGATIVE_INFINITY);
    for (let j = 0; j < scores.length; j++) {
      if (isIn(j, place)) seen[scores.length + j] = others[j];
      else seen[j] = scores[j];
    }
    return makeRow(joined(task), row, seen);
  };
}

/** Makes rows in which some columns of queries and keys are those of another attention. */
function inColumns(alter: Altered, columns: readonly number[]): RowMaker {
  return (task, row) => {
    const [part, others] = [task, alter(task)].map((own) => productsIn(own, row, columns));
    const products = productsOfRow(task, row).map((all, j) => all - part[j] + others[j]);
    return makeRow(task, row, scoresOfRow(task, row, products));
  };
}

/** Returns the part of q·k that some columns add to it. */
function productsIn({ query, key }: Task, row: number, columns: readonly number[]): Float64Array {
  const products = new Float64Array(key.rows);
  for (const col of columns) {
    const own = query.data[row * query.cols + col];
    for (let j = 0; j < key.rows; j++) products[j] += own * key.data[j * key.cols + col];
  }
  return products;
}

/** Yields the tiles of keys that kernels treat in a loop of their own, and all other keys, by description. */
export function* listLoops(
  numKeys: number,
): Generator<readonly [said: { readonly tile: number; readonly keys: string }, isIn: IsIn]> {
  for (const tile of tilesBelow(numKeys)) {
    const tileOf = (at: number) => Math.floor(at / tile);
    const loops: Readonly<Record<string, IsIn>> = {
      "the diagonal tile": (key, place) => tileOf(key) === tileOf(place),
      "the last tile": (key) => tileOf(key) === tileOf(numKeys - 1),
      "the first tile": (key) => key < tile,
    };
    for (const [keys, isIn] of Object.entries(loops)) {
      yield [{ tile, keys }, isIn];
      yield [{ tile, keys: `all but ${keys}` }, (key, place) => !isIn(key, place)];
    }
  }
}

/** The maximum number of tiles of columns, and of their ends. */
const [MAX_TILES, MAX_ENDS] = [128, 16];

/** Yields the columns of each tile, those from or before each of them, and every second one, by description. */
export function* listColumns(count: number): Generator<readonly [said: string, columns: readonly number[]]> {
  const range = (low: number, high: number) => [rangesText([[low, high - 1]]), upTo(high, low)] as const;
  const tiles = TILES.filter((tile) => tile < count && count <= MAX_TILES * tile);
  for (const tile of tiles)
    for (let low = 0; low < count; low += tile) yield range(low, Math.min(count, low + tile));
  const least = Math.min(...tiles.filter((tile) => count <= MAX_ENDS * tile));
  for (let at = 2 * least; at + least < count; at += least) {
    yield range(0, at);
    yield range(at, count);
  }
  for (const first of [0, 1])
    yield [`every second, from ${first}`, upTo(count).filter((col) => col % 2 === first)];
}

/** Yields a mistake in the keys of a loop, or in some columns of queries and keys. */
function* inLoopsAndColumns(given: SearchContext, { alter, parameters }: Variant) {
  if (!alter) return;
  // A mistake may leave the first head as it is: one head for all.
  const { task } = given.dump ?? { task: given.tasks[0] };
  const { query, key, value } = alter(task);
  const withKeys = inKeys(alter);
  for (const [said, isIn] of listLoops(key.rows))
    yield { parameters: { ...parameters, ...said }, make: withKeys(isIn) };
  if (value !== task.value || (query === task.query && key === task.key)) return;
  for (const [columns, own] of listColumns(query.cols))
    yield { parameters: { ...parameters, columns }, make: inColumns(alter, own) };
}

/** A mistake that is made in a range of keys: of those of `order`, in this order. */
interface Ranged {
  readonly alter: Altered;
  readonly order: readonly number[];
  make(keys: readonly number[]): Variant | undefined;
}

const MAX_TRIED = 4;

/** Returns the mistakes, made in a range of keys or of every second one, that bring two wrong rows closest to the dump. */
export function inAnyRange(
  { dump, tasks, isOver }: SearchContext,
  variants: Iterable<Variant>,
): readonly Variant[] {
  const keys = upTo(tasks[0].key.rows);
  const all = Array.from(variants).flatMap((variant) => ranged(variant, keys));
  return dump ? rowsToSearch(dump).flatMap((row) => inRangesOf(dump, row, all, isOver)) : [];
}

function inRangesOf(
  { got, task }: Dump,
  row: number,
  all: readonly Ranged[],
  isOver: SearchContext["isOver"],
) {
  const weighed = (own: Task) => ({ scores: scoresOfRow(own, row), value: own.value });
  const found = all.flatMap(({ alter, order, make }) => {
    if (isOver?.()) return [];
    const other = { ...weighed(alter(task)), order };
    const range = replacedRange(weighed(task), other, rowOf(got, row), MAX_RELATIVE_DISTANCE);
    const variant = range && make(order.slice(range.low, range.high));
    return variant ? [{ off: range.off, variant }] : [];
  });
  return leastOf(found, MAX_TRIED, ({ off }) => off).map(({ variant }) => variant);
}

/** Makes a variant in a range of some keys only, or in a range of every second one of them. */
function ranged({ alter, parameters }: Variant, all: readonly number[]): readonly Ranged[] {
  if (!alter || all.length === 0) return [];
  const make = (keys: readonly number[], called = "") => {
    const isIn = new Set(keys);
    const text = called + rangesText([[keys[0], keys[keys.length - 1]]]);
    return {
      parameters: { ...parameters, keys: text },
      make: inKeys(alter)((key) => isIn.has(key)),
    };
  };
  const isEverySecond = (keys: readonly number[]) =>
    keys.length > 1 && keys.every((key) => key % 2 === keys[0] % 2);
  return [
    { alter, order: all, make },
    {
      alter,
      order: [0, 1].flatMap((rest) => all.filter((key) => key % 2 === rest)),
      make: (keys) => (isEverySecond(keys) ? make(keys, "every second of ") : undefined),
    },
  ];
}

/** Makes a mistake in some keys or columns only. */
export const inSomeCells = (mistake: KernelMistake): KernelMistake => ({
  ...mistake,
  isFree: true,
  variants(given) {
    const variants = variantsOf(mistake, given);
    return [
      ...inAnyRange(given, variants),
      ...nearestInTwoRows(
        given,
        variants.flatMap((variant) => Array.from(inLoopsAndColumns(given, variant))),
      ),
    ];
  },
});
