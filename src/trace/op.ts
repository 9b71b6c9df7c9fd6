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
