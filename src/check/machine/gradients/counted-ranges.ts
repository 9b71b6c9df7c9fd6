import { spread } from "../where.js";
import type { GradientSuspicion, Part, ReplayedHead } from "./mistakes/gradient-mistake.js";
import { type RowsBack, rowsBack } from "./rows-back.js";

// Which keys, or queries, the wrong rows of a gradient lack, or count twice, as the rows themselves show it: a row is a sum over them, so
// that for each range the sum without it is known from the products of the terms with each other and with what is off.

/** Keys (of dQ) or queries (of dK and dV) first ≤ j < last that count so often where others count once. */
export interface CountedRange {
  readonly first: number;
  readonly last: number;
  readonly times: 0 | 2;
  /** The wrong rows hold nothing but zeros: what is lost is all of them. */
  readonly isAll: boolean;
}

/** So many terms are told apart, and so many rows of each gradient are asked. */
const [MOST_TERMS, MOST_ROWS] = [64, 16];

/** What a row of each gradient is a sum of: a number for each query and key, times a row of another matrix. */
const TERMS: Readonly<Record<Part, (rows: RowsBack, head: ReplayedHead) => Terms>> = {
  query: ({ dScaled }, { task }) => ({ pairs: dScaled, by: task.key, factor: task.scale }),
  key: ({ dScaled }, { task }) => ({ pairs: dScaled, by: task.query, factor: task.scale }),
  value: ({ kept }, { gradient }) => ({ pairs: kept, by: gradient, factor: 1 }),
};

interface Terms {
  readonly pairs: RowsBack["weights"];
  readonly by: RowsBack["weights"];
  readonly factor: number;
}

/** The range that comes closest to making wrong gradients right; undefined where they were not dumped by heads, or none does. */
export function readRange(given: GradientSuspicion, parts: readonly Part[]): CountedRange | undefined {
  const { query, key } = given.heads[0].task;
  const isOfQueries = parts.includes("query");
  const count = isOfQueries ? key.rows : query.rows;
  const size = Math.ceil(count / MOST_TERMS);
  const form = createForm(Math.ceil(count / size));
  const wrong = isOfQueries ? given.wrongRows : given.wrongKeys;
  const slots = new Map(spread(wrong, MOST_ROWS).map((row, slot) => [row, slot]));
  for (const part of parts) if (!addPart(form, part, slots, size, given)) return undefined;
  const found = nearestRange(form);
  if (!found) return undefined;
  const { first, last, times } = found;
  return { first: first * size, last: Math.min(count, last * size), times, isAll: form.isBlank };
}

/** Σ (off − Σ_t x_t term_t)² = off² − 2 x·products + xᵀ squares x, over all cells that are asked. */
interface Form {
  /** Whether every cell that is asked is 0. */
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

/** Adds the rows of a gradient in which it is wrong, of all heads. */
function addPart(
  form: Form,
  part: Part,
  slots: ReadonlyMap<number, number>,
  size: number,
  given: GradientSuspicion,
): boolean {
  const ofQuery = part === "query";
  const groups = ofQuery ? given.heads.length : given.kvHeads;
  for (let group = 0; group < groups; group++) {
    // What was turned back is another sum.
    const dumped = given.hasRope && part !== "value" ? undefined : given.dumped(part, group);
    if (!dumped) return false;
    const { cols } = dumped.got;
    const terms = Array.from({ length: form.count }, () => new Float64Array(slots.size * cols));
    for (const head of given.heads.filter((_, at) => (ofQuery ? at : given.kvOf[at]) === group)) {
      for (const rows of rowsBack(head)) addTerms(terms, slots, size, ofQuery, rows, TERMS[part](rows, head));
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

/** Adds what some queries and keys give to the rows that are asked, by ranges of so many terms. */
function addTerms(
  terms: readonly Float64Array[],
  slots: ReadonlyMap<number, number>,
  size: number,
  ofQuery: boolean,
  { first, count }: RowsBack,
  { pairs, by, factor }: Terms,
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

/** The range of terms that, left out or added once more, leaves least of what is off. */
function nearestRange({ count, squares, products }: Form): Omit<CountedRange, "isAll"> | undefined {
  let [best, least]: [Omit<CountedRange, "isAll"> | undefined, number] = [undefined, 0];
  for (let first = 0; first < count; first++) {
    let [product, square] = [0, 0];
    for (let last = first; last < count; last++) {
      product += products[last];
      for (let b = first; b < last; b++) square += 2 * squares[last * count + b];
      square += squares[last * count + last];
      // All of them twice is a factor.
      for (const times of last - first < count - 1 ? ([0, 2] as const) : ([0] as const)) {
        const left = square - 2 * (1 - times) * product;
        if (left < least) [best, least] = [{ first, last: last + 1, times }, left];
      }
    }
  }
  return best;
}
