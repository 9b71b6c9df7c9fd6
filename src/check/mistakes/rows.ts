import type { Matrix, Shape } from "../../math/matrix.js";
import { computeStep } from "../../trace/trace.js";
import type { Answer } from "../answers.js";
import { alterSteps } from "./alter.js";
import { type Mistake, type Telling, tellAs } from "./mistake.js";

// Rows or columns that stand at another place than theirs, or so many times. They may be those of any step, so that they are looked for on the sheet.

type Line = "row" | "column";

/** The lines of a step that were taken from other ones, or so many times; and what is said of it. */
interface Order {
  readonly moved: readonly (readonly [line: number, from: number, times?: number])[];
  readonly telling: Telling;
}

/** A mistake in the order of lines; `ordersOf` says which orders of so many it may be. */
const inLines = (
  line: Line,
  text: Pick<Mistake, "id" | "title" | "fix">,
  ordersOf: (count: number) => readonly Order[],
): Mistake => ({
  ...text,
  step: "any",
  formula: "row i of a step belongs to query i",
  namesLines: true,
  isPlain: true,
  apply: () => [],
  applyAt: ({ trace }, answer, own) =>
    ordersOf(line === "row" ? answer.rows : answer.cols)
      .filter(({ moved }) => own.some((made) => isSeen(answer, made, line, moved)))
      .flatMap(({ moved, telling }) =>
        tellAs(
          alterSteps(trace, (step) =>
            step.key === answer.key
              ? { compute: (inputs) => reordered(computeStep(step, inputs), line, moved) }
              : undefined,
          ),
          telling,
        ),
      ),
});

/** Where the cells of a line stand. */
const cellsOf = ({ rows, cols }: Shape, line: Line, at: number): readonly number[] =>
  line === "row" ? countTo(cols).map((col) => at * cols + col) : countTo(rows).map((row) => row * cols + at);

function reordered(made: Matrix, line: Line, moved: Order["moved"]): Matrix {
  const data = made.data.slice();
  for (const [to, from, times = 1] of moved) {
    const taken = cellsOf(made, line, from);
    for (const [at, cell] of cellsOf(made, line, to).entries()) data[cell] = made.data[taken[at]] * times;
  }
  return { ...made, data };
}

/** So many units of the last digit rounding on the way may move a cell; a whole number is not rounded. */
const UNITS = 3;
const slackOf = (decimals: number) => (decimals > 0 ? UNITS * 10 ** -decimals : 0.5);
/** Fewer cells that differ say nothing of a row. */
const FEWEST_CELLS = 2;

/** Whether the lines of an answer that are said to stand elsewhere do so, and in several cells are not what stands there. */
function isSeen(answer: Answer, { data }: Matrix, line: Line, moved: Order["moved"]): boolean {
  let differ = 0;
  for (const [to, from, times = 1] of moved) {
    const taken = cellsOf(answer, line, from);
    for (const [at, index] of cellsOf(answer, line, to).entries()) {
      const cell = answer.cells[index];
      if (!cell) return false;
      const slack = slackOf(cell.decimals);
      const isNear = (value: number) =>
        value === cell.value || Math.abs(value - answer.values[index]) <= slack;
      if (!isNear(data[taken[at]] * times)) return false;
      if (!isNear(data[index])) differ++;
    }
  }
  return differ >= FEWEST_CELLS;
}

const countTo = (count: number) => Array.from({ length: count }, (_, at) => at);

const pairsOf = (count: number): readonly (readonly [number, number])[] =>
  countTo(count).flatMap((one) => countTo(one).map((other) => [other, one] as const));

const capital = (line: Line) => (line === "row" ? "Row" : "Column");

/** Every line from where `from` says: of fewer than `fewest` another order says the same. */
function ofAll(count: number, fewest: number, from: (at: number) => number, said: string): readonly Order[] {
  const moved = countTo(count).map((at) => [at, from(at)] as const);
  return count < fewest ? [] : [{ moved: moved.filter(([to, at]) => to !== at), telling: () => said }];
}

const inOrderOf = (line: Line, place: string): readonly Mistake[] => [
  inLines(line, { id: `${line}s-swapped`, title: `Two ${line}s are swapped.`, fix: place }, (count) =>
    pairsOf(count).map(([one, other]) => ({
      moved: [
        [one, other],
        [other, one],
      ],
      telling: (name) => `${capital(line)}s ${name[line](one)} and ${name[line](other)} are swapped.`,
    })),
  ),
  inLines(
    line,
    { id: `${line}s-reversed`, title: `The ${line}s are in the reverse order.`, fix: place },
    (count) => ofAll(count, 4, (at) => count - 1 - at, `The ${line}s are in the reverse order.`),
  ),
  inLines(
    line,
    { id: `${line}s-moved`, title: `Each ${line} is in its neighbour's place.`, fix: place },
    (count) =>
      [1, count - 1].flatMap((by) => {
        const said = `Each ${line} is in the place of the one ${by === 1 ? "before" : "after"} it.`;
        return ofAll(count, 3, (at) => (at + by) % count, said);
      }),
  ),
];

/** What people multiply a row by when they take it twice, leave half of it out, lose its sign or write it in percent. */
const FACTORS = [2, 0.5, -1, 10, 0.1, 100, 0.01];

export const ROW_MISTAKES: readonly Mistake[] = [
  ...inOrderOf("row", "Write each row next to its query."),
  inLines(
    "row",
    {
      id: "row-copied",
      title: "One row is a copy of another.",
      fix: "Compute the row of each query with that query's own numbers.",
    },
    (count) =>
      pairsOf(count).flatMap((pair) =>
        [pair, pair.toReversed()].map(([at, other]) => ({
          moved: [[at, other]],
          telling: (name) => `Row ${name.row(at)} is a copy of row ${name.row(other)}.`,
        })),
      ),
  ),
  inLines(
    "row",
    {
      id: "numbers-multiplied",
      title: "Numbers are a multiple of what they should be.",
      fix: "Look for the factor: it is the same for each number.",
    },
    (count) =>
      FACTORS.flatMap((times) => [
        {
          moved: countTo(count).map((row) => [row, row, times] as const),
          telling: () => `Every number is ${times} times what it should be.`,
        },
        ...countTo(count).map(
          (row): Order => ({
            moved: [[row, row, times]],
            telling: (name) => `Every number of row ${name.row(row)} is ${times} times what it should be.`,
          }),
        ),
      ]),
  ),
  ...inOrderOf("column", "Write each number in its own column."),
];
