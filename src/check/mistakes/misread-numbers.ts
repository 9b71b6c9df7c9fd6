import { decimalsNeeded, roundDecimals } from "../../math/decimal.js";
import { greatest, upTo } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { stepLetter } from "../../trace/scope.js";
import { computeStep, findStep, type Step, type Trace } from "../../trace/trace.js";
import type { Answer } from "../answers.js";
import { CELLS_BY_HAND } from "../by-hand.js";
import { type CopiedCell, numberText, symbolOf } from "../how-read.js";
import { cellAt } from "../judgement.js";
import { readingCells, withCells } from "./copied-inputs.js";
import { type Mistake, markFitted, setSpecificTitle } from "./mistake.js";
import { MIN_CELLS, slackOf } from "./rows.js";

/** A number that a step uses was read wrongly. It alone explains all wrong cells of the step. */
export const numberMisread: Mistake = {
  id: "number-misread",
  step: "any",
  title: "A number that this step uses was read wrongly.",
  formula: "each step uses the numbers before it",
  fix: "Compare the numbers that you used with those of the step before.",
  question: "Did you use the right number of the step before?",
  isPlain: true,
  namesLines: true,
  apply: () => [],
  applyAt: ({ trace }, { key, ...answer }, _, { numbers }) => {
    const step = findStep(trace, key);
    if (!step || answer.cells.length > CELLS_BY_HAND) return [];
    const found = misreadings(step, answer, numbers.inputsOf(numbers.node(key) ?? step));
    const sentence = `Your numbers fit ${found.map((one) => misreadText(trace, one)).join(", or ")}.`;
    return found.flatMap((one) => {
      const altered = readingCells(trace, one.input, [one], (other) => other === step);
      const told = setSpecificTitle(altered, () => sentence);
      // A lost sign is one of few possible slips. Any other number was chosen to fit.
      return one.written === -one.given ? told : markFitted(told);
    });
  },
};

function misreadText(trace: Trace, { input, cell: [row, col], written, given }: CopiedCell): string {
  const from = findStep(trace, input);
  const name = from ? stepLetter(from) : symbolOf(input);
  return `${name}[${row},${col}] = ${numberText(written)}, but it is ${numberText(given)}`;
}

/** Returns the numbers of the inputs, each with another number that would give the written cells. */
function misreadings(
  step: Step,
  { cells, values }: Pick<Answer, "cells" | "values">,
  inputs: readonly Matrix[],
): readonly CopiedCell[] {
  const { data } = computeStep(step, inputs);
  const slacks = cells.map((cell) => (cell ? slackOf(cell.decimals) : Number.POSITIVE_INFINITY));
  const offs = values.map((value, index) => (cells[index] ? value - data[index] || 0 : 0));
  if (offs.filter((off, index) => Math.abs(off) > slacks[index]).length < MIN_CELLS) return [];
  return inputs.flatMap((matrix, at) =>
    Array.from(matrix.data).flatMap((given, index): readonly CopiedCell[] => {
      const cell = cellAt(matrix, index);
      const plusOne = withCells(matrix, [{ cell, written: given + 1 }]);
      const moved = computeStep(step, inputs.with(at, plusOne)).data;
      let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (const [place, off] of offs.entries()) {
        const slope = moved[place] - data[place] || 0;
        const ends = [off - slacks[place], off + slacks[place]].map((by) => by / slope);
        if (Math.abs(slope) > NOISE)
          [from, to] = [Math.max(from, Math.min(...ends)), Math.min(to, Math.max(...ends))];
        else if (Math.abs(off) > slacks[place]) return [];
      }
      const written = plainNumber(given + from, given + to, given, matrix);
      return written === undefined ? [] : [{ input: step.inputs[at], cell, written, given }];
    }),
  );
}

const NOISE = 1e-12;

/**
 * Returns the likeliest number between two others that was read for a given one: it without its sign, or the shortest.
 * It has the sign and the size of the other numbers of the matrix.
 */
function plainNumber(from: number, to: number, given: number, { data }: Matrix): number | undefined {
  const [least, most] = [Math.min(0, ...data), Math.max(0, ...data)].map((end) => end * MAX_TIMES);
  const mostDecimals = Math.min(MAX_DECIMALS, greatest(data, decimalsNeeded));
  const rounded = upTo(mostDecimals + 1).map((decimals) => roundDecimals((from + to) / 2, decimals));
  const plain = rounded.filter((number) => least <= number && number <= most);
  return [-given, ...plain].find((number) => from <= number && number <= to);
}

/** The maximum size of a misread number, in multiples of the largest of its matrix. */
const MAX_TIMES = 2;
/** The maximum number of decimals of a number that people read. */
const MAX_DECIMALS = 4;
