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

/** The last columns turn, and not the first ones. */
const lastColumns = (turning: Turning, cols: number) => {
  const size = 2 * turning.frequencies.length;
  const still = pairsOf(turning, cols - size, 0);
  const moved = pairsOf(turning, size).map((one) => ({ ...one, partner: one.partner + cols - size }));
  return [...still, ...moved];
};

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
    title: "The pairs were formed over the whole head, not over the rotated columns.",
    formula: "half-split pairs of R rotated columns are i and i + R/2",
    fix: "Separate the rotated columns first, then form their pairs.",
    isPossible: (given) => isTurned(given) && turnSettings(given).rotarySize !== undefined,
    variants: (given) => turnedOtherwise(given, pairsOfHead),
  },
  {
    id: "rotary-columns-last",
    step: "q-rotated",
    title: "The last columns of a head were turned, and not the first ones.",
    formula: "the first R columns turn, the others stay",
    fix: "Cut off the first R columns, or lay out the weights of the projections as the code has it.",
    isPossible: (given) => isTurned(given) && turnSettings(given).rotarySize !== undefined,
    variants: (given) => turnedOtherwise(given, lastColumns),
  },
  {
    id: "rope-tables-mixed",
    step: "q-rotated",
    title:
      "The angles have the order of the other kind of pairs: the two columns of a pair are rotated by different angles.",
    formula: "both columns of pair i are rotated by p·ω_i",
    fix: "Half-split pairs need all frequencies, then all of them again; interleaved pairs need each frequency twice in a row.",
    isPossible: isTurned,
    variants: (given) => turnedOtherwise(given, mixedOrder),
  },
];
