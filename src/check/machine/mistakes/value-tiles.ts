import { rowOf } from "../../../math/matrix.js";
import type { Task } from "../task.js";
import { type KernelMistake, onOther, type Suspicion } from "./kernel-mistake.js";
import { TILES } from "./online.js";
import { FEATURES, sumsOf } from "./sums.js";

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
    const numKeys = given.tasks[0].key.rows;
    for (const tile of TILES) {
      const count = Math.floor(numKeys / tile);
      if (count < 2 || tile < 2 || count > MOST_SWAPPED) continue;
      yield onOther((task) => pairsSwapped(task, tile), { tile, which: "every two neighbours" });
      yield onOther((task) => reversed(task, tile), { tile, which: "from the last to the first" });
      yield onOther((task) => rotated(task, tile), { tile, which: "each the next" });
      yield onOther((task) => rotated(task, numKeys - tile), { tile, which: "each the one before" });
    }
    for (const { tile, one, other } of nearestSwaps(given)) {
      yield onOther((task) => swapped(task, one * tile, other * tile, tile), {
        ...{ tile, first: one * tile, second: other * tile },
      });
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
  const found: (Swap & { readonly distance: number })[] = [];
  for (const tile of TILES) {
    const count = Math.floor(powers.length / tile);
    if (count < 2 || tile < 2 || count > MOST_SWAPPED) continue;
    const crossed = crossSums(powers, dump.task.value, tile, count);
    for (let one = 0; one < count; one++) {
      for (let other = one + 1; other < count; other++) {
        const distance = weighed.reduce((total, own, c) => {
          const sums = (of: number, by: number) => crossed[(of * count + by) * weighed.length + c];
          const made = own - sums(one, one) - sums(other, other) + sums(one, other) + sums(other, one);
          return total + (made / sum - got[c]) ** 2;
        }, 0);
        found.push({ tile, one, other, distance });
      }
    }
  }
  return found.sort((a, b) => a.distance - b.distance).slice(0, MOST_TRIED);
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

/** The attention with its values in another order. */
function reordered(task: Task, from: (key: number) => number): Task {
  const { rows, cols, data } = task.value;
  const moved = new Float64Array(data.length);
  // A view for each key would cost more than its numbers.
  for (let j = 0, at = 0; j < rows; j++) {
    const start = from(j) * cols;
    for (let c = 0; c < cols; c++, at++) moved[at] = data[start + c];
  }
  return { ...task, value: { rows, cols, data: moved } };
}

const within = (key: number, first: number, size: number) => key >= first && key < first + size;

const swapped = (task: Task, one: number, other: number, size: number): Task =>
  reordered(task, (j) =>
    within(j, one, size) ? j - one + other : within(j, other, size) ? j - other + one : j,
  );

function pairsSwapped(task: Task, size: number): Task {
  const full = Math.floor(task.value.rows / (2 * size)) * 2 * size;
  return reordered(task, (j) => {
    if (j >= full) return j;
    return Math.floor(j / size) % 2 === 0 ? j + size : j - size;
  });
}

function reversed(task: Task, size: number): Task {
  const count = Math.floor(task.value.rows / size);
  return reordered(task, (j) =>
    j < count * size ? (count - 1 - Math.floor(j / size)) * size + (j % size) : j,
  );
}

const rotated = (task: Task, by: number): Task => reordered(task, (j) => (j + by) % task.value.rows);

const valuesShifted: KernelMistake = {
  id: "values-shifted",
  step: "output",
  title: "Each key weighed the values of a key beside it.",
  formula: FORMULA,
  fix: "Values start at the address at which they start: look for an offset of one row, or one in the stride.",
  *variants() {
    for (const by of [1, -1]) {
      yield onOther((task) => rotated(task, (by + task.value.rows) % task.value.rows), { by });
      yield onOther((task) => moved(task, by), { by, end: "the last one again" });
      yield onOther((task) => moved(task, by, "zeros"), { by, end: "zeros" });
    }
  },
};

/** Values from some keys further on; beyond the ends the last ones, or zeros. */
function moved(task: Task, by: number, end?: "zeros"): Task {
  const { rows, cols } = task.value;
  const inside = (key: number) => Math.max(0, Math.min(rows - 1, key));
  const other = reordered(task, (j) => inside(j + by));
  if (end === undefined) return other;
  const outside = by > 0 ? rows - 1 : 0;
  other.value.data.fill(0, outside * cols, (outside + 1) * cols);
  return other;
}

export const VALUE_TILES: readonly KernelMistake[] = [valueTilesSwapped, valuesShifted];
