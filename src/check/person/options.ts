import type { Matrix } from "../../math/matrix.js";
import type { Graph, Node } from "../../trace/op.js";
import type { Step } from "../../trace/trace.js";
import type { Gap } from "./gap.js";
import { areSame } from "./numbers.js";
import { PRICES } from "./prices.js";
import { candidatesOf, type NamedVariant, type StepCase } from "./step-case.js";
import { headOf, isWithin, type Variant } from "./variants.js";

/** Returns the variants that are possible in a gap, and their prices. */
export function optionsAt(
  gap: Gap,
  variants: readonly Variant[],
  graph: Graph,
  isWritten: (key: string) => boolean,
  exact: (key: string) => Matrix,
  named: readonly NamedVariant[],
): Pick<StepCase, "options" | "priceOf"> {
  const written = gap.nodes[gap.nodes.length - 1];
  const inGap = new Set(gap.nodes.map(({ key }) => key));
  const head = headOf(written);
  const skipsUnwritten = ([key, { inputs }]: readonly [string, Node]) =>
    graph.node(key)?.inputs.some((input) => !inputs.includes(input) && !isWritten(input));
  const speaksAgainst = ({ key, output }: Step) => isWritten(key) && !areSame(output(), exact(key));
  const options = variants.filter(({ nodes, head: own, isRight, what, altered }) => {
    const keys = [...nodes.keys()];
    if ("skipsWritten" in what && [...nodes].some(skipsUnwritten)) return false;
    // In large steps, which nobody computes by hand, a variant in a single other head is not considered.
    if (own !== undefined && own !== head && !gap.isByHand) return false;
    if (!keys.some((key) => inGap.has(key))) return false;
    // A right way is right only as a whole, so its written steps must have been written that way.
    if (isRight && keys.some(isWritten)) return false;
    if ("isOfWholeRun" in what && altered.steps.some(speaksAgainst)) return false;
    if (head === undefined) return true;
    if (own !== undefined && isWithin(own, head)) return true;
    const changed = [...nodes.values()];
    const isOutside = changed.some((node) => inGap.has(node.key) && !isWithin(headOf(node), head));
    return isOutside || changed.every((node) => isWithin(headOf(node), head));
  });
  // Written steps, and those before them, are already explained. A variant that changes them assumes more than it must.
  const isSettled = (key: string) =>
    isWritten(key) || gap.sources.some((source) => graph.after(key).has(source));
  const saysMore = ({ nodes, what }: Variant) =>
    [...nodes.keys()].some(isSettled) && named.every((one) => one.variant.what !== what);
  const { rows, cols } = written.shape;
  // A variant that changes only the written step is one of few, however many unwritten steps are before it.
  const isOfStep = ({ nodes }: Variant) =>
    [...nodes.keys()].every((key) => key === gap.key || !inGap.has(key));
  const bitsAmong = (some: readonly Variant[]) =>
    Math.log2(new Set(some.map(({ what, head: own }) => `${what.id} ${own}`)).size + 1) + PRICES.mistake;
  const [bits, bitsOfStep] = [options, options.filter(isOfStep)].map(bitsAmong);
  const priceOf = (variant: Variant) => {
    const { isRight, what, head: own } = variant;
    const { isFitted } = variant.altered;
    // A mistake in another head is likely to be made in this head, too.
    if (
      named.some((one) => one.variant.head !== own && candidatesOf(one).some((other) => other.what === what))
    )
      return PRICES.again;
    if ("isOnSheet" in what) return PRICES.mistake;
    if (isRight) return bits / 2 + (isFitted ? rows * PRICES.fittedRow : 0);
    const fitted = isFitted ? PRICES.slip : 0;
    const ofLines = "namesLines" in what ? 1 + 2 * Math.log2(Math.max(rows, cols)) : 0;
    const among = ofLines + fitted === 0 && isOfStep(variant) ? bitsOfStep : bits;
    return among + ofLines + fitted + (saysMore(variant) ? 1 : 0);
  };
  return { options, priceOf };
}
