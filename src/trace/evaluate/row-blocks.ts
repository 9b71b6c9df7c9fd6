import { greatest } from "../../math/lists.js";
import { addTo, createMatrix, type Matrix, type RowRange, type Shape } from "../../math/matrix.js";
import { tellProgress } from "../../math/progress.js";
import type { Graph } from "../graph.js";
import type { Node, Numbers, Op, Ref } from "../op.js";

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

/** What RowBlocks needs from an evaluation, which holds the numbers that are kept. */
interface KeptNumbers extends Numbers {
  readonly nodes: Graph;
  readonly options: { readonly keeps?: unknown; readonly arithmetic?: unknown };
  /** Returns the function that computes a node from its inputs. */
  computeOf(node: Node): Op<unknown>["compute"];
  /** Whether the numbers are computed already, or can be read from a file. */
  isReady(key: string): boolean;
  /** Keeps the numbers of a node. */
  keep(node: Node, matrix: Matrix): void;
  /** Reports that `count` numbers of a node are stored here until `evict` is called. */
  trackMemory(node: Node, count: number, evict: () => void): void;
}

/** When a node is computed by blocks of rows. */
interface Plan {
  readonly traversal: Traversal | undefined;
  /** How many rounds of traversals must be finished before the node can be computed. */
  readonly round: number;
}

/** Computes the nodes of an evaluation that are not kept, and the kept nodes that need them. */
export class RowBlocks {
  readonly #numbers: KeptNumbers;
  readonly #plans = new Map<string, Plan>();
  /** The last computed rows of each node, because several nodes ask for the same rows. */
  readonly #last = new Map<string, { readonly range: RowRange; readonly matrix: Matrix }>();
  #isAnyUnkept = false;

  constructor(numbers: KeptNumbers) {
    this.#numbers = numbers;
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
  #planAll(): void {
    const { nodes } = this.#numbers;
    if (this.#plans.size === nodes.size) return;
    for (const node of nodes.nodes())
      if (!this.#plans.has(node.key)) this.#plans.set(node.key, this.#plan(node));
  }

  #plan(node: Node): Plan {
    const isKept = this.#numbers.keeps(node);
    if (!isKept) this.#isAnyUnkept = true;
    if (!this.#isAnyUnkept) return { traversal: undefined, round: 0 };
    const before = this.#traversalBefore(node);
    const round = greatest(node.inputs, (key) => this.#plans.get(key)?.round ?? 0);
    if (isKept) {
      // Other arithmetic applies to the numbers of steps; partial sums are not such numbers.
      if (this.#numbers.options.arithmetic && node.op.sumsOverRows) return { traversal: undefined, round };
      before?.members.push(node);
      return { traversal: before, round: before ? round + 1 : round };
    }
    const traversal = before ?? { rows: node.shape.rows, widest: 0, members: [] };
    traversal.widest = Math.max(traversal.widest, node.shape.cols);
    return { traversal, round };
  }

  /** Finds the traversal of the first input that is not kept and is read in blocks of rows. */
  #traversalBefore(node: Node): Traversal | undefined {
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
  #computeMembers(traversal: Traversal, asked: Node, round: number): Matrix {
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
  #computeRows(node: Node, range: RowRange): Matrix {
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
function takesRows(op: Op<unknown>, index: number, input: Shape, result: Shape): boolean {
  return op.sumsOverRows?.includes(index) ?? needsSameRows(op, index, input, result);
}

/** Whether rows of the result need only the same rows of the input number `index`. */
export function needsSameRows(
  { rowwise }: Pick<Op<unknown>, "rowwise">,
  index: number,
  input: Shape,
  result: Shape,
): boolean {
  const isOwn = rowwise === "all" || (rowwise?.includes(index) ?? false);
  return isOwn && input.rows === result.rows;
}
