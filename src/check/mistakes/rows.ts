import type { Matrix } from "../../math/matrix.js";
import type { Step, Trace } from "../../trace/trace.js";
import { computeStep } from "../../trace/trace.js";
import type { Answer } from "../answers.js";
import { alterSteps } from "./alter.js";
import { type Mistake, type Telling, tellAs } from "./mistake.js";

// Rows that stand at another place than theirs, or so many times. They may be those of any step, so that they are looked for on the sheet.

/** The rows of a step that were taken from other rows, or so many times; and what is said of it. */
interface Order {
  readonly moved: readonly (readonly [row: number, from: number, times?: number])[];
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
  namesRows: true,
  isPlain: true,
  apply: () => [],
  applyAt: (trace, answer, own) => applyOrders(trace, answer, own, ordersOf),
});

function applyOrders(
  trace: Trace,
  answer: Answer,
  own: readonly Matrix[],
  ordersOf: (count: number) => readonly Order[],
): readonly Trace[] {
  return ordersOf(answer.rows)
    .filter(({ moved }) => own.some((made) => isSeen(answer, made, moved)))
    .flatMap(({ moved, telling }) =>
      tellAs(
        alterSteps(trace, (step) =>
          step.key === answer.key ? { compute: (inputs) => reordered(step, inputs, moved) } : undefined,
        ),
        telling,
      ),
    );
}

function reordered(step: Step, inputs: readonly Matrix[], moved: Order["moved"]): Matrix {
  const made = computeStep(step, inputs);
  const data = made.data.slice();
  for (const [row, at, times = 1] of moved)
    data.set(
      made.data.subarray(at * made.cols, (at + 1) * made.cols).map((value) => value * times),
      row * made.cols,
    );
  return { ...made, data };
}

/** So many units of the last digit rounding on the way may move a cell; a whole number is not rounded. */
const UNITS = 3;
const slackOf = (decimals: number) => (decimals > 0 ? UNITS * 10 ** -decimals : 0.5);
/** Fewer cells that differ say nothing of a row. */
const FEWEST_CELLS = 2;

/** Whether the rows of an answer that are said to stand elsewhere do so, and in several cells are not what stands there. */
function isSeen({ cells, values, cols }: Answer, { data }: Matrix, moved: Order["moved"]): boolean {
  let differ = 0;
  for (const [row, at, times = 1] of moved) {
    for (let col = 0; col < cols; col++) {
      const cell = cells[row * cols + col];
      if (!cell) return false;
      const slack = slackOf(cell.decimals);
      const isNear = (value: number) =>
        value === cell.value || Math.abs(value - values[row * cols + col]) <= slack;
      if (!isNear(data[at * cols + col] * times)) return false;
      if (!isNear(data[row * cols + col])) differ++;
    }
  }
  return differ >= FEWEST_CELLS;
}

const rowsOf = (count: number) => Array.from({ length: count }, (_, row) => row);

const pairsOf = (count: number): readonly (readonly [number, number])[] =>
  rowsOf(count).flatMap((one) => rowsOf(one).map((other) => [other, one] as const));

/** What people multiply a row by when they take it twice, leave half of it out, lose its sign or write it in percent. */
const FACTORS = [2, 0.5, -1, 10, 0.1, 100, 0.01];

export const ROW_MISTAKES: readonly Mistake[] = [
  inRows(
    {
      id: "rows-swapped",
      title: "Two rows are swapped.",
      fix: "Write each row beside the name of its query.",
    },
    (count) =>
      pairsOf(count).map(([one, other]) => ({
        moved: [
          [one, other],
          [other, one],
        ],
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
        : [
            {
              moved: rowsOf(count).flatMap((row) =>
                2 * row === count - 1 ? [] : [[row, count - 1 - row] as const],
              ),
              telling: () => "The rows are in the reverse order.",
            },
          ],
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
          moved: [[row, other]],
          telling: (name) => `Row ${name(row)} is a copy of row ${name(other)}.`,
        })),
      ),
  ),
  inRows(
    {
      id: "numbers-multiplied",
      title: "Numbers are a multiple of what they should be.",
      fix: "Look for the factor: each number is off by the same one.",
    },
    (count) =>
      FACTORS.flatMap((times) => [
        {
          moved: rowsOf(count).map((row) => [row, row, times] as const),
          telling: () => `Every number is ${times} times what it should be.`,
        },
        ...rowsOf(count).map(
          (row): Order => ({
            moved: [[row, row, times]],
            telling: (name) => `Every number of row ${name(row)} is ${times} times what it should be.`,
          }),
        ),
      ]),
  ),
];
