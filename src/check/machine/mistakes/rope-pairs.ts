import type { KernelMistake, Suspicion, Variant } from "./kernel-mistake.js";
import {
  type Columns,
  isTurned,
  pairsOf,
  type Turning,
  turned,
  turningOf,
  turnSettings,
  withBoth,
} from "./turning.js";

// Pairs of RoPE that nobody means: those of the whole head where a part of it turns, and sines in another order than the pairs.

/** The pairs of the whole head, of which the first ones turn. */
const pairsOfHead = (turning: Turning, cols: number) => pairsOf(turning, cols, cols);

/** Pairs in one order, the angles of the columns in the other. */
const mixedOrder = (turning: Turning, cols: number) => {
  const { areNeighbours, frequencies } = turning;
  const { length } = frequencies;
  return pairsOf(
    turning,
    cols,
    2 * length,
    (_, col) => frequencies[areNeighbours ? col % length : Math.floor(col / 2)],
  );
};

function turnedOtherwise(
  given: Suspicion,
  columnsOf: (turning: Turning, cols: number) => Columns,
): Variant[] {
  const turning = turningOf(given);
  return turning ? [withBoth((task, part) => turned(turning, task, part, { columnsOf }))] : [];
}

export const ROPE_PAIRS: readonly KernelMistake[] = [
  {
    id: "rotary-pairs-of-head",
    step: "q-rotated",
    title: "Pairs were counted over the whole head, and not over the columns that turn.",
    formula: "half-split pairs of R columns that turn are i and i + R/2",
    fix: "Cut off the columns that turn first, then make their pairs.",
    isPossible: (given) => isTurned(given) && turnSettings(given).rotarySize !== undefined,
    variants: (given) => turnedOtherwise(given, pairsOfHead),
  },
  {
    id: "rope-tables-mixed",
    step: "q-rotated",
    title:
      "The angles are in the order of the other kind of pairs: the two columns of a pair turn by different angles.",
    formula: "both columns of pair i turn by p·ω_i",
    fix: "Half-split pairs need the frequencies one after the other and once more; neighbours need each frequency twice.",
    isPossible: isTurned,
    variants: (given) => turnedOtherwise(given, mixedOrder),
  },
];
