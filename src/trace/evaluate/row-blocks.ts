import { greatest } from "../../math/lists.js";
import { addTo, createMatrix, type Matrix, type RowRange, type Shape } from "../../math/matrix.js";
import { tellProgress } from "../../math/progress.js";
import type { Graph } from "../graph.js";
import type { Node, Numbers, Op, Ref } from "../op.js";

// Nodes that are not kept (n×m scores and weights of a large attention) are worked out a block of rows at a time, for the
// nodes that are kept and need them. All of these go through the blocks together, so that no block is made twice.

/** Cells of the widest node of a block: a megabyte. */
const CELLS_OF_BLOCK = 2 ** 17;

/** Kept nodes that need rows of the same nodes that are not kept. */
interface Sweep {
  readonly rows: number;
  widest: number;
  readonly members: Node[];
}

/** What blocks of rows are worked out for: the numbers that are kept. */
interface Keeper extends Numbers {
  readonly nodes: Graph;
  readonly how: { readonly keeps?: unknown; readonly arithmetic?: unknown };
  /** What makes the numbers of a node of its inputs. */
  computeOf(node: Node): Op<unknown>["compute"];
  /** Whether the numbers are there, or lie in a file. */
  isReady(key: string): boolean;
  /** Keeps what a node has come to. */
  keep(node: Node, made: Matrix): void;
  /** Says that so many numbers of a node lie here until `letGo` is called. */
  hold(node: Node, count: number, letGo: () => void): void;
}

/** How far a node is on the way through blocks of rows. */
interface Plan {
  readonly sweep: Sweep | undefined;
  /** How many rounds of sweeps must have been worked out before the node is there. */
  readonly round: number;
}

/** Works out the nodes of an evaluation that are not kept, and what is made of them. */
export class RowBlocks {
  readonly #numbers: Keeper;
  readonly #plans = new Map<string, Plan>();
  /** The rows of a node that were made last: several nodes ask for them. */
  readonly #last = new Map<string, { readonly range: RowRange; readonly matrix: Matrix }>();
  #isAnyPassing = false;

  constructor(numbers: Keeper) {
    this.#numbers = numbers;
  }

  /** The rows of a node that is not kept. */
  rowsOf(node: Node, range: RowRange): Matrix {
    const last = this.#last.get(node.key);
    if (last?.range.first === range.first && last.range.count === range.count) return last.matrix;
    const matrix = this.#workRows(node, range);
    if (!last) this.#numbers.hold(node, range.count * node.shape.cols, () => this.#last.delete(node.key));
    this.#last.set(node.key, { range, matrix });
    return matrix;
  }

  /** A kept node from the rows of nodes that are not; undefined where all that it needs is kept. */
  work(node: Node): Matrix | undefined {
    if (!this.#numbers.how.keeps) return undefined;
    this.#planAll();
    const { sweep, round = 0 } = this.#plans.get(node.key) ?? {};
    return sweep && this.#workMembers(sweep, node, round);
  }

  /** Plans what was recorded since the last time. */
  #planAll(): void {
    const { nodes } = this.#numbers;
    if (this.#plans.size === nodes.size) return;
    for (const node of nodes.nodes())
      if (!this.#plans.has(node.key)) this.#plans.set(node.key, this.#plan(node));
  }

  #plan(node: Node): Plan {
    const isKept = this.#numbers.keeps(node);
    if (!isKept) this.#isAnyPassing = true;
    if (!this.#isAnyPassing) return { sweep: undefined, round: 0 };
    const before = this.#sweepBefore(node);
    const round = greatest(node.inputs, (key) => this.#plans.get(key)?.round ?? 0);
    if (isKept) {
      // Parts of a sum are none of the numbers that other arithmetic is about.
      if (this.#numbers.how.arithmetic && node.op.sumsRows) return { sweep: undefined, round };
      before?.members.push(node);
      return { sweep: before, round: before ? round + 1 : round };
    }
    const sweep = before ?? { rows: node.shape.rows, widest: 0, members: [] };
    sweep.widest = Math.max(sweep.widest, node.shape.cols);
    return { sweep, round };
  }

  /** The sweep in which the first input that is not kept is worked out. */
  #sweepBefore(node: Node): Sweep | undefined {
    const { nodes } = this.#numbers;
    for (const [index, key] of node.inputs.entries()) {
      const input = nodes.node(key);
      if (!input || this.#numbers.keeps(input) || !takesRows(node.op, index, input.shape, node.shape))
        continue;
      const sweep = this.#plans.get(key)?.sweep;
      if (sweep) return sweep;
    }
    return undefined;
  }

  /** Works out all members that can be worked out together with one of them. */
  #workMembers(sweep: Sweep, asked: Node, round: number): Matrix {
    // Members with a quicker way of their own are here only where that way failed, and then it fails for all of them.
    const hasOther = ({ op }: Node) => op.fused !== undefined;
    const open = sweep.members.filter(
      (member) =>
        !this.#numbers.isReady(member.key) &&
        this.#plans.get(member.key)?.round === round &&
        hasOther(member) === hasOther(asked),
    );
    const results = open.map(({ shape }) => createMatrix(shape.rows, shape.cols));
    const size = rowsOfBlock(sweep.widest);
    for (let first = 0; first < sweep.rows; first += size) {
      const range = { first, count: Math.min(size, sweep.rows - first) };
      for (const [index, node] of open.entries()) {
        const block = this.#workRows(node, range);
        if (node.op.sumsRows) addTo(results[index], block);
        else results[index].data.set(block.data, first * node.shape.cols);
      }
      tellProgress(first + range.count, sweep.rows, "working out");
    }
    // They are kept at the end: on the way numbers may be let go, these too.
    for (const [index, node] of open.entries()) this.#numbers.keep(node, results[index]);
    return results[open.indexOf(asked)];
  }

  /** Some rows of what a node makes, from as few rows of its inputs as it needs. */
  #workRows(node: Node, range: RowRange): Matrix {
    const { op, params, shape } = node;
    const inputs = node.inputs.map((key, index) =>
      takesRows(op, index, this.#numbers.nodes.ref(key).shape, shape)
        ? this.#numbers.rows({ key }, range)
        : this.#numbers.of({ key }),
    );
    return this.#numbers.computeOf(node)(inputs, op.rowsOfParams?.(params, range) ?? params);
  }
}

/** The numbers of a node block by block; of one that is kept there is one block. */
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

/** Whether the input number `index` is gone through in blocks of rows: for those rows of the result, or for its sum. */
function takesRows(op: Op<unknown>, index: number, input: Shape, result: Shape): boolean {
  return op.sumsRows?.includes(index) ?? needsOwnRows(op, index, input, result);
}

/** Whether of the input number `index` only those rows are needed that are wanted of the result. */
export function needsOwnRows(
  { rows }: Pick<Op<unknown>, "rows">,
  index: number,
  input: Shape,
  result: Shape,
): boolean {
  const isOwn = rows === "all" || (rows?.includes(index) ?? false);
  return isOwn && input.rows === result.rows;
}
