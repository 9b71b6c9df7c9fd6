import { createMatrix, type Matrix, rowOf } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import type { FloatName } from "../float-names.js";
import { FLOAT_TYPES, holds, roundMatrix } from "../float-types.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { spread } from "../where.js";
import {
  alsoOfSheets,
  type Dump,
  type KernelMistake,
  type RowMaker,
  replacing,
  withWeighting,
} from "./kernel-mistake.js";
import { factorBetween } from "./sums.js";
import { reordered } from "./value-tiles.js";

// What is done wrong with values and outputs, and roundings that can be replayed.

export const inputsRounded: KernelMistake = {
  id: "inputs-rounded",
  step: "scores",
  title: "Query, key and value were rounded to a shorter type before they were used.",
  formula: "S = Q Kᵀ of the given numbers",
  fix: "Keep the inputs in their own type; look for a cast before the call.",
  *variants({ tasks, dump }) {
    if (dump && !isNear(dump)) return;
    for (const type of ["bfloat16", "float16", "tf32"] as const) {
      if (tasks.every((task) => isOfType(task, type))) continue;
      for (const [which, parts] of Object.entries(ROUNDED))
        yield replacing(parts, (task, part) => rounded(task[part], type), { type, which });
    }
  },
};

/** Whether some wrong row is no farther from the right one than that is from zero: else rounding is not why. */
function isNear({ got, want, wrongRows }: Dump): boolean {
  return spread(wrongRows, MOST_COMPARED).some((row) => {
    const right = rowOf(want, row);
    let [off, own] = [0, 0];
    for (const [c, value] of rowOf(got, row).entries()) {
      off += (value - right[c]) ** 2;
      own += right[c] ** 2;
    }
    return off <= own;
  });
}

const MOST_COMPARED = 8;

const isOfType = ({ query, key, value }: Task, type: FloatName) =>
  [query, key, value].every(({ data }) => holds(FLOAT_TYPES[type], data).all);

const ROUNDED = {
  all: ["query", "key", "value"],
  "query and key": ["query", "key"],
  value: ["value"],
} as const;

const known = new WeakMap<Matrix, Map<FloatName, Matrix>>();

const rounded = (matrix: Matrix, type: FloatName): Matrix =>
  remember(
    remember(known, matrix, () => new Map<FloatName, Matrix>()),
    type,
    () => roundMatrix(FLOAT_TYPES[type], matrix),
  );

export const rowsScaled: KernelMistake = {
  id: "rows-scaled",
  step: "output",
  title: "The output is the right one times a factor, of all rows or of each row.",
  formula: "the weights of a row add up to 1",
  fix: "Look for a sum that is not that of the weights (of another tile, of other rows), or a factor that is left out or taken twice: 1 / (1 − p) of dropout, the scale of values in 8 bits.",
  *variants({ dump }) {
    if (!dump || dump.got.cols < FEWEST_COLUMNS) return;
    const { got } = dump;
    const factor = factorOf(dump);
    if (factor !== undefined) yield { parameters: { factor }, make: timesFactor(() => factor) };
    yield { make: timesFactor((made, row) => factorBetween(rowOf(got, row), made)) };
  },
};

/** A factor that is fitted to few numbers fits them anyway. */
const FEWEST_COLUMNS = 4;

const timesFactor =
  (factorFor: (right: Float64Array, row: number) => number): RowMaker =>
  (task, row) => {
    const right = makeRow(task, row);
    const factor = right ? factorFor(right.output, row) : Number.NaN;
    if (!Number.isFinite(factor)) return right;
    return makeRow(task, row, undefined, (_, { powers, sum }) =>
      powers.map((power) => (power / sum) * factor),
    );
  };

/** A factor that the wrong rows have in common, in few digits. */
function factorOf({ got, want, wrongRows }: Dump): number | undefined {
  const factors = spread(wrongRows, MOST_COMPARED).map((row) =>
    factorBetween(rowOf(got, row), rowOf(want, row)),
  );
  const [first = Number.NaN] = factors;
  return factors.every((factor) => Math.abs(factor / first - 1) < 0.01)
    ? Number(first.toPrecision(3))
    : undefined;
}

function withColumnsReversed({ value: { rows, cols, data } }: Task): Matrix {
  return createMatrix(rows, cols, (j, c) => data[j * cols + cols - 1 - c]);
}

const FORMULA = "o_i = Σ_j α_ij v_j";

export const VALUES: readonly KernelMistake[] = [
  {
    id: "value-by-query",
    step: "output",
    title: "The values were indexed by the query, not by the key.",
    formula: FORMULA,
    fix: "The sum has the value of each weighted key.",
    isPossible: ({ tasks }) => tasks.every(({ query, value }) => query.rows <= value.rows),
    variants: () => [withWeighting((scores, _, row) => scores.map((_score, j) => (j === row ? 1 : 0)))],
  },
  {
    id: "values-reversed",
    step: "output",
    title: "The values were read backwards.",
    formula: FORMULA,
    fix: "Look for a stride with the wrong sign, or an array that was flipped.",
    variants: () => [
      reordered((key, numKeys) => numKeys - 1 - key, { which: "keys" }),
      replacing(["value"], withColumnsReversed, { which: "columns" }),
    ],
  },
  alsoOfSheets(
    "value-is-key",
    () => [replacing(["value"], ({ key }) => key)],
    ({ tasks }) => tasks.every(({ key, value }) => key.cols === value.cols),
  ),
];
