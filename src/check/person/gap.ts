import { remember } from "../../math/remember.js";
import type { Graph, Node } from "../../trace/op.js";
import { CELLS_BY_HAND } from "../by-hand.js";
import { errorsOfPrinted } from "./last-digits.js";
import { rowsReached } from "./reached-rows.js";

/** The steps between a written step and the written steps before it. */
export interface Gap {
  readonly key: string;
  /** The steps that were not written, each after its inputs. The written step is the last. */
  readonly nodes: readonly Node[];
  /** The written steps from which it starts. */
  readonly sources: readonly string[];
  /** The possible errors of the inputs that it uses, if a program printed them. */
  readonly printed: ReadonlyMap<string, Float64Array>;
  /**
   * Whether row i of the written step depends only on row i of a step of the gap, or of a step from which it starts.
   */
  readonly isByRow: (key: string) => boolean;
  /** Whether every step is small enough to be computed by hand. */
  readonly isByHand: boolean;
}

export function gapBefore(graph: Graph, key: string, isWritten: (key: string) => boolean): Gap {
  const nodes: Node[] = [];
  const sources: string[] = [];
  const printed = new Map<string, Float64Array>();
  const seen = new Set<string>();
  const visit = (at: string): void => {
    if (seen.has(at)) return;
    seen.add(at);
    const node = graph.node(at);
    if (!node) {
      const errors = errorsOfPrinted(graph.input(at)?.matrix);
      if (errors) printed.set(at, errors);
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
  const keys = nodes.map((node) => node.key);
  const byRow = new Map([[key, true]]);
  const isByRow = (from: string) =>
    remember(byRow, from, () => rowsReached(graph, [from], [0], keys).get(key) !== undefined);
  const isByHand = nodes.every(({ shape }) => shape.rows * shape.cols <= CELLS_BY_HAND);
  return { key, nodes, sources, printed, isByRow, isByHand };
}
