import { decimalsOf } from "../../math/decimal.js";
import type { Matrix } from "../../math/matrix.js";
import { needsOwnRows } from "../../trace/evaluate/row-blocks.js";
import type { Graph } from "../../trace/graph.js";
import type { Node } from "../../trace/op.js";
import { CELLS_BY_HAND } from "../by-hand.js";

/** What lies between a written step and the written steps before it. */
export interface Gap {
  readonly key: string;
  /** What nobody wrote, in an order in which each comes after what it is made of; the written step is the last. */
  readonly nodes: readonly Node[];
  /** The written steps from which it starts. */
  readonly sources: readonly string[];
  /** By how much the numbers of an input that it uses may be off, where a program printed them. */
  readonly printed: ReadonlyMap<string, number>;
  /** Whether row i of the written step needs no other row of a step of the gap, or of one from which it starts, than row i. */
  readonly isByRow: (key: string) => boolean;
  /** Whether all of it is small enough to be worked by hand. */
  readonly isByHand: boolean;
}

export function gapBefore(graph: Graph, key: string, isWritten: (key: string) => boolean): Gap {
  const nodes: Node[] = [];
  const sources: string[] = [];
  const printed = new Map<string, number>();
  const seen = new Set<string>();
  const visit = (at: string): void => {
    if (seen.has(at)) return;
    seen.add(at);
    const node = graph.node(at);
    if (!node) {
      const half = halfUnitOfPrinted(graph.input(at)?.matrix);
      if (half > 0) printed.set(at, half);
      return;
    }
    if (at !== key && isWritten(at)) {
      sources.push(at);
      return;
    }
    node.inputs.forEach(visit);
    nodes.push(node);
  };
  visit(key);
  const areRows = rowsApart(graph, nodes, key);
  const isByHand = nodes.every(({ shape }) => shape.rows * shape.cols <= CELLS_BY_HAND);
  return { key, nodes, sources, printed, isByRow: (from) => areRows.get(from) ?? false, isByHand };
}

/** People make up numbers of fewer decimals, and few of so many; of a program most cells have as many. By taste. */
const [FEWEST_DECIMALS, FEWEST_IN_ALL] = [4, 12];

/**
 * Half a unit of the last digit that a program printed of its numbers, which had more; 0 for numbers that were made up, and are exact.
 * Where every last digit is a 5 they are fractions, such as 0.0625.
 */
export function halfUnitOfPrinted(matrix: Matrix | undefined): number {
  const decimals = Array.from(matrix?.data ?? [], decimalsOf);
  const most = Math.max(0, ...decimals);
  const whole = matrix ? matrix.data.filter((_, at) => decimals[at] === most) : [];
  const areFractions = whole.every((value) => decimalsOf(2 * value) < most);
  const isPrinted =
    most >= FEWEST_DECIMALS && most * whole.length >= FEWEST_IN_ALL && 2 * whole.length >= decimals.length;
  return isPrinted && !areFractions ? 0.5 * 10 ** -most : 0;
}

function rowsApart(graph: Graph, nodes: readonly Node[], key: string): ReadonlyMap<string, boolean> {
  const areRows = new Map<string, boolean>([[key, true]]);
  // From the written step back: each node is looked at after all that is made of it.
  for (const node of nodes.toReversed()) {
    const own = areRows.get(node.key) ?? true;
    node.inputs.forEach((input, index) => {
      const { shape } = graph.ref(input);
      const keeps = own && needsOwnRows(node.op, index, shape, node.shape);
      areRows.set(input, (areRows.get(input) ?? true) && keeps);
    });
  }
  return areRows;
}
