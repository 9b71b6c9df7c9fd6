import type { Matrix } from "../../../math/matrix.js";
import { runningSums } from "../keys-used.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import {
  type KernelMistake,
  lastWrongRow,
  PARTS,
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

type Which = "keys and values" | "values alone" | "keys alone";

/** Finds the ranges of zeros that bring a wrong row closest to the dump. */
function nearestHoles({ dump }: SearchContext, which: Which): readonly Hole[] {
  if (!dump || dump.task.key.rows > MAX_KEYS) return [];
  const { task, row, got } = lastWrongRow(dump);
  const { sum, weighed, running } = sumsOf(task, row);
  const { maximum } = powersOf(scoresOfRow(task, row));
  const unit = Math.exp(-maximum);
  const width = weighed.length + 1;
  // A key that is read as zeros has the score 0: its value counts once, if the row may attend to it.
  const isOpen = scoresOfRow(task, row).map((score) => (score === Number.NEGATIVE_INFINITY ? 0 : 1));
  const open = runningSums(isOpen, task.value, weighed.length);
  return leastOf(rangesOf(task.key.rows), MAX_TRIED, ({ first, last }, limit) => {
    const between = (sums: Float64Array, c: number) => sums[last * width + c] - sums[first * width + c];
    const count = between(open, 0);
    if (count === 0) return Number.POSITIVE_INFINITY;
    const total = which === "values alone" ? sum : sum - between(running, 0) + count * unit;
    const made = (c: number) =>
      weighed[c] - between(running, c + 1) + (which === "keys alone" ? unit * between(open, c + 1) : 0);
    return distanceTo(got, weighed.length, (c) => made(c) / total, limit);
  });
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
    for (const which of ["keys and values", "values alone", "keys alone"] as const)
      for (const hole of nearestHoles(given, which))
        yield replacing(PARTS[which], (task, part) => withHole(task[part], hole), {
          first: hole.first,
          keys: hole.last - hole.first,
          which,
        });
  },
};
