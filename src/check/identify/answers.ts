import { FLOAT_TYPES, fitsType } from "../machine/float-types.js";
import { numberOfValue, PROBE, SUM_COLUMN } from "./probe.js";

/**
 * The output of a kernel for one of the two problems of the probe: heads × queries × size, one head after the other.
 */
export interface Answers {
  readonly output: Float64Array;
  /** heads × queries */
  readonly logSumExp?: Float64Array | undefined;
}

const { queries, keys, size } = PROBE;

/**
 * Finds which kv head's values a row was made of, by the sum of its weights, and returns the number of that kv head's
 * values. Returns NaN if it fits none.
 */
export function valueFactor({ output }: Answers, head: number, i: number): number {
  const sum = output[(head * queries + i) * size + SUM_COLUMN];
  for (let kvHead = 0; kvHead < PROBE.kvHeads; kvHead++) {
    if (Math.abs(sum / numberOfValue(kvHead) - 1) < NEAR) return numberOfValue(kvHead);
  }
  return Number.NaN;
}

/** How far the sum of weights of a short type may be from 1. */
const NEAR = 0.1;

/** Returns the output cell that shows the weight of key j, times the number of its kv head. */
export const cellOf = ({ output }: Answers, head: number, i: number, j: number): number =>
  output[(head * queries + i) * size + j];

/** Reads the weights of a row off the output. NaN if the row fits no kv head. */
export function weightsOf(answers: Answers, head: number, i: number): Float64Array {
  const factor = valueFactor(answers, head, i);
  return Float64Array.from({ length: keys }, (_, j) => cellOf(answers, head, i, j) / factor);
}

/** Reads the weights of a row. If their sum fits no kv head, returns each weight's share of the sum. */
export function sharesOf(answers: Answers, head: number, i: number): Float64Array {
  if (Number.isFinite(valueFactor(answers, head, i))) return weightsOf(answers, head, i);
  const sum = cellOf(answers, head, i, SUM_COLUMN);
  return Float64Array.from({ length: keys }, (_, j) => cellOf(answers, head, i, j) / sum);
}

/** Finds the short type that holds every number exactly. Returns undefined if neither bfloat16 nor float16 does. */
export function shortestHolding(numbers: Float64Array): "bfloat16" | "float16" | undefined {
  return (["bfloat16", "float16"] as const).find((name) => fitsType(FLOAT_TYPES[name], numbers).all);
}
