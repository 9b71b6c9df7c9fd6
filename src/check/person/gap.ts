import type { Matrix } from "../../math/matrix.js";
import { type Arithmetic, Evaluation } from "../../trace/evaluate/evaluation.js";
import { needsOwnRows } from "../../trace/evaluate/row-blocks.js";
import type { Graph } from "../../trace/graph.js";
import type { Node } from "../../trace/op.js";
import type { Digits } from "./digits.js";

/** What lies between a written step and the written steps before it. */
export interface Gap {
  readonly key: string;
  /** What nobody wrote, in an order in which each comes after what it is made of; the written step is the last. */
  readonly nodes: readonly Node[];
  /** The written steps from which it starts. */
  readonly sources: readonly string[];
}

/** Numbers by key: what a person works with, where that is known. */
export type Carried = ReadonlyMap<string, Matrix>;

export function gapBefore(graph: Graph, key: string, isWritten: (key: string) => boolean): Gap {
  const nodes: Node[] = [];
  const sources: string[] = [];
  const seen = new Set<string>();
  const visit = (at: string): void => {
    if (seen.has(at)) return;
    seen.add(at);
    const node = graph.node(at);
    if (!node) return;
    if (at !== key && isWritten(at)) {
      sources.push(at);
      return;
    }
    for (const input of node.inputs) visit(input);
    nodes.push(node);
  };
  visit(key);
  return { key, nodes, sources };
}

/** As an op says. Naming it keeps an evaluation from looking for quicker ways, which take longer than a few cells. */
const asRecorded: Arithmetic = ({ op }) => op.compute;

/** The numbers of a graph where some are known already. */
export function evaluationFrom(
  graph: Graph,
  carried: Carried,
  arithmetic: Arithmetic = asRecorded,
): Evaluation {
  const known = {
    has: (key: string) => carried.has(key),
    of: (key: string) => carried.get(key) ?? missing(key),
  };
  return new Evaluation(graph, { known, arithmetic });
}

/** Every step rounded before the next, but for the written one itself. */
export const roundedBy =
  (digits: Digits, written: string): Arithmetic =>
  ({ op, key }) =>
    key === written ? op.compute : (inputs, params) => digits.keep(op.compute(inputs, params), key);

function missing(key: string): never {
  throw new RangeError(`"${key}" is not known`);
}

/** The keys of a gap that depend on one of its keys. */
export function afterInGap({ nodes }: Gap, key: string): ReadonlySet<string> {
  const found = new Set([key]);
  for (const node of nodes) if (node.inputs.some((input) => found.has(input))) found.add(node.key);
  return found;
}

/** Whether row i of the written step needs no other row of a step of the gap, or of one from which it starts, than row i. */
export function isByRow(graph: Graph, { nodes, key }: Gap, from: string): boolean {
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
  return areRows.get(from) ?? false;
}
