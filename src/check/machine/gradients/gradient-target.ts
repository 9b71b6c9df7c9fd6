import type { Matrix } from "../../../math/matrix.js";
import { add } from "../../../ops/elementwise.js";
import { findStep, type Trace } from "../../../trace/trace.js";
import type { Target } from "../target.js";

// Finds the numbers of a run that a dumped gradient is compared with.

/** Whether an answer is a gradient. */
export const isGradient = ({ id }: Pick<Target, "id">): boolean => id.startsWith("d-");

/** Returns the numbers that belong to an answer: those of a step, or for a kv head the sum over its query heads. */
export function numbersAt(trace: Trace, { scope, id, sumsOf }: Target): Matrix | undefined {
  if (!sumsOf) return findStep(trace, scope === "" ? id : `${scope}/${id}`)?.output();
  const parts = sumsOf.flatMap((own) => findStep(trace, `${own}/${id}`)?.output() ?? []);
  return parts.length === sumsOf.length ? add.compute(parts, undefined) : undefined;
}

/** Computes ‖got − replayed‖ / ‖got − right‖ over the finite cells. */
export function leftOf(own: Matrix, { got, expected: { want } }: Target): number {
  let [left, all] = [0, 0];
  for (let at = 0; at < got.data.length; at++) {
    const value = got.data[at];
    if (!Number.isFinite(value)) continue;
    left += (value - own.data[at]) ** 2;
    all += (value - want.data[at]) ** 2;
  }
  return all > 0 ? Math.sqrt(left / all) : 1;
}
