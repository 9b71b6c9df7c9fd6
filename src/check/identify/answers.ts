import { FLOAT_TYPES, holds } from "../machine/float-types.js";
import { numberOfValue, PROBE, SUM_COLUMN } from "./probe.js";

/** What a kernel made of one of the problems of the probe: heads × queries × size, head by head. */
export interface Answers {
  readonly output: Float64Array;
  /** heads × queries */
  readonly logSumExp?: Float64Array | undefined;
}

const { queries, keys, size } = PROBE;

/** The value of the kv head that a row was made of, by the sum of its weights; NaN where it is that of none. */
export function valueFactor({ output }: Answers, head: number, i: number): number {
  const sum = output[(head * queries + i) * size + SUM_COLUMN];
  for (let kvHead = 0; kvHead < PROBE.kvHeads; kvHead++) {
    if (Math.abs(sum / numberOfValue(kvHead) - 1) < NEAR) return numberOfValue(kvHead);
  }
  return Number.NaN;
}

/** Weights of a short type add up to 1 but for so much. */
const NEAR = 0.1;

/** What stands where the weight of a key does, times the number of its kv head. */
export const cellOf = ({ output }: Answers, head: number, i: number, j: number): number =>
  output[(head * queries + i) * size + j];

/** The weights of a row, as far as they can be seen. */
export function weightsOf(answers: Answers, head: number, i: number): Float64Array {
  const factor = valueFactor(answers, head, i);
  return Float64Array.from({ length: keys }, (_, j) => cellOf(answers, head, i, j) / factor);
}

/** The weights of a row, or, where they add up to no kv head's number, the shares that they have of their sum. */
export function sharesOf(answers: Answers, head: number, i: number): Float64Array {
  if (Number.isFinite(valueFactor(answers, head, i))) return weightsOf(answers, head, i);
  const sum = cellOf(answers, head, i, SUM_COLUMN);
  return Float64Array.from({ length: keys }, (_, j) => cellOf(answers, head, i, j) / sum);
}

/** The short type that every number is of. */
export function shortestHolding(numbers: Float64Array): "bfloat16" | "float16" | undefined {
  return (["bfloat16", "float16"] as const).find((name) => holds(FLOAT_TYPES[name], numbers).all);
}
