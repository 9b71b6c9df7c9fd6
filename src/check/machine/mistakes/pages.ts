import type { Matrix } from "../../../math/matrix.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import type { Task } from "../task.js";
import { type KernelMistake, lastWrongRow, onOther, type Suspicion, type Variant } from "./kernel-mistake.js";
import { TILES } from "./online.js";
import { EACH_ONCE, FEATURES, leastOf, type Tile } from "./sums.js";

// What is done wrong when a tile or page of keys is looked up: another one is read in its place.

/** Each with each is tried up to this many tiles. */
const MOST_TILES = 64;
const MOST_TRIED = 4;

/** Tile `one` is read from where tile `other` lies. */
interface Repeated {
  readonly tile: number;
  readonly one: number;
  readonly other: number;
}

export const tileRepeated: KernelMistake = {
  id: "tile-repeated",
  step: "output",
  title: "Where one tile of keys and values should be, another one was read again.",
  formula: EACH_ONCE,
  fix: "Check the table of pages, and the address from which each tile is loaded.",
  *variants(given): Generator<Variant> {
    for (const repeated of nearestRepeats(given)) {
      const { tile, one, other } = repeated;
      yield onOther((task) => reading(task, repeated), { tile, first: one * tile, read: other * tile });
    }
  },
};

function reading(task: Task, { tile, one, other }: Repeated): Task {
  const read = ({ rows, cols, data }: Matrix): Matrix => {
    const copied = data.slice();
    copied.copyWithin(one * tile * cols, other * tile * cols, (other + 1) * tile * cols);
    return { rows, cols, data: copied };
  };
  return { ...task, key: read(task.key), value: read(task.value) };
}

/** The tiles with which the output of a wrong row comes closest to what was dumped, when one is read in place of another. */
function nearestRepeats({ dump }: Suspicion): readonly Repeated[] {
  if (!dump) return [];
  const { task, row, got } = lastWrongRow(dump);
  // A tile that the mask hides may be read where the row may attend.
  const { powers } = powersOf(scoresOfRow({ ...task, blocked: undefined }, row));
  const isHidden = scoresOfRow(task, row).map((score) => (score === Number.NEGATIVE_INFINITY ? 1 : 0));
  const shown = powers.map((power, j) => (isHidden[j] ? 0 : power));
  const all = weigh(task, shown, { first: 0, last: powers.length });
  let known: { readonly tile: number; readonly parts: readonly Float64Array[] } | undefined;
  return leastOf(pairsOf(powers.length), MOST_TRIED, ({ tile, one, other }, limit) => {
    if (known?.tile !== tile) {
      const count = Math.floor(powers.length / tile);
      const parts = Array.from({ length: count }, (_, at) =>
        weigh(task, powers, { first: at * tile, last: (at + 1) * tile }),
      );
      known = { tile, parts };
    }
    if (isHidden.subarray(one * tile, (one + 1) * tile).includes(1)) return Number.POSITIVE_INFINITY;
    const read = known.parts[other];
    const lost = known.parts[one];
    const sum = all[0] - lost[0] + read[0];
    let distance = 0;
    for (let c = 1; c < all.length && !(distance >= limit); c++) {
      distance += ((all[c] - lost[c] + read[c]) / sum - got[c - 1]) ** 2;
    }
    return distance;
  });
}

/** Of some keys the sum of their exponentials, and behind it what they weigh in the first columns. */
function weigh({ value: { cols, data } }: Task, powers: Float64Array, { first, last }: Tile): Float64Array {
  const sums = new Float64Array(Math.min(FEATURES, cols) + 1);
  for (let j = first; j < last; j++) {
    sums[0] += powers[j];
    for (let c = 1; c < sums.length; c++) sums[c] += powers[j] * data[j * cols + c - 1];
  }
  return sums;
}

function* pairsOf(numKeys: number): Generator<Repeated> {
  for (const tile of TILES) {
    const count = Math.floor(numKeys / tile);
    if (count > MOST_TILES) continue;
    for (let one = 0; one < count; one++) {
      for (let other = 0; other < count; other++) if (other !== one) yield { tile, one, other };
    }
  }
}
