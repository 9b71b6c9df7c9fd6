import { upTo } from "../../math/lists.js";
import { FLOAT_TYPES, fitsType } from "../machine/float-types.js";
import { KEYS, numberOfValue, PROBE, SUM_COLUMN } from "./probe.js";

/**
 * The output of a kernel for one of the two problems of the probe: heads × queries × size, one head after the other.
 */
export interface Answers {
  readonly output: Float64Array;
  /** heads × queries */
  readonly logSumExp?: Float64Array | undefined;
}

/**
 * Finds which kv head's values a row was made of, by the sum of its weights, and returns the number of that kv head's
 * values. Returns NaN if it fits none.
 */
export function valueFactor(answers: Answers, head: number, i: number): number {
  const sum = cellOf(answers, head, i, SUM_COLUMN);
  const isNear = (number: number) => Math.abs(sum / number - 1) < NEAR;
  return upTo(PROBE.kvHeads).map(numberOfValue).find(isNear) ?? Number.NaN;
}

/** How far the sum of weights of a short type may be from 1. */
const NEAR = 0.1;

/** Returns the output cell that shows the weight of key j, times the number of its kv head. */
export const cellOf = ({ output }: Answers, head: number, i: number, j: number): number =>
  output[(head * PROBE.queries + i) * PROBE.size + j];

/** Reads the weights of a row off the output. NaN if the row fits no kv head. */
export function weightsOf(
  answers: Answers,
  head: number,
  i: number,
  factor = valueFactor(answers, head, i),
): Float64Array {
  return Float64Array.from(KEYS, (j) => cellOf(answers, head, i, j) / factor);
}

/** Reads the weights of a row. If their sum fits no kv head, returns each weight's share of the sum. */
export function sharesOf(answers: Answers, head: number, i: number): Float64Array {
  const factor = valueFactor(answers, head, i);
  return weightsOf(answers, head, i, factor || cellOf(answers, head, i, SUM_COLUMN));
}

/** Finds the short type that holds every number exactly. Returns undefined if neither bfloat16 nor float16 does. */
export function shortestHolding(numbers: Float64Array): "bfloat16" | "float16" | undefined {
  return (["bfloat16", "float16"] as const).find((name) => fitsType(FLOAT_TYPES[name], numbers).all);
}
