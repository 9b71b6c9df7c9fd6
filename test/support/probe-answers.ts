import type { Answers } from "../../src/check/identify/answers.js";
import { PROBE, probe } from "../../src/check/identify/probe.js";

// Makes the answers of a kernel whose scores are any function of the probe, in float64.

const { heads, queries, keys, size } = PROBE;

/** Neighbours share a kv head: 0 0 1 1. */
export const repeatHead = (head: number): number => Math.floor(head / 2);

/** Every second head shares one: 0 1 0 1. */
export const tileHead = (head: number): number => head % 2;

/** q·k of the probe without rotation. */
export function dotOf(head: number, kvHead: number, i: number, j: number): number {
  const { query, key } = probe();
  let sum = 0;
  for (let c = 0; c < size; c++)
    sum += query.data[(head * queries + i) * size + c] * key.data[(kvHead * keys + j) * size + c];
  return sum;
}

export interface Written {
  /** The kv head whose values a head reads. */
  readonly valueHead?: (head: number) => number;
  /** The weight of every key in a row that attends to no key. */
  readonly blank?: number;
  readonly round?: (x: number) => number;
  /** The rounding of weights before they are multiplied by the values. */
  readonly roundWeight?: (x: number) => number;
  /** A further score in each row, which takes weight and has no value. */
  readonly sink?: number;
}

/** Computes the softmax of scores (−∞ for a key that is not seen) times the values, and the log-sum-exp of each row. */
export function answersOf(
  scoreOf: (head: number, i: number, j: number) => number,
  {
    valueHead = repeatHead,
    blank = 0,
    round = (x) => x,
    roundWeight = (x) => x,
    sink = -Infinity,
  }: Written = {},
): Answers {
  const output = new Float64Array(heads * queries * size);
  const logSumExp = new Float64Array(heads * queries);
  for (let head = 0; head < heads; head++) {
    const value = valueHead(head) + 1;
    for (let i = 0; i < queries; i++) {
      const scores = Array.from({ length: keys }, (_, j) => scoreOf(head, i, j));
      const most = Math.max(...scores);
      const sum = [...scores, sink].reduce((total, score) => total + Math.exp(score - most), 0);
      const weights = scores.map((score) =>
        roundWeight(most === -Infinity ? blank : Math.exp(score - most) / sum),
      );
      const start = (head * queries + i) * size;
      // NaN times a value of 0 is NaN, too.
      output.fill(0 * weights[0], start, start + size);
      for (const [j, weight] of weights.entries()) output[start + j] = round(value * weight);
      output[start + size - 1] = round(value * weights.reduce((total, weight) => total + weight, 0));
      logSumExp[head * queries + i] = most + Math.log(sum);
    }
  }
  return { output, logSumExp };
}

/** Computes the scores of a kernel that scales by 1/√32 if a rule lets a query see a key, and uses a fill elsewhere. */
export const scaledWhere =
  (isOpen: (i: number, j: number) => boolean, fill = Number.NEGATIVE_INFINITY) =>
  (head: number, i: number, j: number): number =>
    isOpen(i, j) ? dotOf(head, repeatHead(head), i, j) / Math.sqrt(size) : fill;
