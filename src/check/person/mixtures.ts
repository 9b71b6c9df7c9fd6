import type { Matrix } from "../../math/matrix.js";
import type { Graph } from "../../trace/op.js";
import type { Changes } from "./changes.js";
import type { Digits } from "./digits.js";
import { gapBefore } from "./gap.js";
import { type Carried, Numbers } from "./numbers.js";

/** The maximum number of ways that are tried. Those that round the steps next to the written one come first. */
const MAX_MIXTURES = 256;

/**
 * Returns a step as computed by a person who rounds only some steps. Each step before it is either used as written
 * (rounded if it was not written), or unrounded.
 */
export function* mixturesOf(
  { graph, changes }: { readonly graph: Graph; readonly changes: Changes },
  key: string,
  written: Carried,
  digits: Digits,
): Generator<Matrix> {
  const before = gapBefore(graph, key, () => false)
    .nodes.slice(0, -1)
    .toReversed();
  const rounded = before.filter((node) => digits.of(node.key) !== undefined);
  const count = Math.min(2 ** rounded.length, MAX_MIXTURES);
  for (let at = 0; at < count; at++) {
    // Bit i of the number of a way says whether it rounds step i.
    const kept = new Set(
      rounded.filter((_, index) => Math.floor(at / 2 ** index) % 2 === 1).map((node) => node.key),
    );
    const carried = new Map([...written].filter(([one]) => kept.has(one)));
    yield new Numbers(graph, changes, carried, (matrix, one) =>
      kept.has(one) ? digits.keep(matrix, one) : matrix,
    ).of(key);
  }
}
