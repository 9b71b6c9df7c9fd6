import { cellOf, type Matrix, type RowRange, type Shape } from "../math/matrix.js";
import type { Axis } from "./axis.js";
import type { Cell, Expression } from "./expression.js";
import type { Shelf } from "./shelves.js";

/**
 * One kind of step: its arithmetic and the explanation of it, complete in one file.
 *
 * The laws, which tests sweep over every op: `explainCell`, evaluated, gives the number that `compute` put in that cell
 * (so that this says something, `explainCell` never calls `compute`); `compute` is a function of numbers, so that equal
 * numbers give equal bits, in the shape that `shape` foretold; what is worked in blocks of rows is the same.
 */
export interface Op<Params = undefined> {
  /** Public: the `op` of a step in JSON. */
  readonly name: string;
  /**
   * The inputs of which row i alone is needed for row i of the result (or their only row, when they have one); of the
   * others every row is. "all" are all inputs. An op without `rows` needs every row of everything.
   */
  readonly rows?: readonly number[] | "all";
  /** The shape of the result, known before anything is computed. */
  shape(inputs: readonly Shape[], params: Params): Shape;
  compute(inputs: readonly Matrix[], params: Params): Matrix;
  /**
   * The result as machines work it whose sums are float32: terms are rounded, and added one after the other. `asFactor` gives the factors
   * of products as they are multiplied. Absent: nothing is summed, or not so.
   */
  computeInSingles?(inputs: readonly Matrix[], params: Params, asFactor: (matrix: Matrix) => Matrix): Matrix;
  explainCell(inputs: readonly Matrix[], params: Params, row: number, col: number): Expression;
  /** The parameters of some rows of the result, where parameters speak of rows. */
  rowsOfParams?(params: Params, range: RowRange): Params;
  /**
   * The result by a quicker way that takes several recorded steps at once, where the inputs were made in a way that
   * allows it: the numbers of `compute`, but for rounding.
   */
  fused?(inputs: readonly Ref[], params: Params): Matrix | undefined;
  /**
   * The inputs that are gone through row by row, where the result is a sum over rows: what is made of blocks of their rows,
   * added up, is the result.
   */
  readonly sumsRows?: readonly number[];
  /**
   * Records the gradients of a loss by what the result was made of, with ordinary ops. Absent: the result does not change
   * smoothly with any input (counts, places, which of several is largest), or was made of none.
   */
  gradient?(back: WayBack, made: Differentiated<Params>): void;
  /** What `gradient` gives gradients to, when that is not the inputs: several steps may be differentiated at once. */
  gradientTo?(inputs: readonly Ref[]): readonly Ref[];
}

/** A step whose result has a known gradient. */
export interface Differentiated<Params = unknown> {
  readonly inputs: readonly Ref[];
  readonly params: Params;
  readonly output: Ref;
  /** Of the loss by the output; of the same shape. */
  readonly gradient: Ref;
}

/** Where a part begins in the whole. */
export interface Place {
  readonly firstRow: number;
  readonly firstCol: number;
}

/** What is said of a gradient that is recorded. */
export interface GradientText {
  /** How it is worked out, without what it is called: "dS K". */
  readonly formula: string;
  readonly notes?: readonly string[];
  /** It is 0 where the step is masked, and where the gradient of the step is 0 for that reason. */
  readonly isZeroWhereMasked?: true;
}

/** What an op records gradients with. `to` counts the refs of `gradientTo`: the inputs, when the op says nothing else. */
export interface WayBack {
  /** How a ref is written in formulas: "Q". */
  symbol(ref: Ref): string;
  /** How the gradient of the step's output is written: "dQ". */
  readonly dOutput: string;
  /** Records the gradient by one ref, as far as the loss depends on it by way of this step; nothing when nobody wants it. */
  give<Params>(to: number, op: Op<Params>, inputs: readonly Ref[], params: Params, text: GradientText): void;
  /** Says that something recorded is the gradient of that part of a ref. */
  place(to: number, part: Ref, at: Place): void;
  /** Records a number on the way, which has a name of its own. */
  between<Params>(
    description: { readonly id: string; readonly title: string; readonly axes: Ref["axes"] },
    op: Op<Params>,
    inputs: readonly Ref[],
    params: Params,
    text: GradientText,
  ): Ref;
}

/** An op with what it was applied to. */
export interface Made<Params = unknown> {
  readonly op: Op<Params>;
  readonly inputs: readonly Ref[];
  readonly params: Params;
  /** False: its numbers are too many to keep; they are worked out in blocks of rows, for the steps that need them. */
  readonly isKept: boolean;
  /** Where its numbers lie, when they may be let go and worked out anew. */
  readonly shelf?: Shelf | undefined;
}

/** Something recorded that later steps can build on: an input or a step. Its shape is known before its numbers are. */
export interface Ref {
  readonly key: string;
  readonly shape: Shape;
  readonly axes: readonly [Axis, Axis];
  /** How a step was made; absent for an input, and for a step whose numbers were changed. */
  readonly made?: Made;
  output(): Matrix;
  /** Some rows of the output; of a step that is not kept no others are worked out. */
  rows(range: RowRange): Matrix;
}

/** The shape of an op whose result has the shape of its first input. */
export const shapeOfFirst = ([{ rows, cols }]: readonly Shape[]): Shape => ({ rows, cols });

/** The shape of an op that makes one number of each row of its first input: n×m → n×1. */
export const oneColumn = ([{ rows }]: readonly Shape[]): Shape => ({ rows, cols: 1 });

/** A leaf of an explanation: cell [row, col] of the op's input number `input`. */
export function cell(inputs: readonly Matrix[], input: number, row: number, col: number): Cell {
  return { kind: "cell", input, row, col, value: cellOf(inputs[input], row, col) };
}

/** A leaf of an explanation: number `index` of an input that is a vector, which may lie (1×d) or stand (d×1). */
export function vectorCell(inputs: readonly Matrix[], input: number, index: number): Cell {
  return inputs[input].rows === 1 ? cell(inputs, input, 0, index) : cell(inputs, input, index, 0);
}

/** The leaves of an explanation that holds every cell of row `row` of the first input. */
export function cellsOfRow(inputs: readonly Matrix[], row: number): Cell[] {
  return Array.from({ length: inputs[0].cols }, (_, col) => cell(inputs, 0, row, col));
}
