import { hasRole } from "../../../attention/steps.js";
import type { Matrix } from "../../../math/matrix.js";
import { findStep, type Step, type Trace } from "../../../trace/trace.js";
import { SUM_OF_PRODUCTS, unitOfSums, type Working } from "../expected-error.js";
import type { Expected } from "../judge-output.js";
import { type Roundings, roundingsOf } from "./roundings.js";

// How far the numbers of the forward pass err that the way back multiplies with.

/** Ops that hand numbers on as they are. */
const HANDED_ON: readonly string[] = ["slice", "join-columns", "stack-rows", "pad-columns"];

/** A step about which nothing else is known errs by so many units of its numbers. */
const UNITS_ANYWHERE = 4;

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
export function relativeError(forward: Forward, key: string, working: Working, wide: Set<string>): number {
  const step = findStep(forward.trace, key);
  if (!step) return 0;
  const roundings = roundingsOf(working);
  const before = () => relativeError(forward, step.inputs[0], working, wide);
  if (HANDED_ON.includes(step.op.name)) return before();
  if (step.op.name === "rotate-pairs") {
    const angles = anglesOf(forward.trace, step)?.data ?? new Float64Array(0);
    const mean = angles.reduce((sum, angle) => sum + angle ** 2, 0) / Math.max(1, angles.length);
    return before() + ofTurn(mean, roundings);
  }
  if (step.op.name === "matmul" || step.op.name === "matmul-transposed") {
    if (!hasRole(step, "context")) return before() + ofProducts(forward, step.inputs[0], working, roundings);
  }
  const known = forward.expected(key);
  if (known) return relativeTo(known, working);
  wide.add(step.id);
  return (UNITS_ANYWHERE * Math.max(unitOfSums(working.compute), roundings.unit)) ** 2;
}

/** The angles that a step turns by, n×pairs, where they are worked out in the run. */
export function anglesOf(trace: Trace, { inputs }: Step): Matrix | undefined {
  const cosines = findStep(trace, inputs[1]);
  return cosines && findStep(trace, cosines.inputs[0])?.output();
}

/**
 * The relative mean square error of a turn by an angle: two products and their sum, what is stored of it, and the angle itself,
 * a product of a position and a frequency that are rounded.
 */
export const ofTurn = (squareOfAngle: number, { sums, short }: Roundings): number =>
  (2 * sums ** 2 * (1 + squareOfAngle)) / 3 + short;

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
