import { sumOver, upTo } from "../math/lists.js";
import { type BooleanMatrix, cellOf, createMatrix, isTrue, type Matrix } from "../math/matrix.js";
import { dotRows } from "../math/product.js";
import {
  abs,
  because,
  divide,
  equal,
  exactly,
  explainAs,
  flags,
  insertAxis,
  multiply,
  onDiagonal,
  sign,
  sqrt,
  square,
  stack,
  subtract,
  sumAway,
  type Term,
  where,
} from "../trace/arrays.js";
import { constant, valueIn } from "../trace/expression.js";
import { define } from "./define.js";

// Measures of how far several distributions over the same keys agree.

/**
 * The rank of each number in its row minus the mean rank: ½ Σ_k sign(x_j − x_k). It is 0 in the middle. Equal numbers
 * share a rank. Blocked cells are ignored and get 0. n×m → n×m.
 */
export const centredRanks = define<{ readonly blocked?: BooleanMatrix | undefined }>({
  name: "centred-ranks",
  definition([a], { blocked }) {
    const signs = sign(subtract(insertAxis(a, 2), insertAxis(a, 1)));
    const ofOthers = explainAs(signs, onDiagonal(a.cols), 0);
    if (!blocked) return divide(sumAway(ofOthers, [2]), 2);
    const isBlocked = flags("blocked", blocked);
    const counted = where(insertAxis(isBlocked, 1), 0, ofOthers);
    return where(isBlocked, because(0, "0, because the cell is masked"), divide(sumAway(counted, [2]), 2));
  },
  kernel([matrix], { blocked }) {
    const ranks = createMatrix(matrix.rows, matrix.cols);
    for (let row = 0; row < matrix.rows; row++) rankRow(matrix, row, blocked, ranks);
    return ranks;
  },
});

/** Writes the ranks of one row. It sorts instead of comparing pairs, because a row may have a thousand cells. */
function rankRow(matrix: Matrix, row: number, blocked: BooleanMatrix | undefined, ranks: Matrix): void {
  const valueAt = (col: number) => cellOf(matrix, row, col);
  const places = upTo(matrix.cols)
    .filter((col) => !isTrue(blocked, row, col))
    .sort((a, b) => valueAt(a) - valueAt(b));
  const hasNaN = places.some((col) => Number.isNaN(valueAt(col)));
  // The difference of two infinities is NaN.
  const isOpen = ([col, other]: readonly number[]) => other !== undefined && !Number.isFinite(valueAt(col));
  for (let first = 0; first < places.length; ) {
    let end = first + 1;
    while (end < places.length && valueAt(places[end]) === valueAt(places[first])) end++;
    const alike = places.slice(first, end);
    const rank = hasNaN || isOpen(alike) ? Number.NaN : (first + end - places.length) / 2;
    for (const col of alike) ranks.data[row * matrix.cols + col] = rank;
    first = end;
  }
}

/** Returns all pairs of k arrays as two arrays, k×k×n×m after broadcasting: the first of each pair, and the second. */
function pairsOf(parts: readonly Term[]): readonly [Term, Term] {
  const all = stack(parts);
  return [insertAxis(all, 1), insertAxis(all, 0)];
}

/** Returns a kernel that computes one number for each pair of k matrices, k×k. */
const ofPairs =
  (measure: (a: Matrix, b: Matrix) => number) =>
  (inputs: readonly Matrix[]): Matrix =>
    createMatrix(inputs.length, inputs.length, (a, b) => measure(inputs[a], inputs[b]));

/**
 * Spearman's rank correlation of inputs a and b: computed per row, then averaged. A row is left out if all ranks are
 * equal in one of the inputs. NaN if no row is left. H centred ranks n×m → H×H.
 */
export const rankCorrelation = define({
  name: "rank-correlation",
  definition(parts) {
    const [a, b] = pairsOf(parts);
    const dots = sumAway(multiply(a, b), [3]);
    const squares = stack(parts.map((part) => sumAway(square(part), [1])));
    const sizes = multiply(insertAxis(squares, 1), insertAxis(squares, 0));
    const isEqual = equal(sizes, 0);
    const each = where(isEqual, 0, divide(dots, sqrt(where(isEqual, 1, sizes))));
    const count = sumAway(where(isEqual, 0, 1), [2]);
    const rows = exactly(count, (_row, _col, cell) => constant(valueIn(cell)));
    const mean = divide(sumAway(each, [2]), where(equal(count, 0), 1, rows));
    return where(equal(count, 0), because(Number.NaN, "NaN, because no row ranks its keys"), mean);
  },
  // Pair by pair, because all pairs at once do not fit in memory.
  kernel: ofPairs((a, b) => {
    const dot = (x: Matrix, y: Matrix, row: number) => dotRows(x, row, y, row);
    const sizeOf = (row: number) => dot(a, a, row) * dot(b, b, row);
    const isRanked = (row: number) => dot(a, a, row) !== 0 && dot(b, b, row) !== 0;
    const rows = upTo(a.rows).filter(isRanked);
    const total = sumOver(rows, (row) => dot(a, b, row) / Math.sqrt(sizeOf(row)));
    return total / rows.length;
  }),
});

/**
 * ½ Σ_j |a_ij − b_ij|, the total variation distance between inputs a and b, averaged over the rows. H inputs n×m → H×H.
 */
export const totalVariation = define({
  name: "total-variation",
  definition(parts) {
    const [a, b] = pairsOf(parts);
    const differences = sumAway(abs(subtract(a, b)), [2, 3]);
    return divide(differences, 2 * parts[0].rows);
  },
  kernel: ofPairs((a, b) => sumOver(a.data, (value, at) => Math.abs(value - b.data[at])) / (2 * a.rows)),
});
