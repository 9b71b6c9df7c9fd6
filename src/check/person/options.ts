import type { Named, StepCase } from "./explain-step.js";
import type { Gap } from "./gap.js";
import { PRICES } from "./prices.js";
import { headOf, type Variant } from "./variants.js";

/** What is known before a gap. */
interface Before {
  readonly isWritten: (key: string) => boolean;
  readonly named: readonly Named[];
}

/** What may have been done otherwise in a gap, and what each of these costs. */
export function optionsAt(
  gap: Gap,
  variants: readonly Variant[],
  { isWritten, named }: Before,
): Pick<StepCase, "options" | "priceOf"> {
  const written = gap.nodes[gap.nodes.length - 1];
  const inGap = new Set(gap.nodes.map(({ key }) => key));
  const head = headOf(written);
  const options = variants.filter(({ nodes, head: own, isRight }) => {
    const keys = [...nodes.keys()];
    if (!keys.some((key) => inGap.has(key))) return false;
    // A right way is right as a whole: what is written of it must have been written so.
    if (isRight && keys.some(isWritten)) return false;
    if (head === undefined) return true;
    if (own !== undefined) return own === head;
    const altered = [...nodes.values()];
    const isOutside = altered.some((node) => headOf(node) === undefined && inGap.has(node.key));
    return isOutside || altered.every((node) => headOf(node) === head);
  });
  const count = new Set(options.map(({ what, head: own }) => `${what.id} ${own}`)).size;
  const bits = Math.log2(count + 1) + PRICES.mistake;
  const isKnown = ({ what, head: own }: Variant) =>
    named.some(
      ({ variant, alike }) =>
        variant.head !== own && [variant, ...alike].some((other) => other.what === what),
    );
  const priceOf = (variant: Variant) => {
    if (!variant.isRight) {
      if (isKnown(variant)) return PRICES.again;
      if ("namesRows" in variant.what) return bits + 1 + 2 * Math.log2(written.shape.rows);
      return "isFitted" in variant.what ? bits + PRICES.slip : bits;
    }
    return bits / 2 + ("isFitted" in variant.what ? written.shape.rows * PRICES.slip : 0);
  };
  return { options, priceOf };
}
