import type { Graph } from "../../trace/graph.js";
import type { Node } from "../../trace/op.js";
import type { Gap } from "./gap.js";
import { PRICES } from "./prices.js";
import type { NamedVariant, StepCase } from "./step-case.js";
import { headOf, isWithin, type Variant } from "./variants.js";

/** Returns the variants that are possible in a gap, and their prices. */
export function optionsAt(
  gap: Gap,
  variants: readonly Variant[],
  graph: Graph,
  isWritten: (key: string) => boolean,
  named: readonly NamedVariant[],
): Pick<StepCase, "options" | "priceOf"> {
  const written = gap.nodes[gap.nodes.length - 1];
  const inGap = new Set(gap.nodes.map(({ key }) => key));
  const head = headOf(written);
  const settled = stepsBefore(graph, gap.sources);
  // Written steps, and those before them, are already explained. A variant that changes them assumes more than it must.
  const saysMore = ({ nodes, what }: Variant) =>
    [...nodes.keys()].some((key) => settled.has(key) || isWritten(key)) &&
    named.every((one) => one.variant.what !== what);
  const skipsUnwritten = ([key, { inputs }]: readonly [string, Node]) =>
    graph.node(key)?.inputs.some((input) => !inputs.includes(input) && !isWritten(input));
  const options = variants.filter(({ nodes, head: own, isRight, what }) => {
    const keys = [...nodes.keys()];
    if ("skipsWritten" in what && [...nodes].some(skipsUnwritten)) return false;
    // In large steps, which nobody computes by hand, a variant in a single other head is not considered.
    if (own !== undefined && own !== head && !gap.isByHand) return false;
    if (!keys.some((key) => inGap.has(key))) return false;
    // A right way is right only as a whole, so its written steps must have been written that way.
    if (isRight && keys.some(isWritten)) return false;
    if (head === undefined) return true;
    if (own !== undefined && isWithin(own, head)) return true;
    const altered = [...nodes.values()];
    const isOutside = altered.some((node) => inGap.has(node.key) && !isWithin(headOf(node), head));
    return isOutside || altered.every((node) => isWithin(headOf(node), head));
  });
  // A variant that changes only the written step is one of few, however many unwritten steps are before it.
  const isOfStep = ({ nodes }: Variant) =>
    [...nodes.keys()].every((key) => key === gap.key || !inGap.has(key));
  const bitsAmong = (some: readonly Variant[]) =>
    Math.log2(new Set(some.map(({ what, head: own }) => `${what.id} ${own}`)).size + 1) + PRICES.mistake;
  const { rows, cols } = written.shape;
  const [bits, bitsOfStep] = [options, options.filter(isOfStep)].map(bitsAmong);
  const priceOf = (variant: Variant) => {
    const {
      isRight,
      altered: { isFitted },
      what,
      head: own,
    } = variant;
    // A mistake in another head is likely to be made in this head, too.
    if (
      named.some(
        ({ variant: one, alike }) => one.head !== own && [one, ...alike].some((other) => other.what === what),
      )
    )
      return PRICES.again;
    if ("isOnSheet" in what) return PRICES.mistake;
    if (isRight) return bits / 2 + (isFitted ? rows * PRICES.fittedRow : 0);
    const fitted = isFitted ? PRICES.slip : 0;
    if ("namesLines" in what) return bits + 1 + 2 * Math.log2(Math.max(rows, cols)) + fitted;
    if (isFitted) return bits + fitted;
    return (isOfStep(variant) ? bitsOfStep : bits) + (saysMore(variant) ? 1 : 0);
  };
  return { options, priceOf };
}

/** Returns these steps, and all steps that they depend on. */
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
