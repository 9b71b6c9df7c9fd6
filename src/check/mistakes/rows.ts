import type { Matrix } from "../../math/matrix.js";
import type { Step, Trace } from "../../trace/trace.js";
import { computeStep } from "../../trace/trace.js";
import type { Answer, Sheet } from "../answers.js";
import { numbersOf } from "../solution.js";
import { alterSteps, madeAtFirst } from "./alter.js";
import { type Mistake, type Telling, tellAs } from "./mistake.js";

// Rows that stand at another place than theirs. They may be those of any step, so that they are looked for on the sheet.

/** From which row each row of a step was taken, and what is said of it. */
interface Order {
  readonly from: readonly number[];
  readonly telling: Telling;
}

/** A mistake in the order of rows; `ordersOf` says which orders of so many rows it may be. */
const inRows = (
  text: Pick<Mistake, "id" | "title" | "fix">,
  ordersOf: (count: number) => readonly Order[],
): Mistake => ({
  ...text,
  step: "any",
  formula: "row i of a step belongs to query i",
  readsSheet: true,
  namesRows: true,
  isPlain: true,
  madeAt: madeAtFirst,
  apply: ({ trace }, sheet) => applyOrders(trace, sheet, ordersOf),
});

function applyOrders(trace: Trace, sheet: Sheet, ordersOf: (count: number) => readonly Order[]): Trace[] {
  const exact = numbersOf(trace);
  return [...sheet.values()].flatMap((answer) => {
    const right = exact(answer.key);
    return ordersOf(answer.rows)
      .filter(({ from }) => isSeen(answer, right, from))
      .flatMap(({ from, telling }) =>
        tellAs(
          alterSteps(trace, (step) =>
            step.key === answer.key ? { compute: (inputs) => reordered(step, inputs, from) } : undefined,
          ),
          telling,
        ),
      );
  });
}

function reordered(step: Step, inputs: readonly Matrix[], from: readonly number[]): Matrix {
  const made = computeStep(step, inputs);
  const data = made.data.slice();
  for (const [row, at] of from.entries())
    data.set(made.data.subarray(at * made.cols, (at + 1) * made.cols), row * made.cols);
  return { ...made, data };
}

/** So many units of the last digit rounding on the way may move a cell. */
const UNITS = 3;
/** Fewer cells that differ say nothing of a row. */
const FEWEST_CELLS = 2;

/** Whether the rows of an answer that are said to stand elsewhere do so, and in several cells are not what stands there. */
function isSeen({ cells, values, cols }: Answer, { data }: Matrix, from: readonly number[]): boolean {
  let differ = 0;
  for (const [row, at] of from.entries()) {
    if (row === at) continue;
    for (let col = 0; col < cols; col++) {
      const cell = cells[row * cols + col];
      if (!cell) return false;
      const slack = UNITS * 10 ** -cell.decimals;
      const isNear = (value: number) =>
        value === cell.value || Math.abs(value - values[row * cols + col]) <= slack;
      if (!isNear(data[at * cols + col])) return false;
      if (!isNear(data[row * cols + col])) differ++;
    }
  }
  return differ >= FEWEST_CELLS;
}

const identity = (count: number) => Array.from({ length: count }, (_, row) => row);

const pairsOf = (count: number): readonly (readonly [number, number])[] =>
  identity(count).flatMap((one) => identity(one).map((other) => [other, one] as const));

export const ROW_MISTAKES: readonly Mistake[] = [
  inRows(
    {
      id: "rows-swapped",
      title: "Two rows are swapped.",
      fix: "Write each row beside the name of its query.",
    },
    (count) =>
      pairsOf(count).map(([one, other]) => ({
        from: identity(count).with(one, other).with(other, one),
        telling: (row) => `Rows ${row(one)} and ${row(other)} are swapped.`,
      })),
  ),
  inRows(
    {
      id: "rows-reversed",
      title: "The rows are in the reverse order.",
      fix: "Write each row beside the name of its query.",
    },
    (count) =>
      count < 4
        ? []
        : [{ from: identity(count).reverse(), telling: () => "The rows are in the reverse order." }],
  ),
  inRows(
    {
      id: "row-copied",
      title: "One row is a copy of another.",
      fix: "Work the row of each query with that query's own numbers.",
    },
    (count) =>
      pairsOf(count).flatMap((pair) =>
        [pair, [pair[1], pair[0]] as const].map(([row, other]) => ({
          from: identity(count).with(row, other),
          telling: (name) => `Row ${name(row)} is a copy of row ${name(other)}.`,
        })),
      ),
  ),
];
