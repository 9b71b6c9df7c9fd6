import type { BooleanMatrix, Matrix, RowRange, Shape } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import type { Expression } from "./expression.js";
import type { Term } from "./term.js";

/** What the rows or the columns of a step count, with labels for their positions if there are any. */
export interface Axis {
  readonly name: string;
  readonly labels?: readonly string[] | undefined;
  /** The index of its first position in the whole axis, if this is a part (one query of many). Default 0. */
  readonly first?: number;
}

/** What the rows of a matrix count, and what its columns count. */
export type Axes = readonly [rows: Axis, columns: Axis];

/** Returns the arithmetic of a cell. */
export type CellArithmetic = (row: number, col: number) => Expression;

/**
 * One kind of step, complete in one file. Its arithmetic is defined once, with array operations. Numbers, shapes, the
 * arithmetic of a cell and scripts are derived from that definition.
 *
 * Tests check these laws for every op: the arithmetic of `explainCells`, evaluated, gives the number that `compute` put in that cell.
 * `compute` depends only on its input numbers, so equal numbers give equal bits. The result has the shape that `shape`
 * predicts. Computing in blocks of rows gives the same numbers.
 */
export interface Op<Params = undefined> {
  /** Public: the `op` of a step in JSON. */
  readonly name: string;
  /**
   * The inputs of which only row i is needed for row i of the result (or their only row, if they have one). Every row
   * of the other inputs is needed. "all" means all inputs. An op without `rowwise` needs every row of every input.
   */
  readonly rowwise?: readonly number[] | "all";
  /** The arithmetic, written with array operations. */
  definition(inputs: readonly Term[], params: Params): Term;
  /** The shape of the result, known before anything is computed. */
  shape(inputs: readonly Shape[], params: Params): Shape;
  compute(inputs: readonly Matrix[], params: Params): Matrix;
  /**
   * A faster way to compute the same numbers, for the few ops that need it. A law test compares it with `definition`.
   */
  kernel?(inputs: readonly Matrix[], params: Params): Matrix;
  /**
   * Computes the result like a machine with float32 sums: terms are rounded, and added one after the other. `asFactor`
   * rounds the factors of products. Absent if the op does not sum, or sums in another way.
   */
  computeInFloat32?(inputs: readonly Matrix[], params: Params, asFactor: (matrix: Matrix) => Matrix): Matrix;
  /** Returns a function that gives the arithmetic of a cell, for these inputs. */
  explainCells(inputs: readonly Matrix[], params: Params): CellArithmetic;
  /** Returns the parameters for some rows of the result. Only for ops whose parameters depend on the row. */
  paramsForRows?(params: Params, range: RowRange): Params;
  /**
   * Computes the numbers of a node of this op together with the nodes before it, which is faster. Returns undefined if
   * the inputs were not computed in a way that allows it. The numbers equal those of `compute` except for rounding
   * error.
   */
  fused?(node: NodeOf<Params>, numbers: Numbers): Matrix | undefined;
  /**
   * The inputs that can be read in blocks of rows because the result is a sum over rows. The results of the blocks,
   * added up, are the result.
   */
  readonly sumsOverRows?: readonly number[];
  /**
   * Records the gradients of a loss with respect to the inputs, with ordinary ops. Absent if the result does not depend
   * smoothly on any input (counts, indices, which of several is largest), or if there are no inputs.
   */
  gradient?(back: BackwardPass, step: Differentiated<Params>): void;
  /**
   * The refs that `gradient` gives gradients to, if they are not the inputs: several steps may be differentiated at
   * once.
   */
  gradientTo?(inputs: readonly Ref[], nodes: Graph): readonly Ref[];
}

/**
 * What a reader may do with a step, so that no reader has to know steps by their id.
 * - `matrix`: a table.
 * - `distribution`: each row is a distribution over its columns; a heat map makes sense.
 * - `curve`: each column is a function of the row position.
 * - `angle`: like `curve`, and the numbers are radians; clock hands make sense.
 * - `similarity`: one number of either sign for each pair of a row and a column; a heat map makes sense.
 * - `margin`: n×1 or 1×m, drawn at the edge of the step in `of` (row sums, column sums).
 * - `row-summary`: n×1, one measure per row of the step in `of`; several are shown side by side.
 */
export type View = "matrix" | "distribution" | "similarity" | "curve" | "angle" | "margin" | "row-summary";

/** Something that has the key of an input or a step. */
export interface Keyed {
  readonly key: string;
}

/** A reference to an input or a step, which recipes use while they record. Its shape is known before its numbers. */
export interface Ref extends Keyed {
  readonly shape: Shape;
  readonly axes: Axes;
}

/** One level of a step's place: a numbered level (head 3 of layer 0), or a named level ("additive", "2 heads"). */
export type ScopePart =
  | { readonly kind: string; readonly index: number }
  | { readonly kind: string; readonly name: string };

/** The place of a step, from the outermost level inwards. Empty for a step of the run itself. */
export type Scope = readonly ScopePart[];

/**
 * One op applied to inputs and earlier nodes, with its names and how to read it. It holds no numbers; an Evaluation
 * computes them.
 */
export interface Node extends Ref {
  /** "weights", or "head 0/weights". Unique in its run. */
  readonly key: string;
  /** Public, for example "scaled-scores". Unique in its scope. */
  readonly id: string;
  readonly scope: Scope;
  /** Its part in its recipe, so that readers can find it without knowing its id. */
  readonly role?: string | undefined;
  readonly title: string;
  /** As papers write it: "S′ = S / √d_k". */
  readonly formula: string;
  readonly op: Op<unknown>;
  readonly params: unknown;
  /** Keys of inputs and earlier nodes. */
  readonly inputs: readonly string[];
  readonly view: View;
  /** The key of the step that a `margin` or `row-summary` belongs to. */
  readonly of?: string | undefined;
  /** If the numbers are positions on an axis (such as the strongest key): that axis. */
  readonly valuesOn?: Axis | undefined;
  /** The cells of masked keys, 1 = blocked. This distinguishes a masked zero from a computed zero. */
  readonly blocked?: BooleanMatrix | undefined;
  readonly notes: readonly string[];
}

/** A named input matrix. */
export interface Input {
  readonly name: string;
  readonly matrix: Matrix;
  readonly axes: Axes;
  /**
   * True if the input was not given but drawn from a seed. The run states the seed, so the numbers need not be shown.
   */
  readonly isDrawn?: true;
  /** True for a weight of a model. Its file holds the numbers. */
  readonly isStored?: true;
}

/** The numbers of nodes, for an op with a faster way through several nodes. */
export interface Numbers {
  readonly nodes: Graph;
  /** What a kernel stored during a pass over several nodes, by the key of the node that the pass computes. */
  readonly passes: Map<string, unknown>;
  /** Whether anybody looks at the steps in addition to the results of the run. */
  readonly areStepsShown: boolean;
  /** Returns the numbers of an input or a node. Throws RangeError for an unknown key. */
  of(ref: Keyed): Matrix;
  /** Returns some rows of the numbers. For a node that is not kept, only these rows are computed. */
  rows(ref: Keyed, range: RowRange): Matrix;
  /** Whether the numbers of an input or a node are kept after they are computed. */
  keeps(ref: Keyed): boolean;
  /** Returns the node with this key if its numbers are computed by its op, so that a faster way may include it. */
  asRecorded(key: string): Node | undefined;
}

/** A node with an op that has these parameters. */
export interface NodeOf<Params> extends Omit<Node, "op" | "params"> {
  readonly op: Op<Params>;
  readonly params: Params;
}

/** A step that was differentiated: the gradient of its output is known. */
interface Differentiated<Params = unknown> {
  readonly inputs: readonly Ref[];
  readonly params: Params;
  readonly output: Ref;
  /** The gradient of the loss with respect to the output, of the same shape. */
  readonly gradient: Ref;
  /** How the gradient is written: "dQ". */
  readonly d: string;
  /** The graph, to look up what the inputs were computed from. */
  readonly nodes: Graph;
}

/** Where a part begins in the whole matrix. */
export interface PartOffset {
  readonly firstRow: number;
  readonly firstCol: number;
}

/** What a recorded gradient says about itself. */
export interface GradientText {
  /** Its formula, without its name: "dS K". */
  readonly formula: string;
  readonly notes?: readonly string[];
  /** The gradient is 0 in masked cells of the step, and where the step's own gradient is 0 because of the mask. */
  readonly isZeroWhereMasked?: true;
}

/**
 * What an op uses to record gradients. `to` is an index into the refs of `gradientTo`, or into the inputs if the op has
 * no `gradientTo`.
 */
export interface BackwardPass {
  /** Returns how a ref is written in formulas: "Q". */
  symbol(ref: Ref): string;
  /**
   * Records the gradient with respect to one ref: the part of it that flows through this step. Does nothing if nobody
   * wants that gradient.
   */
  record<Params>(
    to: number,
    op: Op<Params>,
    inputs: readonly Ref[],
    text: string | GradientText,
    ...params: ParamsOf<Params>
  ): void;
  /** States that a recorded step is the gradient of this part of a ref. */
  setPart(to: number, part: Ref, at: PartOffset): void;
  /** Records an intermediate result under its own name. */
  recordIntermediate<Params>(
    description: { readonly id: string; readonly title: string; readonly axes: Axes },
    op: Op<Params>,
    inputs: readonly Ref[],
    text: string | GradientText,
    ...params: ParamsOf<Params>
  ): Ref;
}

/** The parameters of an op. They may be left out if the op has none. */
export type ParamsOf<Params> = undefined extends Params ? [params?: Params] : [params: Params];

/** Returns the node with its type narrowed if it is a node of this op; undefined otherwise. */
export function asOp<Params>(node: Node | undefined, op: Op<Params>): NodeOf<Params> | undefined {
  return node?.op === op ? (node as NodeOf<unknown> as NodeOf<Params>) : undefined;
}

/** Inputs and nodes by their keys. Each node comes after the nodes it is computed from. */
export class Graph {
  readonly #inputs = new Map<string, Input>();
  readonly #nodes = new Map<string, Node>();
  /** The keys that depend on a key, directly or through others. Computed when first asked for. */
  readonly dependentsOf = new Map<string, ReadonlySet<string>>();

  constructor(inputs: Iterable<Input> = [], nodes: Iterable<Node> = []) {
    for (const input of inputs) this.addInput(input);
    for (const node of nodes) this.add(node);
  }

  addInput(input: Input) {
    this.#inputs.set(input.name, input);
  }

  add(node: Node) {
    this.#nodes.set(node.key, node);
    this.dependentsOf.clear();
  }

  /** Returns the keys of everything that depends on a node or an input, including its own key. */
  after(key: string): ReadonlySet<string> {
    return remember(this.dependentsOf, key, () => {
      const found = new Set([key]);
      for (const node of this.#nodes.values()) {
        if (node.inputs.some((input) => found.has(input))) found.add(node.key);
      }
      return found;
    });
  }

  input(key: string): Input | undefined {
    return this.#inputs.get(key);
  }

  /** Returns the node with this key. Returns undefined for an input and for an unknown key. */
  node(key: string): Node | undefined {
    return this.#nodes.get(key);
  }

  has(key: string): boolean {
    return this.#nodes.has(key) || this.#inputs.has(key);
  }

  /** Returns the keys of all inputs and nodes. */
  keys(): readonly string[] {
    return [...this.#inputs.keys(), ...this.#nodes.keys()];
  }

  nodes(): Iterable<Node> {
    return this.#nodes.values();
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** Returns the input or node with this key. Throws RangeError for an unknown key. */
  readonly ref = (key: string) => {
    const node = this.#nodes.get(key);
    if (node) return node;
    const input = this.#inputs.get(key);
    if (!input) throw new RangeError(`no input or step is called "${key}"`);
    const { rows, cols } = input.matrix;
    return { key, axes: input.axes, shape: { rows, cols } };
  };
}

/** Returns the shape of the result of an op for these inputs. */
export function shapeOfResult<Params>(op: Op<Params>, inputs: readonly Ref[], params: Params): Shape {
  const { rows, cols } = op.shape(
    inputs.map(({ shape }) => shape),
    params,
  );
  return { rows, cols };
}
