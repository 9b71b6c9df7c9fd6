import { type Equation, normalEquations } from "../../../math/least-squares.js";
import { tabulate } from "../../../math/lists.js";
import { spread } from "../where.js";
import { type BackwardRows, backwardRows, type Part } from "./backward-rows.js";
import { equationOf, type GradientSearchContext } from "./mistakes/gradient-mistake.js";
import { type GradientProduct, productsOf } from "./products.js";

// Finds the range of keys, or of queries, that the wrong rows of a gradient leave out or count twice. A row of a
// gradient is a sum of terms, one per key or query, so a range changes it by the sum of the range's terms. Least
// squares finds the range that comes closest to the difference; the products of terms needed for it are computed once.

/** Keys (for dQ) or queries (for dK and dV) with first ≤ j < last that count 0 times or twice instead of once. */
export interface CountedRange {
  readonly first: number;
  readonly last: number;
  readonly times: 0 | 2;
  /** Whether the wrong rows contain nothing but zeros, so that all their terms are lost. */
  readonly isAll: boolean;
}

/** The maximum number of terms that are distinguished, and of wrong rows per gradient that are read. */
const [MAX_TERMS, MAX_ROWS] = [64, 16];

/**
 * Finds the range that comes closest to correcting the wrong gradients. Returns undefined if no range makes them
 * better, or if the gradients were not dumped by heads.
 */
export function readRange(given: GradientSearchContext, parts: readonly Part[]): CountedRange | undefined {
  const { query, key } = given.heads[0].task;
  const isOfQueries = parts.includes("query");
  const count = isOfQueries ? key.rows : query.rows;
  const size = Math.ceil(count / MAX_TERMS);
  const wrong = isOfQueries ? given.wrongRows : given.wrongKeys;
  const slots = new Map(spread(wrong, MAX_ROWS).map((row, slot) => [row, slot]));
  const ranges = { count: Math.ceil(count / size), size };
  const read = parts.map((part) => cellsOf(part, slots, ranges, given));
  if (read.some((cells) => !cells)) return undefined;
  const cells = read.flatMap((own) => own ?? []);
  const found = nearestRange(cells, ranges.count);
  if (!found) return undefined;
  const { first, last, times } = found;
  const isAll = cells.every(({ got }) => got === 0);
  return { first: first * size, last: Math.min(count, last * size), times, isAll };
}

/** A cell of a wrong row: Σ of the terms that it lacks = how far it is off. */
interface Cell extends Equation {
  readonly got: number;
}

/** Reads the wrong rows of a gradient, of all heads. Returns undefined if one of them was not dumped by heads. */
function cellsOf(
  part: Part,
  slots: ReadonlyMap<number, number>,
  { count, size }: { readonly count: number; readonly size: number },
  given: GradientSearchContext,
): readonly Cell[] | undefined {
  const ofQuery = part === "query";
  const cells: Cell[] = [];
  for (let group = 0; group < (ofQuery ? given.heads.length : given.kvHeads); group++) {
    // Gradients that RoPE rotated back are not sums of these terms.
    const dumped = given.hasRope && part !== "value" ? undefined : given.dumped(part, group);
    if (!dumped) return undefined;
    const { cols, data } = dumped.got;
    const terms = tabulate(count, () => new Float64Array(slots.size * cols));
    for (const head of given.heads.filter((_, at) => (ofQuery ? at : given.kvOf[at]) === group)) {
      for (const rows of backwardRows(head))
        addTerms(terms, slots, size, ofQuery, rows, productsOf(rows, head)[part]);
    }
    for (const [row, slot] of slots) {
      for (let c = 0, at = row * cols; c < cols; c++, at++) {
        const factors = terms.map((term) => term[slot * cols + c]);
        cells.push({ got: data[at], ...equationOf(dumped, at, factors, dumped.want.data[at] - data[at]) });
      }
    }
  }
  return cells;
}

/** Adds the terms of some queries and keys to the rows that are read, summed over ranges of `size` terms. */
function addTerms(
  terms: readonly Float64Array[],
  slots: ReadonlyMap<number, number>,
  size: number,
  ofQuery: boolean,
  { first, count }: BackwardRows,
  { pairs, by, factor }: GradientProduct,
): void {
  for (let row = 0; row < count; row++) {
    for (let key = 0; key < pairs.cols; key++) {
      const [own, other] = ofQuery ? [first + row, key] : [key, first + row];
      const slot = slots.get(own);
      const pair = factor * pairs.data[row * pairs.cols + key];
      if (slot === undefined || pair === 0) continue;
      const term = terms[Math.floor(other / size)];
      for (let c = 0; c < by.cols; c++) term[slot * by.cols + c] += pair * by.data[other * by.cols + c];
    }
  }
}

/** Finds the range of terms that leaves least of the difference if it is left out (0) or added once more (2). */
function nearestRange(cells: readonly Cell[], count: number): Omit<CountedRange, "isAll"> | undefined {
  const finite = cells.filter(({ right }) => Number.isFinite(right));
  const { matrix: squares, right: products } = normalEquations(finite, count);
  let [best, least]: [Omit<CountedRange, "isAll"> | undefined, number] = [undefined, 0];
  for (let first = 0; first < count; first++) {
    let [product, square] = [0, 0];
    for (let last = first; last < count; last++) {
      product += products[last];
      for (let b = first; b < last; b++) square += 2 * squares[last * count + b];
      square += squares[last * count + last];
      // All terms twice is the factor 2, which is another mistake.
      for (const times of last - first < count - 1 ? ([0, 2] as const) : ([0] as const)) {
        const left = square - 2 * (1 - times) * product;
        if (left < least) [best, least] = [{ first, last: last + 1, times }, left];
      }
    }
  }
  return best;
}
