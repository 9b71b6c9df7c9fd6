import type { Graph } from "../../trace/graph.js";
import type { Node } from "../../trace/op.js";
import type { Gap } from "./gap.js";
import { PRICES } from "./prices.js";
import type { Named, StepCase } from "./step-case.js";
import { headOf, isWithin, type Variant } from "./variants.js";

/** What may have been done otherwise in a gap, and what each of these costs. */
export function optionsAt(
  gap: Gap,
  variants: readonly Variant[],
  graph: Graph,
  isWritten: (key: string) => boolean,
  named: readonly Named[],
): Pick<StepCase, "options" | "priceOf"> {
  const written = gap.nodes[gap.nodes.length - 1];
  const inGap = new Set(gap.nodes.map(({ key }) => key));
  const head = headOf(written);
  const settled = stepsBefore(graph, gap.sources);
  // What is written, and what led there, was done as it was found: what would alter it says more than it must.
  const saysMore = ({ nodes, what }: Variant) =>
    [...nodes.keys()].some((key) => settled.has(key) || isWritten(key)) &&
    named.every((one) => one.variant.what !== what);
  const skipsUnwritten = ([key, { inputs }]: readonly [string, Node]) =>
    graph.node(key)?.inputs.some((input) => !inputs.includes(input) && !isWritten(input));
  const options = variants.filter(({ nodes, head: own, isRight, what }) => {
    const keys = [...nodes.keys()];
    if ("skipsWritten" in what && [...nodes].some(skipsUnwritten)) return false;
    // Where nobody works by hand, nobody does one of several heads otherwise.
    if (own !== undefined && own !== head && !gap.isByHand) return false;
    if (!keys.some((key) => inGap.has(key))) return false;
    // A right way is right as a whole: what is written of it must have been written so.
    if (isRight && keys.some(isWritten)) return false;
    if (head === undefined) return true;
    if (own !== undefined && isWithin(own, head)) return true;
    const altered = [...nodes.values()];
    const isOutside = altered.some((node) => inGap.has(node.key) && !isWithin(headOf(node), head));
    return isOutside || altered.every((node) => isWithin(headOf(node), head));
  });
  // What alters the written step alone is one of few, whatever lies unwritten before it.
  const isOfStep = ({ nodes }: Variant) =>
    [...nodes.keys()].every((key) => key === gap.key || !inGap.has(key));
  const bitsAmong = (some: readonly Variant[]) =>
    Math.log2(new Set(some.map(({ what, head: own }) => `${what.id} ${own}`)).size + 1) + PRICES.mistake;
  const { rows, cols } = written.shape;
  const [bits, bitsOfStep] = [options, options.filter(isOfStep)].map(bitsAmong);
  const priceOf = (variant: Variant) => {
    const { isRight, isFitted, what, head: own } = variant;
    // What was done in another head is likely to be done in this one.
    if (
      named.some(
        ({ variant: one, alike }) => one.head !== own && [one, ...alike].some((other) => other.what === what),
      )
    )
      return PRICES.again;
    if ("isOnSheet" in what) return PRICES.mistake;
    if (isRight) return bits / 2 + (isFitted ? rows * PRICES.fittedRow : 0);
    if ("namesLines" in what) return bits + 1 + 2 * Math.log2(Math.max(rows, cols));
    if (isFitted) return bits + PRICES.slip;
    return (isOfStep(variant) ? bitsOfStep : bits) + (saysMore(variant) ? 1 : 0);
  };
  return { options, priceOf };
}

/** These steps, and all that they are made of. */
function stepsBefore(graph: Graph, sources: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (key: string): void => {
    if (found.has(key)) return;
    found.add(key);
    for (const input of graph.node(key)?.inputs ?? []) visit(input);
  };
  for (const source of sources) visit(source);
  return found;
}
