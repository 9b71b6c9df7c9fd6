import { upTo } from "../../math/lists.js";
import type { Matrix, Shape } from "../../math/matrix.js";
import type { Answer } from "../answers.js";
import { alterSteps, changeOutput } from "./alter.js";
import { type Mistake, type SpecificTitle, setSpecificTitle } from "./mistake.js";

// Rows or columns that are at a wrong place, or multiplied by a factor. They can be in any step, so they are searched
// on the sheet.

type Line = "row" | "column";

/** Lines of a step that were copied from other lines or multiplied by a factor, and a sentence about it. */
interface Order {
  readonly moved: readonly (readonly [line: number, from: number, times?: number])[];
  readonly specificTitle: SpecificTitle;
}

/** Returns a mistake in the order of lines. `ordersOf` returns the possible orders of a number of lines. */
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
      .flatMap(({ moved, specificTitle }) =>
        setSpecificTitle(
          alterSteps(trace, (step) =>
            step.key === answer.key ? changeOutput(step, (made) => reordered(made, line, moved)) : undefined,
          ),
          specificTitle,
        ),
      ),
});

/** Returns the indices of the cells of a line. */
const cellsOf = ({ rows, cols }: Shape, line: Line, at: number): readonly number[] =>
  line === "row" ? upTo(cols).map((col) => at * cols + col) : upTo(rows).map((row) => row * cols + at);

function reordered(made: Matrix, line: Line, moved: Order["moved"]): Matrix {
  const data = made.data.slice();
  for (const [to, from, times = 1] of moved) {
    const taken = cellsOf(made, line, from);
    for (const [at, cell] of cellsOf(made, line, to).entries()) data[cell] = made.data[taken[at]] * times;
  }
  return { ...made, data };
}

/** How far rounding of earlier steps may move a cell, in units of the last digit. A whole number is not rounded. */
const UNITS = 3;
export const slackOf = (decimals: number) => (decimals > 0 ? UNITS * 10 ** -decimals : 0.5);
/** The minimum number of cells that must differ, so that the cause is recognised. */
export const MIN_CELLS = 2;

/** Whether an answer has the moved lines at their new places, and several of their cells differ from the right ones. */
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
  return differ >= MIN_CELLS;
}

const pairsOf = (count: number): readonly (readonly [number, number])[] =>
  upTo(count).flatMap((one) => upTo(one).map((other) => [other, one] as const));

const capital = (line: Line) => (line === "row" ? "Row" : "Column");

/**
 * Returns the order in which every line comes from line `from(at)`. Below `fewest` lines, another order is the same.
 */
function ofAll(
  count: number,
  fewest: number,
  from: (at: number) => number,
  sentence: string,
): readonly Order[] {
  const moved = upTo(count).map((at) => [at, from(at)] as const);
  return count < fewest
    ? []
    : [{ moved: moved.filter(([to, at]) => to !== at), specificTitle: () => sentence }];
}

const inOrderOf = (line: Line, place: string): readonly Mistake[] => [
  inLines(line, { id: `${line}s-swapped`, title: `Two ${line}s are swapped.`, fix: place }, (count) =>
    pairsOf(count).map(([one, other]) => ({
      moved: [
        [one, other],
        [other, one],
      ],
      specificTitle: (name) => `${capital(line)}s ${name[line](one)} and ${name[line](other)} are swapped.`,
    })),
  ),
  inLines(
    line,
    { id: `${line}s-reversed`, title: `The ${line}s are in the reverse order.`, fix: place },
    (count) => ofAll(count, 4, (at) => count - 1 - at, `The ${line}s are in the reverse order.`),
  ),
  inLines(
    line,
    {
      id: `${line}-copied`,
      title: `One ${line} is a copy of another.`,
      fix: `Compute each ${line} with its own numbers.`,
    },
    (count) =>
      pairsOf(count).flatMap((pair) =>
        [pair, pair.toReversed()].map(([at, other]) => ({
          moved: [[at, other]],
          specificTitle: (name) =>
            `${capital(line)} ${name[line](at)} is a copy of ${line} ${name[line](other)}.`,
        })),
      ),
  ),
  inLines(
    line,
    { id: `${line}s-moved`, title: `Each ${line} is in its neighbour's place.`, fix: place },
    (count) =>
      [1, count - 1].flatMap((by) => {
        const sentence = `Each ${line} is in the place of the one ${by === 1 ? "before" : "after"} it.`;
        return ofAll(count, 3, (at) => (at + by) % count, sentence);
      }),
  ),
];

/** The factors of a row that people count twice, halve, write without its sign, or write in percent. */
const FACTORS = [2, 0.5, -1, 10, 0.1, 100, 0.01];

export const ROW_MISTAKES: readonly Mistake[] = [
  ...inOrderOf("row", "Write each row next to its query."),
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
          moved: upTo(count).map((row) => [row, row, times] as const),
          specificTitle: () => `Every number is ${times} times what it should be.`,
        },
        ...upTo(count).map(
          (row): Order => ({
            moved: [[row, row, times]],
            specificTitle: (name) =>
              `Every number of row ${name.row(row)} is ${times} times what it should be.`,
          }),
        ),
      ]),
  ),
  ...inOrderOf("column", "Write each number in its own column."),
];
