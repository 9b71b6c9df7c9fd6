import { greatest } from "../../math/lists.js";
import {
  addTo,
  createMatrix,
  type Matrix,
  type RowRange,
  rowOf,
  rowsOf,
  type Shape,
} from "../../math/matrix.js";
import { tellProgress } from "../../math/progress.js";
import { isStored } from "../../math/stored-matrix.js";
import type { Graph, Keyed, Node, Numbers, Op, Ref } from "../op.js";
import type { MemoryBudget } from "./memory-budget.js";

/**
 * Returns the compute function of a step, if it is not the one of its op: rounded as on paper, or in the arithmetic of
 * a machine.
 */
export type Arithmetic = (node: Node) => Op<unknown>["compute"];

/** A replacement for a node: other numbers, or another way to compute them from its inputs. */
export type Replacement = Matrix | ReplacementFunction;

type ReplacementFunction = (inputs: readonly Matrix[], node: Node) => Matrix;

/** Changes a node in some of its rows only. The other rows are computed by its op. */
export const replaceInRows =
  (rows: readonly number[], replacement: ReplacementFunction): ReplacementFunction =>
  (inputs, node) => {
    const computed = node.op.compute(inputs, node.params);
    const replaced = replacement(inputs, node);
    const data = computed.data.slice();
    for (const row of rows) data.set(rowOf(replaced, row), row * computed.cols);
    return { ...computed, data };
  };

/** How nodes are computed. The defaults are float64 arithmetic, and all numbers are kept. */
export interface EvaluationOptions {
  readonly arithmetic?: Arithmetic | undefined;
  /** Replacements of inputs and nodes, by key. An input can only be replaced by numbers. */
  readonly replace?: ReadonlyMap<string, Replacement> | undefined;
  /**
   * Whether the numbers of a node are kept. Other nodes are computed in blocks of rows for the nodes that need them.
   */
  readonly keeps?: ((node: Node) => boolean) | undefined;
  /** Whether anybody looks at the steps in addition to the results of the run. Default: true. */
  readonly areStepsShown?: boolean | undefined;
  /** A limited store for numbers that may be dropped and computed again when they are asked for. */
  readonly budget?: MemoryBudget | undefined;
  /**
   * The group of a node: all numbers of one group are dropped together. Undefined for a node whose numbers are never
   * dropped.
   */
  readonly memoryGroupOf?: ((node: Node) => string | undefined) | undefined;
  /** Returns a function that gives the numbers of a node, if they were computed elsewhere. */
  readonly known?: ((key: string) => (() => Matrix) | undefined) | undefined;
}

/**
 * The numbers of a graph. A node is computed when it is first asked for, and kept. It is computed together with other
 * nodes if that is faster. Equal input numbers give equal bits, in whichever order the nodes are asked for.
 */
export class Evaluation implements Numbers {
  readonly nodes: Graph;
  readonly options: EvaluationOptions;
  readonly passes = new Map<string, unknown>();
  readonly #numbers = new Map<string, Matrix>();
  readonly #kept = new Map<string, boolean>();
  readonly #blocks: RowBlocks;

  constructor(nodes: Graph, options: EvaluationOptions = {}) {
    this.nodes = nodes;
    this.options = options;
    this.#blocks = new RowBlocks(this);
  }

  of({ key }: Keyed): Matrix {
    const change = this.options.replace?.get(key);
    if (typeof change === "object") return change;
    const kept = this.#numbers.get(key);
    if (kept) return kept;
    const known = this.options.known?.(key);
    if (known) return known();
    const input = this.nodes.input(key);
    if (input) return input.matrix;
    const node = this.nodes.node(key);
    if (!node) throw new RangeError(`"${key}" is used before it is recorded`);
    if (!this.keeps(node)) return this.#computeWhole(node);
    const matrix = this.#compute(node);
    if (!this.#numbers.has(key)) this.keep(node, matrix);
    return matrix;
  }

  /** Keeps the numbers of a node while there is room. */
  keep(node: Node, matrix: Matrix) {
    this.#numbers.set(node.key, matrix);
    this.trackMemory(node, matrix.rows * matrix.cols, () => this.#numbers.delete(node.key));
  }

  /** Reports that `count` numbers of a node are stored here until `evict` is called. */
  trackMemory(node: Node, count: number, evict: () => void) {
    const group = this.options.memoryGroupOf?.(node);
    if (group !== undefined) this.options.budget?.add(group, count, evict);
  }

  rows(ref: Keyed, range: RowRange): Matrix {
    const node = this.nodes.node(ref.key);
    if (node && !this.keeps(node)) return this.#blocks.rowsOf(node, range);
    const matrix = this.of(ref);
    return isStored(matrix) ? matrix.readRows(range) : rowsOf(matrix, range);
  }

  keeps({ key }: Keyed): boolean {
    const { keeps, replace } = this.options;
    if (!keeps) return true;
    const cached = this.#kept.get(key);
    if (cached !== undefined) return cached;
    const node = this.nodes.node(key);
    // Numbers that were changed are computed once and kept.
    const isKept = !node || replace?.has(key) === true || keeps(node);
    this.#kept.set(key, isKept);
    return isKept;
  }

  /**
   * Returns the same computation with some nodes replaced: by other numbers, or by another way to compute them. Nodes
   * that do not depend on the changes are taken from here. The others are computed when they are asked for.
   */
  withReplacements(changes: ReadonlyMap<string, Replacement>): Evaluation {
    const after = [...changes.keys()].map((key) => this.nodes.after(key));
    const isAltered = (key: string) => after.some((keys) => keys.has(key));
    const known = (key: string) => (isAltered(key) ? undefined : () => this.of({ key }));
    const { arithmetic, keeps } = this.options;
    return new Evaluation(this.nodes, { arithmetic, keeps, replace: changes, known });
  }

  /** Whether the numbers are computed already, or can be read from a file. */
  isReady(key: string): boolean {
    return this.#numbers.has(key) || this.options.known?.(key) !== undefined || !this.nodes.node(key);
  }

  get areStepsShown(): boolean {
    return this.options.areStepsShown !== false;
  }

  asRecorded(key: string): Node | undefined {
    return this.options.arithmetic || this.options.replace?.has(key) ? undefined : this.nodes.node(key);
  }

  /** Returns the function that computes a node from its inputs. */
  computeOf(node: Node): Op<unknown>["compute"] {
    const change = this.options.replace?.get(node.key);
    if (typeof change === "function") return (inputs) => change(inputs, node);
    return this.options.arithmetic?.(node) ?? node.op.compute;
  }

  #compute(node: Node) {
    if (this.options.replace?.has(node.key)) return this.#computeWhole(node);
    // Other arithmetic applies to every single step, so fused steps are not used.
    const fused = this.options.arithmetic ? undefined : node.op.fused?.(node, this);
    return fused ?? this.#blocks.compute(node) ?? this.#computeWhole(node);
  }

  #computeWhole(node: Node) {
    const inputs = node.inputs.map((key) => this.of({ key }));
    return this.computeOf(node)(inputs, node.params);
  }
}

// Nodes that are not kept (the n×m scores and weights of a large attention) are computed in blocks of rows, for the
// kept nodes that need them. All of those kept nodes go through the blocks together, so that no block is computed
// twice.

/** The maximum number of cells in a block of the widest node: one megabyte. */
const CELLS_OF_BLOCK = 2 ** 17;

/** Kept nodes that need rows of the same nodes that are not kept. */
interface Traversal {
  readonly rows: number;
  widest: number;
  readonly members: Node[];
}

/** When a node is computed by blocks of rows. */
interface Plan {
  readonly traversal?: Traversal | undefined;
  /** How many rounds of traversals must be finished before the node can be computed. */
  readonly round: number;
}

/** Computes the nodes of an evaluation that are not kept, and the kept nodes that need them. */
class RowBlocks {
  readonly #numbers: Evaluation;
  readonly #plans = new Map<string, Plan>();
  /** Yields each node once, also those that are recorded later. */
  readonly #unplanned: Iterator<Node>;
  /** The last computed rows of each node, because several nodes ask for the same rows. */
  readonly #last = new Map<string, { readonly range: RowRange; readonly matrix: Matrix }>();

  constructor(numbers: Evaluation) {
    this.#numbers = numbers;
    this.#unplanned = numbers.nodes.nodes()[Symbol.iterator]();
  }

  /** Returns some rows of a node that is not kept. */
  rowsOf(node: Node, range: RowRange): Matrix {
    const last = this.#last.get(node.key);
    if (last?.range.first === range.first && last.range.count === range.count) return last.matrix;
    const matrix = this.#computeRows(node, range);
    if (!last)
      this.#numbers.trackMemory(node, range.count * node.shape.cols, () => this.#last.delete(node.key));
    this.#last.set(node.key, { range, matrix });
    return matrix;
  }

  /** Computes a kept node from rows of nodes that are not kept. Returns undefined if all its inputs are kept. */
  compute(node: Node): Matrix | undefined {
    if (!this.#numbers.options.keeps) return undefined;
    this.#planAll();
    const { traversal, round = 0 } = this.#plans.get(node.key) ?? {};
    return traversal && this.#computeMembers(traversal, node, round);
  }

  /** Plans the nodes that were recorded since the last call. */
  #planAll() {
    for (let left = this.#numbers.nodes.size - this.#plans.size; left > 0; left--) {
      const { value: node } = this.#unplanned.next();
      this.#plans.set(node.key, this.#plan(node));
    }
  }

  #plan(node: Node): Plan {
    const isKept = this.#numbers.keeps(node);
    const before = this.#traversalBefore(node);
    const round = greatest(node.inputs, (key) => this.#plans.get(key)?.round ?? 0);
    if (!isKept) {
      const traversal = before ?? { rows: node.shape.rows, widest: 0, members: [] };
      traversal.widest = Math.max(traversal.widest, node.shape.cols);
      return { traversal, round };
    }
    // Other arithmetic applies to the numbers of steps; partial sums are not such numbers.
    const isWhole = !before || (this.#numbers.options.arithmetic && node.op.sumsOverRows);
    if (isWhole) return { round };
    before.members.push(node);
    return { traversal: before, round: round + 1 };
  }

  /** Finds the traversal of the first input that is not kept and is read in blocks of rows. */
  #traversalBefore(node: Node) {
    const { nodes } = this.#numbers;
    for (const [index, key] of node.inputs.entries()) {
      const input = nodes.node(key);
      if (!input || this.#numbers.keeps(input) || !takesRows(node.op, index, input.shape, node.shape))
        continue;
      const traversal = this.#plans.get(key)?.traversal;
      if (traversal) return traversal;
    }
    return undefined;
  }

  /** Computes all members of a traversal that can be computed together with the node that was asked for. */
  #computeMembers(traversal: Traversal, asked: Node, round: number) {
    // A member with a fused way is computed here only if that way failed. It then fails for all members that have one.
    const hasOther = ({ op }: Node) => op.fused !== undefined;
    const open = traversal.members.filter(
      (member) =>
        !this.#numbers.isReady(member.key) &&
        this.#plans.get(member.key)?.round === round &&
        hasOther(member) === hasOther(asked),
    );
    const results = open.map(({ shape }) => createMatrix(shape.rows, shape.cols));
    const size = rowsOfBlock(traversal.widest);
    for (let first = 0; first < traversal.rows; first += size) {
      const range = { first, count: Math.min(size, traversal.rows - first) };
      for (const [index, node] of open.entries()) {
        const block = this.#computeRows(node, range);
        if (node.op.sumsOverRows) addTo(results[index], block);
        else results[index].data.set(block.data, first * node.shape.cols);
      }
      tellProgress(first + range.count, traversal.rows, "working out");
    }
    // They are kept at the end, because numbers may be dropped during the traversal, and these would be dropped too.
    for (const [index, node] of open.entries()) this.#numbers.keep(node, results[index]);
    return results[open.indexOf(asked)];
  }

  /** Computes some rows of a node, from as few rows of its inputs as possible. */
  #computeRows(node: Node, range: RowRange) {
    const { op, params, shape } = node;
    const inputs = node.inputs.map((key, index) =>
      takesRows(op, index, this.#numbers.nodes.ref(key).shape, shape)
        ? this.#numbers.rows({ key }, range)
        : this.#numbers.of({ key }),
    );
    return this.#numbers.computeOf(node)(inputs, op.paramsForRows?.(params, range) ?? params);
  }
}

/** Yields the numbers of a node block by block. A kept node has one block. */
export function* blocksOf(
  numbers: Numbers,
  { key, shape }: Ref,
): Generator<{ readonly first: number; readonly matrix: Matrix }> {
  const node = numbers.nodes.node(key);
  const size = node && !numbers.keeps(node) ? rowsOfBlock(shape.cols) : shape.rows;
  for (let first = 0; first < shape.rows; first += size) {
    yield { first, matrix: numbers.rows({ key }, { first, count: Math.min(size, shape.rows - first) }) };
  }
}

const rowsOfBlock = (cols: number) => Math.max(1, Math.floor(CELLS_OF_BLOCK / cols));

/**
 * Whether an input is read in blocks of rows: because only those rows are needed, or because the result sums over rows.
 */
function takesRows(op: Op<unknown>, index: number, input: Shape, result: Shape) {
  return op.sumsOverRows?.includes(index) ?? needsSameRows(op, index, input, result);
}

/** Whether rows of the result need only the same rows of the input number `index`. */
export function needsSameRows({ rowwise }: Op<unknown>, index: number, input: Shape, result: Shape): boolean {
  const isOwn = rowwise === "all" || (rowwise?.includes(index) ?? false);
  return isOwn && input.rows === result.rows;
}
