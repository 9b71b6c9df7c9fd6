import { hasRole } from "../../../attention/step-roles.js";
import { findStep, type Trace } from "../../../trace/trace.js";
import { SUM_OF_PRODUCTS, unitOfSums, type Working } from "../expected-error.js";
import type { Expected } from "../judge-output.js";
import { type Roundings, roundingsOf } from "./roundings.js";

// How far the numbers of the forward pass err that the way back multiplies with.

/** Ops that hand numbers on as they are. */
const HANDED_ON: readonly string[] = ["slice", "join-columns", "stack-rows", "pad-columns"];

/** A step about which nothing else is known errs by so many units of its numbers. */
const UNITS_ANYWHERE = 8;

/** What is known of the forward pass of a run. */
export interface Forward {
  readonly trace: Trace;
  /** What is expected of a step by how it is made, where that is known. */
  expected(key: string): Expected | undefined;
}

/**
 * The mean square error of a step relative to the mean square of its numbers; 0 for an input. The steps for which a wider
 * rule is asked are added to `wide`.
 */
export function relativeError(
  forward: Forward,
  key: string,
  working: Working,
  wide: Set<string>,
): number {
  const step = findStep(forward.trace, key);
  if (!step) return 0;
  const roundings = roundingsOf(working);
  const before = () => relativeError(forward, step.inputs[0], working, wide);
  if (HANDED_ON.includes(step.op.name)) return before();
  // Two products and their sum, and what is stored of it.
  if (step.op.name === "rotate-pairs") return before() + (2 * roundings.sums ** 2) / 3 + roundings.short;
  if (step.op.name === "matmul" || step.op.name === "matmul-transposed") {
    if (!hasRole(step, "context")) return before() + ofProducts(forward, step.inputs[0], working, roundings);
  }
  const known = forward.expected(key);
  if (known) return relativeTo(known, working);
  wide.add(step.id);
  return (UNITS_ANYWHERE * Math.max(unitOfSums(working.compute), roundings.unit)) ** 2;
}

/** Of sums of so many products, whose result is rounded; of tf32 the factors are. */
function ofProducts(
  { trace }: Forward,
  key: string,
  { compute }: Working,
  { sums, short }: Roundings,
): number {
  const cols = findStep(trace, key)?.shape.cols ?? trace.inputs.find(({ name }) => name === key)?.matrix.cols;
  return (SUM_OF_PRODUCTS * sums) ** 2 * (cols ?? 0) + short * (compute === "tf32" ? 2 : 1);
}

function relativeTo({ want, variance }: Expected, working: Working): number {
  const errors = variance(working);
  let [sum, squares] = [0, 0];
  for (let at = 0; at < errors.length; at++) {
    if (!Number.isFinite(want.data[at])) continue;
    sum += errors[at];
    squares += want.data[at] ** 2;
  }
  return squares > 0 ? sum / squares : 0;
}
