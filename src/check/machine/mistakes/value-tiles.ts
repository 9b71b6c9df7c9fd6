import { rowOf } from "../../../math/matrix.js";
import { scoresOfRow } from "../row-scores.js";
import { makeRow, over, type Weighting } from "../rows.js";
import type { Task } from "../task.js";
import type { KernelMistake, RowMaker, Suspicion } from "./kernel-mistake.js";
import { TILES } from "./online.js";
import { FEATURES, leastOf, sumsOf } from "./sums.js";

// What is done wrong when values are loaded: those of other keys than are weighed.

const FORMULA = "o_i = Σ_j α_ij v_j over all keys j that the query may attend to, each once";

/** Pairs of tiles that are tried whole. */
const MOST_TRIED = 4;

const valueTilesSwapped: KernelMistake = {
  id: "value-tiles-swapped",
  step: "output",
  title: "Two tiles of values were swapped.",
  formula: FORMULA,
  fix: "Load the values of the same tile as its keys.",
  *variants(given) {
    for (const tile of TILES) {
      if (countOf(given.tasks[0].key.rows, tile) < 2) continue;
      yield { parameters: { tile, which: "every two neighbours" }, make: pairsSwapped(tile) };
      yield { parameters: { tile, which: "from the last to the first" }, make: reversed(tile) };
      yield { parameters: { tile, which: "each the next" }, make: rotated(tile) };
      yield { parameters: { tile, which: "each the one before" }, make: rotated(-tile) };
    }
    for (const { tile, one, other } of nearestSwaps(given)) {
      const [first, second] = [one * tile, other * tile];
      yield { parameters: { tile, first, second }, make: swapped(first, second, tile) };
    }
  },
};

interface Swap {
  readonly tile: number;
  readonly one: number;
  readonly other: number;
}

/** The pairs of tiles that bring the output of a wrong row closest to what was dumped, when their values are swapped. */
function nearestSwaps({ dump }: Suspicion): readonly Swap[] {
  const row = dump?.wrongRows.at(-1);
  if (!dump || row === undefined) return [];
  const { powers, sum, weighed } = sumsOf(dump.task, row);
  const got = rowOf(dump.got, row);
  const features = weighed.length;
  let crossed: { readonly tile: number; readonly sums: Float64Array } | undefined;
  return leastOf(pairsOf(powers.length), MOST_TRIED, ({ tile, count, one, other }, limit) => {
    if (crossed?.tile !== tile) crossed = { tile, sums: crossSums(powers, dump.task.value, tile, count) };
    const { sums } = crossed;
    let distance = 0;
    for (let c = 0; c < features && distance < limit; c++) {
      const of = (tileOfKeys: number, by: number) => sums[(tileOfKeys * count + by) * features + c];
      const made = weighed[c] - of(one, one) - of(other, other) + of(one, other) + of(other, one);
      distance += (made / sum - got[c]) ** 2;
    }
    return distance;
  });
}

/** Each two tiles of every size. */
function* pairsOf(numKeys: number): Generator<Swap & { readonly count: number }> {
  for (const tile of TILES) {
    const count = countOf(numKeys, tile);
    for (let one = 0; one < count; one++) {
      for (let other = one + 1; other < count; other++) yield { tile, count, one, other };
    }
  }
}

/** Whole tiles of a size; none where there are too many to try each with each. */
function countOf(numKeys: number, tile: number): number {
  const count = Math.floor(numKeys / tile);
  return tile < 2 || count > MOST_SWAPPED ? 0 : count;
}

/** Σ of the weights of one tile over the values of another, for each two of them. */
function crossSums(powers: Float64Array, value: Task["value"], tile: number, count: number): Float64Array {
  const features = Math.min(FEATURES, value.cols);
  const sums = new Float64Array(count * count * features);
  for (let of = 0; of < count; of++) {
    for (let by = 0; by < count; by++) {
      const start = (of * count + by) * features;
      for (let j = 0; j < tile; j++) {
        const at = (by * tile + j) * value.cols;
        for (let c = 0; c < features; c++) sums[start + c] += powers[of * tile + j] * value.data[at + c];
      }
    }
  }
  return sums;
}

/** Pairs of tiles are tried up to this many tiles. */
const MOST_SWAPPED = 16;

/** A row whose key j weighs the values of key `from(j)`, each of which is weighed once: the scores move instead. */
export const reordered =
  (from: (key: number, numKeys: number) => number, weighting?: Weighting): RowMaker =>
  (task, row) => {
    const scores = scoresOfRow(task, row);
    const moved = new Float64Array(scores.length);
    for (let j = 0; j < scores.length; j++) moved[from(j, scores.length)] = scores[j];
    return makeRow(task, row, moved, weighting);
  };

const within = (key: number, first: number, size: number) => key >= first && key < first + size;

const swapped = (one: number, other: number, size: number): RowMaker =>
  reordered((j) => (within(j, one, size) ? j - one + other : within(j, other, size) ? j - other + one : j));

const pairsSwapped = (size: number): RowMaker =>
  reordered((j, numKeys) => {
    if (j >= Math.floor(numKeys / (2 * size)) * 2 * size) return j;
    return Math.floor(j / size) % 2 === 0 ? j + size : j - size;
  });

const reversed = (size: number): RowMaker =>
  reordered((j, numKeys) => {
    const count = Math.floor(numKeys / size);
    return j < count * size ? (count - 1 - Math.floor(j / size)) * size + (j % size) : j;
  });

const rotated = (by: number, weighting?: Weighting): RowMaker =>
  reordered((j, numKeys) => (j + by + numKeys) % numKeys, weighting);

const valuesShifted: KernelMistake = {
  id: "values-shifted",
  step: "output",
  title: "Each key weighed the values of a key beside it.",
  formula: FORMULA,
  fix: "Values start at the address at which they start: look for an offset of one row, or one in the stride.",
  *variants() {
    for (const by of [1, -1]) {
      yield { parameters: { by }, make: rotated(by) };
      yield { parameters: { by, end: "the last one again" }, make: rotated(by, atTheEnd(by, "again")) };
      yield { parameters: { by, end: "zeros" }, make: rotated(by, atTheEnd(by, "zeros")) };
    }
  },
};

/** What was moved over one end comes from the other: there it weighs nothing, and the values at its own end again or zeros. */
const atTheEnd =
  (by: number, end: "again" | "zeros"): Weighting =>
  (_, { powers, sum }) => {
    const weights = over(powers, sum);
    const [last, first] = by > 0 ? [weights.length - 1, 0] : [0, weights.length - 1];
    if (end === "again") weights[last] += weights[first];
    weights[first] = 0;
    return weights;
  };

export const VALUE_TILES: readonly KernelMistake[] = [valueTilesSwapped, valuesShifted];
