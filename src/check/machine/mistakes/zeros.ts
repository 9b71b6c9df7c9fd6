import type { Matrix } from "../../../math/matrix.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import type { Task } from "../task.js";
import {
  type KernelMistake,
  lastWrongRow,
  replacing,
  type SearchContext,
  type Variant,
} from "./kernel-mistake.js";
import { distanceTo, EACH_ONCE, leastOf, sumsOf } from "./sums.js";

// Keys or values that were read as zeros: holes in a cache, pages that were never written.

/** The maximum number of keys for which ranges are tried. */
const MAX_KEYS = 1024;
const MAX_TRIED = 3;

interface Hole {
  readonly first: number;
  readonly last: number;
}

const READ = { "keys and values": ["key", "value"], values: ["value"], keys: ["key"] } as const;

type Which = keyof typeof READ;

/** Finds the ranges of zeros that bring a wrong row closest to the dump. */
function nearestHoles({ dump }: SearchContext, which: Which): readonly Hole[] {
  if (!dump || dump.task.key.rows > MAX_KEYS) return [];
  const { task, row, got } = lastWrongRow(dump);
  const { sum, weighed, running } = sumsOf(task, row);
  const { maximum } = powersOf(scoresOfRow(task, row));
  const unit = Math.exp(-maximum);
  const width = weighed.length + 1;
  const values = which === "keys" ? runningValues(task, weighed.length) : undefined;
  const open = openBefore(scoresOfRow(task, row));
  return leastOf(rangesOf(task.key.rows), MAX_TRIED, ({ first, last }, limit) => {
    const count = open[last] - open[first];
    if (count === 0) return Number.POSITIVE_INFINITY;
    const lost = running[last * width] - running[first * width];
    const total = which === "values" ? sum : sum - lost + count * unit;
    const between = (sums: Float64Array, c: number) =>
      sums[last * width + c + 1] - sums[first * width + c + 1];
    const made = (c: number) => weighed[c] - between(running, c) + (values ? unit * between(values, c) : 0);
    return distanceTo(got, weighed.length, (c) => made(c) / total, limit);
  });
}

/** Returns the sum of the values before each key. */
function runningValues({ value: { rows, cols, data } }: Task, features: number): Float64Array {
  const width = features + 1;
  const sums = new Float64Array((rows + 1) * width);
  for (let j = 0; j < rows; j++)
    for (let c = 1; c < width; c++) sums[(j + 1) * width + c] = sums[j * width + c] + data[j * cols + c - 1];
  return sums;
}

/** Returns how many keys before each key are not masked. */
function openBefore(scores: Float64Array): Float64Array {
  const counts = new Float64Array(scores.length + 1);
  for (let j = 0; j < scores.length; j++)
    counts[j + 1] = counts[j] + (scores[j] === Number.NEGATIVE_INFINITY ? 0 : 1);
  return counts;
}

function* rangesOf(numKeys: number): Generator<Hole> {
  for (let first = 0; first < numKeys; first++)
    for (let last = first + 1; last <= numKeys; last++) yield { first, last };
}

const withHole = (matrix: Matrix, { first, last }: Hole): Matrix => ({
  ...matrix,
  data: matrix.data.slice().fill(0, first * matrix.cols, last * matrix.cols),
});

export const keysReadAsZeros: KernelMistake = {
  id: "keys-read-as-zeros",
  step: "k",
  title: "Some keys or values were read as zeros.",
  formula: EACH_ONCE,
  fix: "Look for a part of the cache that was cleared or never written: a page, the end of an earlier chunk.",
  *variants(given): Generator<Variant> {
    for (const which of Object.keys(READ) as Which[])
      for (const hole of nearestHoles(given, which))
        yield replacing(READ[which], (task, part) => withHole(task[part], hole), {
          first: hole.first,
          keys: hole.last - hole.first,
          which,
        });
  },
};
