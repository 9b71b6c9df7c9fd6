import { rowOf } from "../math/matrix.js";
import { findStep, type Step, type Trace } from "../trace/trace.js";

/** The tolerance within which weights count as equal, for rounding errors. */
const NOISE = 1e-12;

/**
 * For a step that says where each row of weights is largest: returns the keys that share the largest weight of a row.
 * Returns undefined for any other step, and if the weights are not kept.
 */
export function tiedKeys(
  trace: Trace,
  { valuesOn, of, inputs, output }: Step,
): ((row: number) => readonly number[]) | undefined {
  const weights = valuesOn && of !== undefined && inputs[0] === of ? findStep(trace, of) : undefined;
  if (weights?.view !== "distribution" || !weights.isKept) return undefined;
  const [matrix, strongest] = [weights.output(), output()];
  return (row) => {
    const shares = rowOf(matrix, row);
    return alikeIn(shares, shares[strongest.data[row]]);
  };
}

/** Returns the positions whose share equals the largest. */
export function alikeIn(shares: ArrayLike<number>, most: number): readonly number[] {
  return Array.from(shares, (_, key) => key).filter((key) => Math.abs(shares[key] - most) <= NOISE);
}
