import { powersOf, scoresOfRow } from "../row-scores.js";
import {
  type KernelMistake,
  lastWrongRow,
  type Suspicion,
  type Variant,
  withWeighting,
} from "./kernel-mistake.js";
import { inParts, type Part, splitsMisweighted, weightsOfParts } from "./splits.js";
import { distanceTo, leastOf, sumsOf } from "./sums.js";

// Two parts of a row of any size, put together with the wrong weights: the last part is shorter than the others, or a cache is
// split where the new keys begin.

const MOST_TRIED = 3;

interface Split {
  readonly at: number;
  readonly weight: string;
}

/** The splits with which a wrong row comes closest to what was dumped. */
function nearestSplits({ dump }: Suspicion): readonly Split[] {
  if (!dump) return [];
  const { task, row, got } = lastWrongRow(dump);
  const { weighed, running, sum } = sumsOf(task, row);
  const scores = scoresOfRow(task, row);
  const { maximum } = powersOf(scores);
  const [before, behind] = [maximaBefore(scores), maximaBefore(scores.toReversed()).reverse()];
  const width = weighed.length + 1;
  const all = Object.entries(weightsOfParts);
  return leastOf(
    splitsOf(
      scores.length,
      all.map(([weight]) => weight),
    ),
    MOST_TRIED,
    ({ at, weight }, limit) => {
      const [first, second] = [running[at * width], sum - running[at * width]];
      if (first <= 0 || second <= 0) return Number.POSITIVE_INFINITY;
      const parts: readonly Part[] = [
        { maximum: before[at] - maximum, sum: first * Math.exp(maximum - before[at]) },
        { maximum: behind[at] - maximum, sum: second * Math.exp(maximum - behind[at]) },
      ];
      const [a, b] = parts.map(weightsOfParts[weight]);
      const made = (c: number) => {
        const part = running[at * width + 1 + c];
        return (a * (part / first) + b * ((weighed[c] - part) / second)) / (a + b);
      };
      return distanceTo(got, weighed.length, made, limit);
    },
  );
}

function* splitsOf(count: number, weights: readonly string[]): Generator<Split> {
  for (let at = 1; at < count; at++) for (const weight of weights) yield { at, weight };
}

/** The largest of the scores before each one. */
function maximaBefore(scores: Float64Array): Float64Array {
  const maxima = new Float64Array(scores.length + 1).fill(Number.NEGATIVE_INFINITY);
  for (let j = 0; j < scores.length; j++) maxima[j + 1] = Math.max(maxima[j], scores[j]);
  return maxima;
}

export const unevenSplits: KernelMistake = {
  ...splitsMisweighted,
  *variants(given): Generator<Variant> {
    for (const { at, weight } of nearestSplits(given))
      yield withWeighting(inParts([0, at], weightsOfParts[weight]), { parts: 2, "second from": at, weight });
  },
};
