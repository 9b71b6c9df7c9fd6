import { greatest, upTo } from "../../../math/lists.js";
import { cellOf, createMatrix, type Matrix, mapCells, rowOf } from "../../../math/matrix.js";
import { powersOf, productsOfRow, scoresOfRow } from "../row-scores.js";
import { makeRow, over } from "../rows.js";
import { biasShifted, withBiasAt } from "./conditioning.js";
import {
  type KernelMistake,
  PARTS,
  replacing,
  type SearchContext,
  type Variant,
  withWeighting,
} from "./kernel-mistake.js";
import { tilesBelow } from "./online.js";
import { columnsFrom, flipped, type Order, reversed, transposed, turnedBy } from "./orders.js";
import { storageMisread } from "./other-arrays.js";
import { inAnyRange } from "./some-cells.js";
import { EACH_ONCE, nearestOf } from "./sums.js";
import { readFrom, WHICH } from "./value-tiles.js";

// Every way to read an operand wrongly: queries, keys or values, with the rows or the columns of another place, or with
// other numbers. It finds mistakes that nobody listed.

/** A wrong place for each row or column, by description. */
interface Places {
  readonly said: string;
  readonly order: Order;
}

/** Up to this number of rows or columns every shift is tried, and as many of more. */
const MAX_SHIFTED = 512;

/** Yields the wrong places that are also tried in some keys or columns only. `at` is the letter of the index. */
function* nearPlaces(at: string): Generator<Places> {
  yield { said: `${at} + 1 around the end`, order: turnedBy(1) };
  yield { said: `${at} − 1 around the end`, order: turnedBy(-1) };
  yield { said: "from the last to the first", order: reversed };
  yield { said: `2⌊${at} / 2⌋`, order: (place) => place - (place % 2) };
  yield { said: `${at} xor 1`, order: flipped(1) };
}

/** Yields wrong places for all of `count` rows or columns, or for those of each tile. */
export function* wrongPlaces(at: string, count: number): Generator<Places> {
  yield* nearPlaces(at);
  for (const by of [2, 3, 4, 8]) {
    yield { said: `⌊${at} / ${by}⌋`, order: (place) => Math.floor(place / by) };
    yield { said: `${by} ${at} mod ${count}`, order: (place) => (by * place) % count };
  }
  for (let bit = 2; bit < count; bit *= 2) yield { said: `${at} xor ${bit}`, order: flipped(bit) };
  for (let rows = 2; rows < count; rows *= 2)
    if (count % rows === 0) yield { said: `${rows} × ${count / rows} transposed`, order: transposed(rows) };
  for (const tile of tilesIn(count)) {
    yield { said: `${at} mod ${tile}`, order: (place) => place % tile };
    yield { said: `${tile - 1} at most`, order: (place) => Math.min(place, tile - 1) };
    yield { said: `the first of each ${tile}`, order: (place) => place - (place % tile) };
  }
  yield* inEachTile(count);
}

/** Yields wrong places within each tile. */
function* inEachTile(count: number): Generator<Places> {
  for (const tile of tilesIn(count)) {
    const inTile = (said: string, order: Order) => ({
      said: `${said} in each ${tile}`,
      order: (place: number) => place - (place % tile) + order(place % tile, tile),
    });
    yield inTile("from the last to the first", reversed);
    yield inTile("the next", turnedBy(1));
    yield inTile("the one before", turnedBy(-1));
    for (let rows = 2; rows < tile; rows *= 2)
      yield inTile(`${rows} × ${tile / rows} transposed`, transposed(rows));
  }
}

/** Returns the tile sizes that give several tiles. One of them gives two halves. */
const tilesIn = (count: number) => new Set([...tilesBelow(count), Math.floor(count / 2)]);

/** Yields shifts, and places at which reading stops, or starts again from the first. */
export function* everyShift(at: string, count: number, most = MAX_SHIFTED): Generator<Places> {
  const step = Math.ceil(count / most);
  for (const by of upTo(count).filter((place) => place % step === 0)) {
    yield { said: `${at} − ${by} from ${by} on`, order: (place) => (place < by ? place : place - by) };
    yield { said: `${at} + ${by} around the end`, order: turnedBy(by) };
    yield { said: `${by} at most`, order: (place) => Math.min(place, by) };
  }
}

/** Numbers of an operand that are not those of the array, by description. */
const CHANGES: Readonly<Record<string, (matrix: Matrix) => Matrix>> = {
  "rounded to 8 bits": (matrix) => quantised(matrix, 127, "matrix"),
  "rounded to 8 bits, each row": (matrix) => quantised(matrix, 127, "row"),
  "rounded to 4 bits": (matrix) => quantised(matrix, 7, "matrix"),
  "rounded to 4 bits, each row": (matrix) => quantised(matrix, 7, "row"),
};

/** Rounds to whole numbers up to `most`, times a scale: that of the largest number of the matrix or of each row. */
function quantised(matrix: Matrix, most: number, per: "matrix" | "row"): Matrix {
  const scaleOf = (numbers: Float64Array) => greatest(numbers, Math.abs) / most || 1;
  const scales = upTo(matrix.rows).map((row) => scaleOf(per === "row" ? rowOf(matrix, row) : matrix.data));
  return mapCells(matrix, (own, row) => Math.round(own / scales[row]) * scales[row]);
}

/** Yields queries, keys or values with other numbers. */
function* withChanges(groups: readonly (keyof typeof PARTS)[]): Generator<Variant> {
  for (const [numbers, change] of Object.entries(CHANGES))
    for (const which of groups)
      yield replacing(PARTS[which], (task, part) => change(task[part]), { which, numbers });
}

/** Yields keys or queries whose columns are read at other places. */
function* withColumns(places: Iterable<Places>, count: number): Generator<Variant> {
  for (const { said, order } of places) {
    // Queries in a new order give the products of keys in the reverse of it.
    const isNewOrder = new Set(upTo(count).map((col) => order(col, count))).size === count;
    for (const which of isNewOrder ? (["keys alone"] as const) : (["keys alone", "queries alone"] as const))
      yield replacing(PARTS[which], (task, part) => columnsFrom(task[part], order), { which, column: said });
  }
}

/** Yields keys and values whose rows are read at other places. */
function* withKeys(places: Iterable<Places>): Generator<Variant> {
  for (const { said, order } of places)
    for (const which of WHICH) yield readFrom(which, order, { which, place: said });
}

/** Yields queries whose rows are read at other places. */
function* withQueries(places: Iterable<Places>): Generator<Variant> {
  for (const { said, order } of places)
    yield {
      parameters: { which: "queries alone", place: said },
      make: (task, row) =>
        makeRow(task, row, scoresOfRow(task, row, productsOfRow(task, order(row, task.query.rows)))),
    };
}

function* everyReading({ tasks: [{ query, key }] }: SearchContext): Generator<Variant> {
  yield* withChanges(Object.keys(PARTS) as (keyof typeof PARTS)[]);
  for (const placesOf of [wrongPlaces, everyShift]) {
    yield* withColumns(placesOf("c", query.cols), query.cols);
    yield* withKeys(placesOf("j", key.rows));
    yield* withQueries(placesOf("i", query.rows));
  }
}

/** An operand that is read wrongly in any way. */
export const readingsWrong: KernelMistake = {
  ...storageMisread,
  isFree: true,
  variants: nearestOf(everyReading),
};

/** Yields a bias that is read at other places: of keys, of queries, or of both. */
function* withBiases({ tasks: [{ query, key }] }: SearchContext): Generator<Variant> {
  const own: Order = (place) => place;
  for (const placesOf of [wrongPlaces, everyShift]) {
    for (const { said, order } of placesOf("j", key.rows)) yield withBiasAt(own, order, { key: said });
    for (const { said, order } of placesOf("i", query.rows)) yield withBiasAt(order, own, { query: said });
  }
  for (const tile of tilesBelow(key.rows)) {
    const order: Order = (place) => place % tile;
    yield withBiasAt(order, order, { "query and key": `mod ${tile}` });
  }
}

/** A bias that is read at other places in any way. */
export const biasMisread: KernelMistake = {
  ...biasShifted,
  isFree: true,
  variants: nearestOf(withBiases),
};

/** Yields rows that are divided by the sum of another row's exponentials. */
function* withSums({ tasks: [{ query }] }: SearchContext): Generator<Variant> {
  for (const placesOf of [wrongPlaces, everyShift])
    for (const { said, order } of placesOf("i", query.rows))
      yield withWeighting(
        (_, { powers }, row, task) => over(powers, powersOf(scoresOfRow(task, order(row, query.rows))).sum),
        { row: said },
      );
}

export const sumOfAnotherRow: KernelMistake = {
  id: "sum-of-another-row",
  step: "row-sums",
  isFree: true,
  title: "Rows were divided by the sum of another row.",
  formula: "o_i = Σ_j e^s_ij v_j / Σ_j e^s_ij",
  fix: "Keep the running sum of the same rows as the accumulator: look at the tile from which it is loaded.",
  variants: nearestOf(withSums),
};

/**
 * Yields queries, keys or values whose chunks of columns are exchanged in some rows: as in a tile of shared memory that
 * is swizzled when it is stored but not when it is loaded. The place of a chunk is then the chunk xor some bits of the
 * row.
 */
function* swizzled({ tasks: [task] }: SearchContext): Generator<Variant> {
  for (const which of ["keys alone", "queries alone", "values alone"] as const) {
    const { rows, cols } = task[PARTS[which][0]];
    for (const chunk of CHUNKS)
      for (let low = 1; low < Math.min(rows, MAX_SWIZZLED); low *= 2)
        for (let bits = 1; bits * chunk < cols && bits * low < rows; bits = 2 * bits + 1)
          yield replacing(
            PARTS[which],
            (own, part) =>
              createMatrix(rows, cols, (row, col) => {
                const from = col ^ ((Math.floor(row / low) & bits) * chunk);
                return cellOf(own[part], row, from < cols ? from : col);
              }),
            { which, column: `c xor ${chunk}·(⌊row / ${low}⌋ mod ${bits + 1})` },
          );
  }
}

/** Numbers of columns that are loaded at once, and the rows after which a pattern of exchanges repeats. */
const [CHUNKS, MAX_SWIZZLED] = [[4, 8, 16, 32, 64], 32] as const;

export const columnsSwizzled: KernelMistake = {
  ...storageMisread,
  isFree: true,
  variants: nearestOf(swizzled),
};

/** The likeliest of these ways, which may be made in some keys or columns only. */
export const nearReadings: KernelMistake = {
  ...storageMisread,
  *variants({ tasks: [{ query }] }) {
    yield* withChanges(["keys alone", "queries alone", "values alone"]);
    yield* withColumns(nearPlaces("c"), query.cols);
    yield* withKeys(nearPlaces("j"));
  },
};

export const keysReadAsZeros: KernelMistake = {
  id: "keys-read-as-zeros",
  step: "k",
  title: "Some keys or values were read as zeros.",
  formula: EACH_ONCE,
  fix: "Look for a part of the cache that was cleared or never written (a page, the end of an earlier chunk). If it is values alone, look for a part of the row's sum that was not added.",
  variants: (given) =>
    inAnyRange(
      given,
      WHICH.map((which) => replacing(PARTS[which], (task, part) => mapCells(task[part], () => 0), { which })),
    ),
};

/** Some tiles whose keys or values are read in another order. */
export const tilesReordered: KernelMistake = {
  ...storageMisread,
  isFree: true,
  variants: (given) => inAnyRange(given, withKeys(inEachTile(given.tasks[0].key.rows))),
};
