import { rowOf } from "../math/matrix.js";
import { findStep, type Step, type Trace } from "../trace/trace.js";

/** Weights that differ by no more than arithmetic may are alike. */
const NOISE = 1e-12;

/**
 * Of a step that tells where each row of weights looks: all the keys that share the largest weight of a row. Nothing for
 * any other step, and where the weights are not kept.
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

/** The positions of these shares that are alike with the largest of them. */
export function alikeIn(shares: ArrayLike<number>, most: number): readonly number[] {
  return Array.from(shares, (_, key) => key).filter((key) => Math.abs(shares[key] - most) <= NOISE);
}
