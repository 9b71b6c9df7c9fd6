import { rowOf } from "../../../math/matrix.js";
import { makeRow, powersOf, scoresOfRow } from "../rows.js";
import type { Task } from "../task.js";
import { type KernelMistake, onOther, type Suspicion, type Variant } from "./kernel-mistake.js";
import { TILES } from "./online.js";

// What is done wrong with whole tiles of keys, values or rows. Which tile it was is read off a wrong row: for each one the
// output that it would give is found from sums over tiles.

const FORMULA = "o_i = Σ_j α_ij v_j over all keys j that the query may attend to, each once";

/** The keys first ≤ j < last. */
interface Tile {
  readonly first: number;
  readonly last: number;
}

/** Scores with some keys out. */
const without = ({ first, last }: Tile, parameters: Variant["parameters"]): Variant => ({
  ...(parameters && { parameters }),
  make(task, row) {
    const scores = scoresOfRow(task, row);
    scores.fill(Number.NEGATIVE_INFINITY, first, last);
    return makeRow(task, row, scores);
  },
});

/** Exponentials with some keys counted twice. */
const doubled = ({ first, last }: Tile, parameters: Variant["parameters"]): Variant => ({
  ...(parameters && { parameters }),
  make: (task, row) =>
    makeRow(task, row, scoresOfRow(task, row), (_, { powers, sum }) => {
      let more = 0;
      for (let j = first; j < last; j++) more += powers[j];
      return powers.map((power, j) => (power * (j >= first && j < last ? 2 : 1)) / (sum + more));
    }),
});

/** Every tile of each size that ends before the keys do, and the last part of one. */
function* tilesOf(numKeys: number): Generator<Tile & { readonly tile: number }> {
  for (const tile of TILES) {
    if (tile >= numKeys) continue;
    for (let first = 0; first < numKeys; first += tile) {
      yield { tile, first, last: Math.min(numKeys, first + tile) };
    }
  }
}

/** Partial sums of a row: of the exponentials, and of the values that they weigh. */
interface Sums {
  readonly powers: Float64Array;
  readonly sum: number;
  readonly weighed: Float64Array;
  partial(tile: Tile): { readonly sum: number; readonly weighed: Float64Array };
}

function sumsOf(task: Task, row: number): Sums {
  const { powers, sum } = powersOf(scoresOfRow(task, row));
  const partial = ({ first, last }: Tile) => {
    const weighed = new Float64Array(Math.min(FEATURES, task.value.cols));
    let own = 0;
    for (let j = first; j < last; j++) {
      own += powers[j];
      for (let c = 0; c < weighed.length; c++)
        weighed[c] += powers[j] * task.value.data[j * task.value.cols + c];
    }
    return { sum: own, weighed };
  };
  const { weighed } = partial({ first: 0, last: powers.length });
  return { powers, sum, weighed, partial };
}

const FEATURES = 16;

/** The few tiles with which the output of a wrong row comes closest to what was dumped, if it is left out or counted twice. */
function nearestTiles({ dump }: Suspicion, sign: -1 | 1): readonly (Tile & { readonly tile: number })[] {
  const row = dump?.wrongRows.at(-1);
  if (!dump || row === undefined) return [];
  const got = rowOf(dump.got, row);
  const sums = sumsOf(dump.task, row);
  const off = [...tilesOf(dump.task.key.rows)].map((tile) => {
    const part = sums.partial(tile);
    const total = sums.sum + sign * part.sum;
    let distance = 0;
    for (let c = 0; c < part.weighed.length; c++) {
      distance += ((sums.weighed[c] + sign * part.weighed[c]) / total - got[c]) ** 2;
    }
    return { tile, distance };
  });
  return off
    .filter(({ distance }) => Number.isFinite(distance))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_TRIED)
    .map(({ tile }) => tile);
}

const MOST_TRIED = 4;

/** The last keys that do not fill a tile, the first key, and the tile that holds the diagonal. */
function* usualDrops({ tasks: [{ key, query }] }: Suspicion): Generator<Variant> {
  const numKeys = key.rows;
  for (const tile of TILES) {
    const rest = numKeys % tile;
    if (rest > 0 && rest < numKeys)
      yield without({ first: numKeys - rest, last: numKeys }, { tile, keys: rest });
  }
  for (const tile of TILES) if (tile > 1 && tile < numKeys) yield withoutDiagonal(tile, numKeys - query.rows);
  yield without({ first: 0, last: 1 }, { first: 0, keys: 1 });
}

/** Of a causal attention, the tile in which a query's own place lies is left out. */
function withoutDiagonal(tile: number, offset: number): Variant {
  const make =
    (at: number): Variant["make"] =>
    (task, row) => {
      const scores = scoresOfRow(task, row);
      const first = Math.floor((row + at) / tile) * tile;
      if (first >= 0) scores.fill(Number.NEGATIVE_INFINITY, first, first + tile);
      return makeRow(task, row, scores);
    };
  return { parameters: { tile, which: "diagonal" }, make: make(Math.max(0, offset)) };
}

const keysDropped: KernelMistake = {
  id: "keys-dropped",
  step: "output",
  title: "Some keys were left out.",
  formula: FORMULA,
  fix: "Work through ⌈m / tile⌉ tiles, the last and the one on the diagonal included.",
  *variants(given) {
    yield* usualDrops(given);
    yield* droppedEnds(given);
    for (const tile of nearestTiles(given, -1)) {
      yield without(tile, { tile: tile.tile, first: tile.first, keys: tile.last - tile.first });
    }
  },
};

/** The last keys that some wrong row, and every row after it, does without: any number of them. */
function* droppedEnds({ dump }: Suspicion): Generator<Variant> {
  const row = dump?.wrongRows.at(-1);
  if (!dump || row === undefined) return;
  const { powers } = sumsOf(dump.task, row);
  const got = rowOf(dump.got, row);
  const { cols, data } = dump.task.value;
  const [total, weighed] = [{ value: 0 }, new Float64Array(Math.min(FEATURES, cols))];
  let best = { last: 0, distance: Number.POSITIVE_INFINITY };
  for (let j = 0; j < powers.length; j++) {
    total.value += powers[j];
    let distance = 0;
    for (let c = 0; c < weighed.length; c++) {
      weighed[c] += powers[j] * data[j * cols + c];
      distance += (weighed[c] / total.value - got[c]) ** 2;
    }
    if (distance < best.distance) best = { last: j + 1, distance };
  }
  if (best.last === 0 || best.last === powers.length) return;
  yield without(
    { first: best.last, last: powers.length },
    { first: best.last, keys: powers.length - best.last },
  );
}

const keysDoubled: KernelMistake = {
  id: "keys-doubled",
  step: "output",
  title: "Some keys were counted twice.",
  formula: FORMULA,
  fix: "Let tiles follow each other without overlap: a last tile that is moved back needs a mask.",
  *variants(given) {
    const numKeys = given.tasks[0].key.rows;
    for (const tile of TILES) {
      const rest = numKeys % tile;
      // The last tile, moved back so that it is full, begins with keys that were there before.
      if (rest > 0 && tile < numKeys) {
        const first = numKeys - tile;
        yield doubled({ first, last: numKeys - rest }, { tile, first, keys: tile - rest });
      }
    }
    for (const tile of nearestTiles(given, 1)) {
      yield doubled(tile, { tile: tile.tile, first: tile.first, keys: tile.last - tile.first });
    }
  },
};

const paddingAttended: KernelMistake = {
  id: "padding-attended",
  step: "masked-scores",
  title: "Keys of zeros, which only fill up the last tile, were attended.",
  formula: "a key that is padding has the score −∞",
  fix: "Mask the columns from m on in the last tile.",
  *variants({ tasks: [{ key }] }) {
    for (const tile of TILES) {
      const keys = (tile - (key.rows % tile)) % tile;
      if (keys > 0) yield padded(keys, { tile, keys });
    }
  },
};

/** Keys with the score 0 and values of 0 in the sum. */
const padded = (keys: number, parameters: Variant["parameters"]): Variant => ({
  ...(parameters && { parameters }),
  make: (task, row) =>
    makeRow(task, row, scoresOfRow(task, row), (_, { powers, sum, maximum }) =>
      powers.map((power) => power / (sum + keys * Math.exp(-maximum))),
    ),
});

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
  for (let j = 0; j < rows; j++) moved.set(data.subarray(from(j) * cols, (from(j) + 1) * cols), j * cols);
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

const rowsMissing: KernelMistake = {
  id: "rows-missing",
  step: "output",
  title: "Some rows of the output were not written.",
  formula: "the output has a row for each query",
  fix: "Start ⌈n / tile⌉ blocks of queries, and let the last one store the rows that there are.",
  *variants({ dump }) {
    if (!dump) return;
    const { wrongRows, got } = dump;
    const isBlank = wrongRows.every((row) =>
      rowOf(got, row).every((value) => value === 0 || Number.isNaN(value)),
    );
    if (wrongRows.length === 0 || !isBlank) return;
    const missing = new Set(wrongRows);
    const [first] = wrongRows;
    yield {
      parameters: { first, rows: wrongRows.length },
      make: (task, row) => (missing.has(row) ? blankRow(task, row) : makeRow(task, row)),
    };
  },
};

/** Nothing is expected of a row that was not written: undefined lets anything stand there. */
const blankRow = (_task: Task, _row: number) => undefined;

export const TILES_MISTAKES: readonly KernelMistake[] = [
  ...[rowsMissing, keysDropped, keysDoubled, paddingAttended, valueTilesSwapped],
];
