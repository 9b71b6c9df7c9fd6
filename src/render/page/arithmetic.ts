import { leavesOf } from "../../explain/why.js";
import type { Matrix } from "../../math/matrix.js";
import type { Cell } from "../../trace/expression.js";
import { explainStep, findStep, matrixOf, type Trace } from "../../trace/trace.js";
import { writeExpression } from "../expression.js";
import { chooseFormat, type Precision } from "../number.js";

/** The arithmetic of one cell, then input, row and column of each number used; −1 is all rows or columns. */
export type CellArithmetic = readonly [text: string, ...places: readonly number[]];

/** The arithmetic of the cells of a step, row by row, with its formula and the keys of its inputs. */
export interface StepArithmetic {
  readonly f: string;
  readonly i: readonly string[];
  readonly c: readonly CellArithmetic[];
}

/** More numbers than this are not listed one by one. */
const MOST_PLACES = 64;

/** The arithmetic of every cell of a step; nothing for what was given. */
export function arithmeticOf(trace: Trace, key: string, precision: Precision): StepArithmetic | undefined {
  const step = findStep(trace, key);
  if (!step) return undefined;
  const inputs = step.inputs.map((input) => matrixOf(trace, input));
  const { rows, cols } = step.shape;
  const write = (value: number) => chooseFormat([Float64Array.of(value)], precision)(value);
  const cells = Array.from({ length: rows * cols }, (_, at): CellArithmetic => {
    const expression = explainStep(step, inputs, Math.floor(at / cols), at % cols);
    const text = writeExpression(expression, { leaf: ({ value }) => write(value), number: write });
    return [text, ...placesOf(leavesOf(expression), inputs)];
  });
  return { f: step.formula, i: step.inputs, c: cells };
}

/** The places of these numbers, whole rows and columns as one. */
function placesOf(leaves: readonly Cell[], inputs: readonly Matrix[]): number[] {
  return inputs.flatMap((matrix, input) => {
    const own = leaves.filter((leaf) => leaf.input === input);
    if (own.length === 0) return [];
    const rows = new Set(own.map(({ row }) => row));
    const cols = new Set(own.map(({ col }) => col));
    const isWhole = own.length === rows.size * cols.size;
    if (isWhole && rows.size === matrix.rows && cols.size === matrix.cols && own.length > 1)
      return [input, -1, -1];
    if (isWhole && rows.size === 1 && cols.size === matrix.cols && cols.size > 1)
      return [input, own[0].row, -1];
    if (isWhole && cols.size === 1 && rows.size === matrix.rows && rows.size > 1)
      return [input, -1, own[0].col];
    return own.slice(0, MOST_PLACES).flatMap(({ row, col }) => [input, row, col]);
  });
}
