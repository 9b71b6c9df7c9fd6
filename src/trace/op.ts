import { cellOf, type Matrix } from "../math/matrix.js";
import type { Cell, Expression } from "./expression.js";

/**
 * One kind of step: its arithmetic and the explanation of it, complete in one file.
 *
 * The law: `explainCell`, evaluated, gives the number that `compute` put in that cell. So that the law
 * says something, `explainCell` never calls `compute`.
 */
export interface Op<Params = void> {
  /** Public: the `op` of a step in JSON. */
  readonly name: string;
  compute(inputs: readonly Matrix[], params: Params): Matrix;
  explainCell(inputs: readonly Matrix[], params: Params, row: number, col: number): Expression;
}

/** A leaf of an explanation: cell [row, col] of the op's input number `input`. */
export function cell(inputs: readonly Matrix[], input: number, row: number, col: number): Cell {
  return { kind: "cell", input, row, col, value: cellOf(inputs[input], row, col) };
}

/** The same for number `index` of a vector, which may lie (1×d) or stand (d×1). */
export function vectorCell(inputs: readonly Matrix[], input: number, index: number): Cell {
  return inputs[input].rows === 1 ? cell(inputs, input, 0, index) : cell(inputs, input, index, 0);
}

/** The same for every cell of row `row` of the first input. */
export function cellsOfRow(inputs: readonly Matrix[], row: number): Cell[] {
  return Array.from({ length: inputs[0].cols }, (_, col) => cell(inputs, 0, row, col));
}
