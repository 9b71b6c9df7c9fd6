import { findStep, type Trace } from "../../../trace/trace.js";
import type { Propagated } from "./propagated.js";
import { placed } from "./propagated-parts.js";
import type { GradientErrors } from "./propagation.js";

// Gradients of what heads or batches share. The gradient of a kv head is the sum over the query heads of its group. Its variance is the sum of theirs, with u_a²
// n_j/9 of all terms and one more υ_o (docs/precision.md, "The gradient of a kv head").

/** The gradient of a kv head that several query heads read. */
export interface KvGradient {
  readonly scope: string;
  readonly id: string;
  readonly propagated: Propagated;
  /** The scopes of its query heads. */
  readonly heads: readonly string[];
}

/**
 * Returns the gradient of the key or value of kv head `index`: the sum over its query heads. Undefined if it is not
 * recorded.
 */
export function kvGradientOf(
  trace: Trace,
  errors: GradientErrors,
  part: "key" | "value",
  index: number,
): KvGradient | undefined {
  const groups = [...new Set(errors.heads.map(({ head }) => head.kvHead))];
  const headsOfGroup = errors.heads.filter(({ head }) => head.kvHead === groups[index]);
  const id = part === "key" ? "d-k" : "d-v";
  const parts = headsOfGroup.flatMap(({ head }) => {
    const step = findStep(trace, `${head.task.scope}/${id}`);
    return (step && errors.propagated(step.key)) ?? [];
  });
  if (parts.length === 0 || parts.length !== headsOfGroup.length) return undefined;
  return {
    scope: `kv head ${index}`,
    id,
    heads: headsOfGroup.map(({ head }) => head.task.scope),
    propagated: summed(parts),
  };
}

/** Returns the sum of a gradient over all batches. Undefined if it is not recorded in one of them. */
export function sumOfBatches(
  batches: readonly { gradients(): GradientErrors }[],
  key: string,
): Propagated | undefined {
  const parts = batches.flatMap((one) => one.gradients().propagated(key) ?? []);
  return parts.length > 0 && parts.length === batches.length ? summed(parts) : undefined;
}

function summed(parts: readonly Propagated[]): Propagated {
  const { rows, cols } = parts[0].want;
  return placed(parts, { rows, cols, places: parts.map(() => ({ firstRow: 0, firstCol: 0 })) });
}
