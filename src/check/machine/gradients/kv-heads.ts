import { groupsOf } from "./backward-heads.js";
import type { Propagated } from "./propagated.js";
import { summed } from "./propagated-parts.js";
import type { GradientErrors } from "./propagation.js";

// Gradients of what heads or batches share. The gradient of a kv head is the sum over the query heads of its group. Its
// variance is the sum of theirs, with u_a² n_j/9 of all terms and one more υ_o (docs/precision.md, "The gradient of a kv
// head").

/**
 * Returns the gradient of the key or value of kv head `index`: the sum over its query heads, with their scopes. Undefined
 * if it is not recorded.
 */
export function kvGradientOf(errors: GradientErrors, part: "key" | "value", index: number) {
  const { kvOf } = groupsOf(errors.heads.map(({ head }) => head));
  const id = part === "key" ? "d-k" : "d-v";
  const heads = errors.heads.filter((_, at) => kvOf[at] === index).map(({ head }) => head.task.scope);
  const parts = heads.flatMap((scope) => errors.propagated(`${scope}/${id}`) ?? []);
  if (parts.length === 0 || parts.length !== heads.length) return undefined;
  return { scope: `kv head ${index}`, id, heads, propagated: summed(parts) };
}

/** Returns the sum of a gradient over all batches. Undefined if it is not recorded in one of them. */
export function sumOfBatches(
  batches: readonly { gradients(): GradientErrors }[],
  key: string,
): Propagated | undefined {
  const parts = batches.flatMap((one) => one.gradients().propagated(key) ?? []);
  return parts.length > 0 && parts.length === batches.length ? summed(parts) : undefined;
}
