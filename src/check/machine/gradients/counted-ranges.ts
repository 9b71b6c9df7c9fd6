import { tabulate } from "../../../math/lists.js";
import { spread } from "../where.js";
import { type BackwardRows, backwardRows } from "./backward-rows.js";
import type { GradientSearchContext, Part } from "./mistakes/gradient-mistake.js";
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
  const form = createForm(Math.ceil(count / size));
  const wrong = isOfQueries ? given.wrongRows : given.wrongKeys;
  const slots = new Map(spread(wrong, MAX_ROWS).map((row, slot) => [row, slot]));
  for (const part of parts) if (!addPart(form, part, slots, size, given)) return undefined;
  const found = nearestRange(form);
  if (!found) return undefined;
  const { first, last, times } = found;
  return { first: first * size, last: Math.min(count, last * size), times, isAll: form.isBlank };
}

/**
 * The coefficients of Σ (off − Σ_t x_t term_t)² = off² − 2 x·products + xᵀ squares x, summed over all cells that are
 * read. Each cell is divided by its variance.
 */
interface Form {
  /** Whether every cell that is read is 0. */
  isBlank: boolean;
  readonly count: number;
  readonly squares: Float64Array;
  readonly products: Float64Array;
}

const createForm = (count: number): Form => ({
  isBlank: true,
  count,
  squares: new Float64Array(count * count),
  products: new Float64Array(count),
});

/** Adds the wrong rows of a gradient, of all heads. Returns false if one of them was not dumped by heads. */
function addPart(
  form: Form,
  part: Part,
  slots: ReadonlyMap<number, number>,
  size: number,
  given: GradientSearchContext,
): boolean {
  const ofQuery = part === "query";
  const groups = ofQuery ? given.heads.length : given.kvHeads;
  for (let group = 0; group < groups; group++) {
    // Gradients that RoPE rotated back are not sums of these terms.
    const dumped = given.hasRope && part !== "value" ? undefined : given.dumped(part, group);
    if (!dumped) return false;
    const { cols } = dumped.got;
    const terms = tabulate(form.count, () => new Float64Array(slots.size * cols));
    for (const head of given.heads.filter((_, at) => (ofQuery ? at : given.kvOf[at]) === group)) {
      for (const rows of backwardRows(head))
        addTerms(terms, slots, size, ofQuery, rows, productsOf(rows, head)[part]);
    }
    for (const [row, slot] of slots) {
      for (let c = 0; c < cols; c++) {
        const at = row * cols + c;
        const off = dumped.want.data[at] - dumped.got.data[at];
        form.isBlank &&= dumped.got.data[at] === 0;
        const certainty = 1 / Math.max(dumped.variance[at], Number.MIN_VALUE);
        if (Number.isFinite(off)) addCell(form, terms, slot * cols + c, off, certainty);
      }
    }
  }
  return true;
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

function addCell(
  { count, squares, products }: Form,
  terms: readonly Float64Array[],
  at: number,
  off: number,
  certainty: number,
): void {
  for (let a = 0; a < count; a++) {
    const own = terms[a][at] * certainty;
    if (own === 0) continue;
    products[a] += own * off;
    for (let b = 0; b < count; b++) squares[a * count + b] += own * terms[b][at];
  }
}

/** Finds the range of terms that leaves least of the difference if it is left out (0) or added once more (2). */
function nearestRange({ count, squares, products }: Form): Omit<CountedRange, "isAll"> | undefined {
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
