import type { BooleanMatrix, Matrix, RowRange, Shape } from "../math/matrix.js";
import type { Arrays } from "./arrays.js";
import type { Expression } from "./expression.js";
import type { Scope } from "./scope.js";

/** What runs along the rows or the columns of a step, and the names of its positions where there are any. */
export interface Axis {
  readonly name: string;
  readonly labels?: readonly string[] | undefined;
  /** Where its first position stands in the whole, when it is a part (one query of many). Default 0. */
  readonly first?: number;
}

/** What runs along the rows of a matrix, and what along its columns. */
export type Axes = readonly [rows: Axis, columns: Axis];

/**
 * One kind of step, complete in one file: its arithmetic is said once, in the words of arrays, of which numbers, shapes, the arithmetic of a
 * cell and scripts are readings.
 *
 * The laws, which tests sweep over every op: `explainCell`, evaluated, gives the number that `compute` put in that cell; `compute` is a
 * function of numbers, so that equal numbers give equal bits, in the shape that `shape` foretold; what is worked in blocks of rows is the same.
 */
export interface Op<Params = undefined> {
  /** Public: the `op` of a step in JSON. */
  readonly name: string;
  /**
   * The inputs of which row i alone is needed for row i of the result (or their only row, when they have one); of the
   * others every row is. "all" are all inputs. An op without `rows` needs every row of everything.
   */
  readonly rows?: readonly number[] | "all";
  /** The arithmetic, in the words of arrays; `shapes` are those of the inputs. */
  of<A>(arrays: Arrays<A>, inputs: readonly A[], params: Params, shapes: readonly Shape[]): A;
  /** The shape of the result, known before anything is computed. */
  shape(inputs: readonly Shape[], params: Params): Shape;
  compute(inputs: readonly Matrix[], params: Params): Matrix;
  /** A quicker way to the same numbers, for the few ops that need one; a law compares it with `of`. */
  kernel?(inputs: readonly Matrix[], params: Params): Matrix;
  /**
   * The result as machines work it whose sums are float32: terms are rounded, and added one after the other. `asFactor` gives the factors
   * of products as they are multiplied. Absent: nothing is summed, or not so.
   */
  computeInSingles?(inputs: readonly Matrix[], params: Params, asFactor: (matrix: Matrix) => Matrix): Matrix;
  explainCell(inputs: readonly Matrix[], params: Params, row: number, col: number): Expression;
  /** The parameters of some rows of the result, where parameters speak of rows. */
  rowsOfParams?(params: Params, range: RowRange): Params;
  /**
   * The numbers of a node of this op by a quicker way that takes several nodes at once, where its inputs were made in a way that
   * allows it: the numbers of `compute`, but for rounding.
   */
  fused?(node: NodeOf<Params>, numbers: Numbers): Matrix | undefined;
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
  gradientTo?(inputs: readonly Ref[], nodes: Nodes): readonly Ref[];
}

/**
 * What a reader may do with a step, so that it never has to know the step by its id.
 * - `matrix`: a table.
 * - `distribution`: each row is spread over its columns; a heat map makes sense.
 * - `curve`: columns are functions of the row position.
 * - `angle`: the same, and the numbers are radians: the hands of clocks make sense.
 * - `similarity`: a number, of either sign, for each row with each column; a heat map makes sense.
 * - `margin`: n×1 or 1×m, drawn at the edge of the step it is `of` (row sums, column sums).
 * - `row-summary`: n×1, one measure of each row of the step it is `of`; several stand side by side.
 */
export type View = "matrix" | "distribution" | "similarity" | "curve" | "angle" | "margin" | "row-summary";

/** What recipes hold of an input or a step while they record: how large it is is known before its numbers are. */
export interface Ref {
  readonly key: string;
  readonly shape: Shape;
  readonly axes: Axes;
}

/** One op applied to inputs and earlier nodes: what it is called, and how it is read. It holds no numbers; an Evaluation works them out. */
export interface Node extends Ref {
  /** "weights", or "head 0/weights": unlike any other in its run. */
  readonly key: string;
  /** Public, such as "scaled-scores"; unlike any other in its scope. */
  readonly id: string;
  readonly scope: Scope;
  /** The part that it plays in its recipe, for readers that look for it whatever its id. */
  readonly role?: string | undefined;
  readonly title: string;
  /** As the papers write it: "S′ = S / √d_k". */
  readonly formula: string;
  readonly op: Op<unknown>;
  readonly params: unknown;
  /** Keys of inputs and earlier nodes. */
  readonly inputs: readonly string[];
  readonly view: View;
  /** The key of the step that a `margin` or `row-summary` belongs to. */
  readonly of?: string | undefined;
  /** When the numbers are positions on an axis (a strongest key), that axis. */
  readonly valuesOn?: Axis | undefined;
  /** Cells that may not attend, 1 = blocked: a masked zero is not a zero. */
  readonly blocked?: BooleanMatrix | undefined;
  readonly notes: readonly string[];
}

/** A named matrix to start from. */
export interface Input {
  readonly name: string;
  readonly matrix: Matrix;
  readonly axes: Axes;
  /** Not given, but drawn from a seed that the run states: whoever has that can do without the numbers. */
  readonly isDrawn?: true;
  /** A weight of a model, whose file holds the numbers. */
  readonly isStored?: true;
}

/** Inputs and nodes by their keys. */
export interface Nodes {
  input(key: string): Input | undefined;
  /** The node of a key; undefined for an input, and for a key that is neither. */
  node(key: string): Node | undefined;
  /** What stands under a key. Throws RangeError where nothing does. */
  ref(key: string): Ref;
}

/** The numbers of nodes, for an op that has a quicker way through several. */
export interface Numbers {
  readonly nodes: Nodes;
  /** What a kernel has left of a pass over several nodes at once, by the key of the node that the pass is about. */
  readonly passes: Map<string, unknown>;
  /** Whether anybody looks at the steps, beside the results of the run. */
  readonly areStepsSeen: boolean;
  /** The numbers of an input or a node. Throws RangeError for a key that is neither. */
  of(ref: { readonly key: string }): Matrix;
  /** Some rows of the numbers; of a node that is not kept no others are worked out. */
  rows(ref: { readonly key: string }, range: RowRange): Matrix;
  /** Whether the numbers of an input or a node are kept once they are worked out. */
  keeps(ref: { readonly key: string }): boolean;
  /** The node of a key, if its numbers are made as its op says: a quicker way may go through it. */
  asRecorded(key: string): Node | undefined;
}

/** A node of an op with these parameters. */
export interface NodeOf<Params> extends Omit<Node, "op" | "params"> {
  readonly op: Op<Params>;
  readonly params: Params;
}

/** A step whose result has a known gradient. */
interface Differentiated<Params = unknown> {
  readonly inputs: readonly Ref[];
  readonly params: Params;
  readonly output: Ref;
  /** Of the loss by the output; of the same shape. */
  readonly gradient: Ref;
  /** How it is written: "dQ". */
  readonly d: string;
  /** What the inputs were made of. */
  readonly nodes: Nodes;
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
  /** Records the gradient by one ref, as far as the loss depends on it by way of this step; nothing when nobody wants it. */
  give<Params>(
    to: number,
    op: Op<Params>,
    inputs: readonly Ref[],
    text: string | GradientText,
    ...params: ParamsOf<Params>
  ): void;
  /** Says that something recorded is the gradient of that part of a ref. */
  place(to: number, part: Ref, at: Place): void;
  /** Records a number on the way, which has a name of its own. */
  between<Params>(
    description: { readonly id: string; readonly title: string; readonly axes: Axes },
    op: Op<Params>,
    inputs: readonly Ref[],
    text: string | GradientText,
    ...params: ParamsOf<Params>
  ): Ref;
}

/** The parameters of an op, which need not be said where it has none. */
export type ParamsOf<Params> = undefined extends Params ? [params?: Params] : [params: Params];

/** A node as one of this op; undefined for any other. */
export function asOp<Params>(node: Node | undefined, op: Op<Params>): NodeOf<Params> | undefined {
  return node?.op === op ? (node as NodeOf<unknown> as NodeOf<Params>) : undefined;
}
