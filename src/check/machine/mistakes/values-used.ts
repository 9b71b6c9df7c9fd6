import { leastSquares } from "../../../math/least-squares.js";
import { squaresOf, upTo } from "../../../math/lists.js";
import { createMatrix, type Matrix, rowOf } from "../../../math/matrix.js";
import { rangesOf, rangesText } from "../../../math/ranges.js";
import { makeRow } from "../rows.js";
import { indicesWhere, spread } from "../where.js";
import {
  batchesOf,
  type Dump,
  eachScore,
  inWrongRows,
  replacing,
  type SearchContext,
} from "./kernel-mistake.js";
import { EACH_ONCE } from "./sums.js";
import { DOUBLED } from "./tiles.js";
import { weighing } from "./values.js";

// What a kernel multiplied by the weights. The weights P are known, so the output P·V says which rows V had, and in rows
// with few keys, an output says which weights it had.

/** The maximum number of keys, and of rows among which those that were used are looked for. */
const [MAX_KEYS, MAX_ROWS] = [512, 16_384];

/** Fewer columns would fit some row by chance. */
const MIN_COLUMNS = 8;

/** A row counts as found if its squared distance is at most this share of its squares. */
const NEAR = 0.05;

/** A weight that is smaller than this says nothing of its value. Rounding leaves less of larger ones in short types. */
const MIN_WEIGHT = 1e-6;

/** Returns the values of all heads and batches, each once, in the order in which they lie in memory. */
const valuesOf = (given: SearchContext): readonly Matrix[] => [
  ...new Set(
    batchesOf(given)
      .flat()
      .map(({ value }) => value),
  ),
];

/**
 * Finds, for each key, which row of all values stands in place of its own. In causal attention each row of the output
 * has one more key, so the value of the new key is what is left of the output. A row that is found is exact, so errors
 * do not grow from key to key. Where a weight is too small, the rule of the keys before it is taken, if there is one.
 */
function rowsUsed({ task, got }: Dump, all: readonly Matrix[]): readonly number[] | undefined {
  const { key, value, query } = task;
  const { cols } = value;
  const rows = all.length * value.rows;
  const isPossible = key.rows <= MAX_KEYS && rows <= MAX_ROWS && cols >= MIN_COLUMNS;
  if (!isPossible || all.some((one) => one.rows !== value.rows || one.cols !== cols)) return undefined;
  const rowAt = (at: number) => rowOf(all[Math.floor(at / value.rows)], at % value.rows);
  const found = new Map<number, number>();
  for (let row = 0; row < query.rows; row++) {
    const made = makeRow(task, row);
    if (!made) continue;
    const left = Float64Array.from(rowOf(got, row));
    const unknown: number[] = [];
    for (const [j, weight] of made.coefficients.entries()) {
      const used = found.get(j);
      if (weight === 0) continue;
      if (used === undefined) unknown.push(j);
      else
        rowAt(used).forEach((own, c) => {
          left[c] -= weight * own;
        });
    }
    const [next] = unknown;
    if (unknown.length === 0) continue;
    const weight = made.coefficients[next];
    const wanted = left.map((own) => own / weight);
    const at = unknown.length > 1 || weight < MIN_WEIGHT ? undefined : nearestRow(wanted, rows, rowAt);
    if (at === undefined) break;
    found.set(next, at);
  }
  const first = all.indexOf(value) * value.rows;
  const rule = ruleOf(upTo(found.size).map((j) => (found.get(j) ?? -1) - first));
  const used = upTo(key.rows).map((j) => found.get(j) ?? first + (rule?.(j) ?? Number.NaN));
  return used.every((at) => at >= 0 && at < rows) ? used : undefined;
}

/** The least number of keys from which the rows of all others are concluded. */
const MIN_FOUND = 8;

/** Finds the rule for the rows that the first keys used: a distance from their own, or an order within each tile. */
function ruleOf(own: readonly number[]): ((key: number) => number) | undefined {
  const [by] = own;
  if (own.length >= MIN_FOUND && own.every((at, j) => at === j + by)) return (j) => j + by;
  const period = own.length < MIN_FOUND ? undefined : periodOf(own);
  return period === undefined ? undefined : (j) => j - (j % period) + own[j % period];
}

/** Returns after how many keys their order repeats. At least half of a second period must be there. */
const periodOf = (own: readonly number[]) =>
  PERIODS.find(
    (length) =>
      own.length >= 1.5 * length &&
      own.every((at, j) => at === own[j % length] + j - (j % length) && own[j % length] < length),
  );

function nearestRow(
  wanted: Float64Array,
  count: number,
  rowAt: (at: number) => Float64Array,
): number | undefined {
  let [best, least] = [-1, NEAR * squaresOf(wanted)];
  for (let at = 0; at < count; at++) {
    const row = rowAt(at);
    let off = 0;
    for (let c = 0; c < row.length && off < least; c++) off += (row[c] - wanted[c]) ** 2;
    if (off < least) [best, least] = [at, off];
  }
  return best < 0 ? undefined : best;
}

const PERIODS = [2, 4, 8, 16, 32, 64, 128] as const;

const MAX_LISTED = 16;

/** Describes which rows were used. `first` is the own first row among those of all heads. */
function rowsText(used: readonly number[], first: number): string {
  const own = used.map((at) => at - first);
  const by = own[0];
  if (own.every((at, j) => at === j + by)) return `${Math.abs(by)} rows ${by > 0 ? "behind" : "before"}`;
  const period = periodOf(own);
  const listed = own.slice(0, Math.min(period ?? MAX_LISTED, MAX_LISTED)).join(" ");
  const more = (period ?? own.length) > MAX_LISTED ? " …" : "";
  return period === undefined ? `rows ${listed}${more}` : `rows ${listed}${more} of each ${period}`;
}

function* otherRows(given: SearchContext) {
  const { dump } = given;
  if (!dump || dump.task.dropped) return;
  const all = valuesOf(given);
  const first = all.indexOf(dump.task.value) * dump.task.value.rows;
  const used = rowsUsed(dump, all);
  if (!used?.some((at, j) => at !== first + j)) return;
  const { rows, cols } = dump.task.value;
  const made = createMatrix(rows, cols, (j, c) => {
    const { data } = all[Math.floor(used[j] / rows)];
    return data[(used[j] % rows) * cols + c];
  });
  yield replacing(["value"], () => made, { values: rowsText(used, first) });
}

/** Yields variants whose values are some columns of the keys: of a cache in which values are a part of the keys. */
function* columnsOfKeys({ tasks: [{ key, value }] }: SearchContext) {
  if (key.rows !== value.rows || value.cols < 2) return;
  for (let from = 0; from + value.cols <= key.cols; from++)
    yield replacing(
      ["value"],
      ({ key: { rows, cols, data } }) =>
        createMatrix(rows, value.cols, (row, col) => data[row * cols + from + col]),
      { values: `columns ${from}–${from + value.cols - 1} of the keys` },
    );
}

/** There must be this many times as many columns as keys, so that they determine the weights. */
const MIN_SHARE = 1.25;

/** Rounding leaves the ratio of a larger weight within `MAX_APART`. */
const [CLEAR_WEIGHT, MAX_APART] = [0.03, 0.3];

const MAX_READ = 8;

/**
 * Finds the keys that the wrong rows count twice. In a row with few keys, the columns of the output determine the
 * weights: some are twice as large, compared with the right ones, as the others.
 */
function keysCountedTwice({ task, got, wrongRows }: Dump): readonly number[] | undefined {
  const { value } = task;
  const twice = new Set<number>();
  const read = wrongRows.filter((row) => {
    const count = makeRow(task, row)?.coefficients.filter((weight) => weight > 0).length ?? 0;
    return count > 1 && count * MIN_SHARE <= value.cols;
  });
  for (const row of spread(read, MAX_READ)) {
    const weights = makeRow(task, row)?.coefficients ?? new Float64Array(0);
    const keys = indicesWhere(value.rows, (j) => weights[j] > 0);
    const equations = Array.from(rowOf(got, row), (right, c) => ({
      factors: keys.map((j) => value.data[j * value.cols + c] * weights[j]),
      right,
    }));
    const ratios = leastSquares(equations, keys.length);
    const clear = ratios && indicesWhere(keys.length, (at) => weights[keys[at]] > CLEAR_WEIGHT);
    const least = clear ? Math.min(...clear.map((at) => ratios[at])) : 0;
    if (!clear || !(least > 0)) return undefined;
    for (const at of clear) {
      const count = Math.round(ratios[at] / least);
      if (count > 2 || Math.abs(ratios[at] / least - count) > MAX_APART) return undefined;
      if (count === 2) twice.add(keys[at]);
    }
  }
  return twice.size > 0 ? [...twice].sort((a, b) => a - b) : undefined;
}

/** What stands in place of the values or weights, read from the output itself. */
export const VALUES_USED = [
  weighing({
    id: "values-other-rows",
    isFree: true,
    title: "The weights were multiplied by other rows or columns than those of the values.",
    fix: "Compare how rows of V are loaded with the keys of P: the stride of the heads, the columns of a packed array, and the order of keys in a fragment of a matrix product.",
    *variants(given) {
      yield* otherRows(given);
      yield* columnsOfKeys(given);
    },
  }),
  weighing({
    ...DOUBLED,
    isFree: true,
    formula: EACH_ONCE,
    *variants({ dump }) {
      const keys = dump && keysCountedTwice(dump);
      if (!keys) return;
      const isTwice = new Set(keys);
      const text = rangesText(rangesOf(keys));
      const lastRow = dump.wrongRows[dump.wrongRows.length - 1];
      const width = lastRow - keys[keys.length - 1] + 1;
      const widths = [{ keys: text }, { keys: text, "while in a window of": width }];
      for (const [at, parameters] of widths.entries()) {
        const { make } = eachScore((score, key, row) =>
          isTwice.has(key) && (at === 0 || key > row - width) ? score + Math.LN2 : score,
        );
        yield inWrongRows(dump, { parameters, make });
      }
    },
  }),
];
