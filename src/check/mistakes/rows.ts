import { inSentence } from "../../errors.js";
import { upTo } from "../../math/lists.js";
import type { Matrix, Shape } from "../../math/matrix.js";
import { halfUnit } from "../../math/written.js";
import type { Answer } from "../answers.js";
import { alterSteps, changeOutput } from "./alter.js";
import { type Mistake, type SpecificTitle, setSpecificTitle } from "./mistake.js";

// Rows or columns that are at a wrong place, or multiplied by a factor. They can be in any step, so they are searched
// on the sheet.

type Line = "row" | "column";

/** Lines of a matrix that were copied from other lines or multiplied by a factor, and a clause about it. */
export interface Order {
  readonly line: Line;
  readonly moved: readonly (readonly [to: number, from: number, times?: number])[];
  readonly clause: SpecificTitle;
}

/** A mistake in the order of lines. `of` returns the possible orders of a matrix. */
interface Reordering extends Pick<Mistake, "id" | "title" | "fix"> {
  readonly of: (shape: Shape) => readonly Order[];
}

const inLines = ({ of, ...text }: Reordering): Mistake => ({
  ...text,
  step: "any",
  formula: "row i of a step belongs to query i",
  namesLines: true,
  isPlain: true,
  apply: () => [],
  applyAt: ({ trace }, { answer, own, nodes }) =>
    of(answer)
      .filter((order) => own.some((made) => isSeen(answer, made, order)))
      .flatMap((order) =>
        setSpecificTitle(
          // Whoever swaps rows in an unwritten step has them swapped in the written one, too. Later steps show where.
          nodes
            .toReversed()
            .flatMap(({ key, shape }) =>
              alterSteps(trace, (step) =>
                step.key === key && numberOf(shape, order.line) === numberOf(answer, order.line)
                  ? changeOutput(step, (made) => reordered(made, order))
                  : undefined,
              ),
            ),
          (name) => `${order.clause(name)}.`.replace(/^./, (letter) => letter.toUpperCase()),
        ),
      ),
});

const numberOf = ({ rows, cols }: Shape, line: Line): number => (line === "row" ? rows : cols);

/** Calls a function for each cell of the moved lines, with the index of the cell that it comes from. */
function forMoved(
  { rows, cols }: Shape,
  { line, moved }: Pick<Order, "line" | "moved">,
  visit: (to: number, from: number, times: number) => void,
): void {
  const isRow = line === "row";
  const [first, next] = isRow ? [cols, 1] : [1, cols];
  const count = isRow ? cols : rows;
  for (const [to, from, times = 1] of moved)
    for (let at = 0; at < count; at++) visit(to * first + at * next, from * first + at * next, times);
}

export function reordered(made: Matrix, order: Pick<Order, "line" | "moved">): Matrix {
  const data = made.data.slice();
  forMoved(made, order, (to, from, times) => {
    data[to] = made.data[from] * times;
  });
  return { ...made, data };
}

/** How far rounding of earlier steps may move a cell, in half units of the last digit. A whole number is not rounded. */
const HALF_UNITS = 6;
export const slackOf = (decimals: number) => (decimals > 0 ? HALF_UNITS * halfUnit(decimals) : 0.5);
/** The minimum number of cells that must differ, so that the cause is recognised. */
export const MIN_CELLS = 2;

/** Whether an answer has the moved lines at their new places, and several of their cells differ from the right ones. */
function isSeen(answer: Answer, { data }: Matrix, order: Order): boolean {
  let differ = 0;
  let isMoved = true;
  forMoved(answer, order, (to, from, times) => {
    isMoved &&= answer.cells[to] !== null && isNear(answer, to, data[from] * times);
    if (!isNear(answer, to, data[to])) differ++;
  });
  return isMoved && differ >= MIN_CELLS;
}

/** Whether a written cell may be this number, after earlier steps were rounded. A blank cell may be any number. */
export function isNear({ cells, values }: Pick<Answer, "cells" | "values">, index: number, value: number) {
  const cell = cells[index];
  return !cell || value === cell.value || Math.abs(value - values[index]) <= slackOf(cell.decimals);
}

const pairsOf = (count: number): readonly (readonly [number, number])[] =>
  upTo(count).flatMap((one) => upTo(one).map((other) => [other, one] as const));

/** Returns the lines that do not stay, if every line comes from line `from(at)`. */
const ofAll = (count: number, from: (at: number) => number): Order["moved"] =>
  upTo(count)
    .map((at) => [at, from(at)] as const)
    .filter(([to, at]) => to !== at);

/** Every other order of the rows, or of the columns. With fewer lines, a later order is the same as an earlier one. */
function inOrderOf(line: Line, place: string): readonly Reordering[] {
  const order = (moved: Order["moved"], clause: SpecificTitle): Order => ({ line, moved, clause });
  return [
    {
      id: `${line}s-swapped`,
      title: `Two ${line}s are swapped.`,
      fix: place,
      of: (shape) =>
        pairsOf(numberOf(shape, line)).map(([one, other]) =>
          order(
            [
              [one, other],
              [other, one],
            ],
            (name) => `${line}s ${name[line](one)} and ${name[line](other)} are swapped`,
          ),
        ),
    },
    {
      id: `${line}s-reversed`,
      title: `The ${line}s are in the reverse order.`,
      fix: place,
      of: (shape) => {
        const count = numberOf(shape, line);
        const moved = ofAll(count, (at) => count - 1 - at);
        return count < 4 ? [] : [order(moved, () => `the ${line}s are in the reverse order`)];
      },
    },
    {
      id: `${line}-copied`,
      title: `One ${line} is a copy of another.`,
      fix: `Compute each ${line} with its own numbers.`,
      of: (shape) => {
        const count = numberOf(shape, line);
        const one = pairsOf(count).flatMap((pair) =>
          [pair, pair.toReversed()].map(([at, other]) =>
            order(
              [[at, other]],
              (name) => `${line} ${name[line](at)} is a copy of ${line} ${name[line](other)}`,
            ),
          ),
        );
        const all = upTo(count).map((at) =>
          order(
            ofAll(count, () => at),
            (name) => `every ${line} is a copy of ${line} ${name[line](at)}`,
          ),
        );
        return count < 3 ? one : [...one, ...all];
      },
    },
    {
      id: `${line}s-moved`,
      title: `Each ${line} is in its neighbour's place.`,
      fix: place,
      of: (shape) => {
        const count = numberOf(shape, line);
        const both = [1, count - 1].map((by) =>
          order(
            ofAll(count, (at) => (at + by) % count),
            () => `each ${line} is in the place of the one ${by === 1 ? "before" : "after"} it`,
          ),
        );
        return count < 3 ? [] : both;
      },
    },
  ];
}

const IN_ROWS = inOrderOf("row", "Write each row next to its query.");
const IN_COLUMNS = inOrderOf("column", "Write each number in its own column.");

/** Returns every other order of the lines of a matrix. */
export const ordersOf = (shape: Shape): readonly Order[] =>
  [...IN_ROWS, ...IN_COLUMNS].flatMap(({ of }) => of(shape));

/** The factors of numbers that people count twice, halve, write without their sign, or write in percent. */
const FACTORS = [2, 0.5, -1, 10, 0.1, 100, 0.01];

const multiplied = (line: Line, some: readonly number[], whose: SpecificTitle): readonly Order[] =>
  FACTORS.map((times) => {
    const what = times === -1 ? "has the wrong sign" : `is ${times} times what it should be`;
    const moved = some.map((at) => [at, at, times] as const);
    return { line, moved, clause: (name) => `every number${whose(name)} ${what}` };
  });

const numbersMultiplied: Reordering = {
  id: "numbers-multiplied",
  title: "Numbers are a multiple of what they should be.",
  fix: "Look for the factor: it is the same for each number.",
  of: ({ rows, cols }) => {
    // Every second column is that of a sine, or of a cosine.
    const halves = cols < 4 ? [] : [0, 1].map((first) => upTo(cols).filter((at) => at % 2 === first));
    return [
      ...multiplied("row", upTo(rows), () => ""),
      ...upTo(rows).flatMap((row) => multiplied("row", [row], (name) => ` of row ${name.row(row)}`)),
      ...halves.flatMap((half) =>
        multiplied("column", half, (name) => ` of columns ${inSentence(half.map(name.column))}`),
      ),
    ];
  },
};

export const ROW_MISTAKES: readonly Mistake[] = [...IN_ROWS, numbersMultiplied, ...IN_COLUMNS].map(inLines);
