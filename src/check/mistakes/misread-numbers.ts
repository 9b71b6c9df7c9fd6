import { decimalsNeeded, roundDecimals } from "../../math/decimal.js";
import { greatest, upTo } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { computeStep } from "../../trace/trace.js";
import type { CopiedCell } from "../how-read.js";
import { cellAt } from "../judgement.js";
import { withCells } from "./copied-inputs.js";
import type { Operand } from "./operand.js";
import { MIN_CELLS, slackOf } from "./rows.js";

/** Returns the numbers of an operand, each with another number that would give the written cells. */
export function misreadings({
  step,
  at,
  name,
  numbers,
  answer: { cells, values },
}: Operand): readonly Omit<CopiedCell, "input">[] {
  const inputs = numbers.inputsOf(step);
  const matrix = numbers.of(name);
  const { data } = numbers.of(step.key);
  const slacks = cells.map((cell) => (cell ? slackOf(cell.decimals) : Number.POSITIVE_INFINITY));
  const offs = values.map((value, index) => (cells[index] ? value - data[index] || 0 : 0));
  if (offs.filter((off, index) => Math.abs(off) > slacks[index]).length < MIN_CELLS) return [];
  return Array.from(matrix.data).flatMap((given, index) => {
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
    return written === undefined ? [] : [{ cell, written, given }];
  });
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
