import { needsSameRows } from "../../trace/evaluate/evaluation.js";
import type { Graph } from "../../trace/op.js";

/** A step, and its rows; undefined for all of them. */
export type Rows = readonly number[] | undefined;

/** Returns the rows of later steps, or of some of them in order, that depend on some rows of steps, by key. */
export function rowsReached(
  graph: Graph,
  from: readonly string[],
  rows: Rows,
  steps: Iterable<string> = graph.keys(),
): ReadonlyMap<string, Rows> {
  const reached = new Map<string, Rows>(from.map((key) => [key, rows]));
  for (const key of steps) {
    const node = graph.node(key);
    if (!node || from.includes(key)) continue;
    for (const [index, input] of node.inputs.entries()) {
      if (!reached.has(input)) continue;
      const isByRow = needsSameRows(node.op, index, graph.ref(input).shape, node.shape);
      const rowsOfInput = isByRow ? reached.get(input) : undefined;
      const before = reached.get(key);
      reached.set(
        key,
        !rowsOfInput || (reached.has(key) && !before)
          ? undefined
          : [...new Set([...(before ?? []), ...rowsOfInput])],
      );
    }
  }
  for (const key of from) reached.delete(key);
  return reached;
}
