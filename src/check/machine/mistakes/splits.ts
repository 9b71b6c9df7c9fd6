import { leastSquares } from "../../../math/least-squares.js";
import { squaresOf, sumOver, tabulate, upTo } from "../../../math/lists.js";
import { rowOf } from "../../../math/matrix.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { makeRow, over, type Weighting } from "../rows.js";
import { numKeysOf, type Task } from "../task.js";
import { spread } from "../where.js";
import {
  altered,
  type Dump,
  joinedKeys,
  type KernelMistake,
  lastWrongRow,
  type Variant,
  withWeighting,
} from "./kernel-mistake.js";
import { startsOf, TILES, tilesBelow } from "./online.js";
import { nearestWays } from "./sums.js";

// Mistakes of kernels that split the keys of a row between several workers and combine their results (split-K,
// flash-decoding; Dao et al. 2023).

/** Usual numbers of parts. */
export const NUMBERS_OF_PARTS = [2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64, 128] as const;

/** Wrong weights of a part in the combination, by description. The right weight is its share of e^(log-sum-exp). */
const weightsOfParts: Readonly<Record<string, (part: Part, before: Part) => number>> = {
  "the same for each": () => 1,
  "2^(log-sum-exp)": ({ maximum, sum }) => sum ** Math.LN2 * 2 ** maximum,
  "e^(log-sum-exp / ln 2)": ({ maximum, sum }) => sum ** Math.LOG2E * Math.exp(maximum * Math.LOG2E),
  "the sum without the maximum": ({ sum }) => sum,
  "e^maximum without the sum": ({ maximum }) => Math.exp(maximum),
  "the sum · e^(log-sum-exp)": ({ maximum, sum }) => sum ** 2 * Math.exp(maximum),
  "e^(maximum + log₂ of the sum)": ({ maximum, sum }) => sum ** Math.LOG2E * Math.exp(maximum),
  "that of the part before": (_, { maximum, sum }) => sum * Math.exp(maximum),
};

/** A part of a row: its largest score minus that of the row, and Σ e^(s − the part's maximum). */
export interface Part {
  readonly maximum: number;
  readonly sum: number;
}

export const splitsMisweighted: KernelMistake = {
  id: "splits-misweighted",
  step: "output",
  title:
    "Parts of a row were computed separately and then combined with the wrong weights, or with parts of other heads.",
  formula: "o = Σ_p e^(L_p − L) o_p, where L_p is the log-sum-exp of part p and L that of the row",
  fix: "Weight each part by e^(its log-sum-exp − that of all), in the base in which it is stored.",
  *variants({ tasks }): Generator<Variant> {
    const [task] = tasks;
    for (const starts of usualSplits(numKeysOf(task))) {
      const parts = starts.length;
      if (tasks.length > 1) yield ofOtherHeads(tasks, starts);
      for (const [weight, weigh] of Object.entries(weightsOfParts))
        yield withWeighting(inParts(starts, weigh), { parts, weight });
      yield withWeighting(inParts(starts, rightWeight, true), {
        parts,
        weight: "e^(log-sum-exp − that of all), but parts not divided by their own sum",
      });
      yield withWeighting(undivided(starts), { parts, weight: "e^(log-sum-exp − the largest), not divided" });
    }
  },
};

/** Returns the weighting of a row whose parts are added up, but not divided by the sum of their weights. */
const undivided =
  (starts: readonly number[]): Weighting =>
  (_, { powers }) =>
    over(powers, Math.max(...starts.map((first, at) => sumOver(powers.subarray(first, starts[at + 1])))));

/**
 * Makes a variant whose parts are stored by part and head and read by head and part. Each is combined with the right
 * weight of the part that should be in its place.
 */
function ofOtherHeads(tasks: readonly Task[], starts: readonly number[]): Variant {
  const parts = starts.length;
  const joined = altered((task) => ({ ...task, ...joinedKeys(tasks), blocked: undefined, bias: undefined }));
  return {
    parameters: { parts, order: "(part, head) read as (head, part)" },
    make(task, row) {
      const powersIn = (one: Task) => powersOf(scoresOfRow(one, row)).powers;
      const partOf = (powers: Float64Array, part: number) => powers.subarray(starts[part], starts[part + 1]);
      const own = powersIn(task);
      const all = sumOver(own);
      const rows = tasks.map(powersIn);
      const weights = rows.map((powers) => new Float64Array(powers.length));
      for (const part of upTo(parts)) {
        const place = task.head * parts + part;
        const [from, at] = [place % tasks.length, Math.floor(place / tasks.length)];
        const read = partOf(rows[from], at);
        const by = sumOver(partOf(own, part)) / all / sumOver(read);
        read.forEach((power, j) => {
          weights[from][starts[at] + j] += power * by;
        });
      }
      const scores = weights.flatMap((some) => Array.from(some, Math.log));
      return makeRow(joined(task), row, Float64Array.from(scores));
    },
  };
}

const rightWeight = ({ maximum, sum }: Part) => sum * Math.exp(maximum);

/** The numbers of workers that take the tiles of a row in turns. */
const WORKERS = [2, 4, 8] as const;

/** Parts of a row that are not next to each other: each worker takes every second, fourth or eighth tile. */
export const turnsMisweighted: KernelMistake = {
  ...splitsMisweighted,
  isFree: true,
  *variants({ tasks: [task] }): Generator<Variant> {
    const keys = numKeysOf(task);
    for (const tile of tilesBelow(keys))
      for (const workers of WORKERS.filter((count) => count * tile < keys)) {
        const workerOf = (key: number) => Math.floor(key / tile) % workers;
        const order = upTo(keys).sort((a, b) => workerOf(a) - workerOf(b) || a - b);
        const starts = upTo(workers).map((own) => order.findIndex((key) => workerOf(key) === own));
        for (const [weight, weigh] of Object.entries(weightsOfParts))
          yield withWeighting(inOrder(order, inParts(starts, weigh)), { workers, tile, weight });
      }
  },
};

/** Returns a weighting of keys in another order. */
const inOrder =
  (order: readonly number[], weighting: Weighting): Weighting =>
  (scores, powers, row, task) => {
    const made = new Float64Array(scores.length);
    const moved = Float64Array.from(order, (key) => scores[key]);
    weighting(moved, powers, row, task).forEach((weight, at) => {
      made[order[at]] = weight;
    });
    return made;
  };

/** Returns the first keys of the parts, for every usual way to split the keys. */
export const usualSplits = (keys: number): readonly (readonly number[])[] => [
  ...new Map(
    [
      ...NUMBERS_OF_PARTS.flatMap((parts) => waysToSplit(keys, parts)),
      ...tilesBelow(keys).map((tile) => startsOf(keys, tile)),
    ].map((starts) => [starts.join(), starts]),
  ).values(),
];

/** Returns the first key of each part: of parts of one size and a shorter or a longer last one, or of nearly equal parts. */
function waysToSplit(keys: number, parts: number): readonly (readonly number[])[] {
  if (parts > keys) return [];
  const size = Math.floor(keys / parts);
  const longer = keys % parts;
  return [
    startsOf(keys, Math.ceil(keys / parts)),
    tabulate(parts, (at) => at * size),
    tabulate(parts, (at) => at * size + Math.min(at, longer)),
  ];
}

/**
 * Returns the weighting of a row in parts that start at these keys. `weigh` returns the weight of each part. Parts that
 * are `isUndivided` are not divided by their own sums.
 */
export const inParts =
  (starts: readonly number[], weigh: (part: Part, before: Part) => number, isUndivided = false): Weighting =>
  (scores, { maximum: most }) => {
    const weights = new Float64Array(scores.length);
    const parts = starts.map((first, at) => {
      const { powers, sum, maximum } = powersOf(scores.subarray(first, starts[at + 1]));
      return { first, powers, sum, maximum: maximum - most };
    });
    let total = 0;
    for (const [at, part] of parts.entries()) {
      const { first, powers, sum } = part;
      if (sum === 0) continue;
      const weight = weigh(part, parts[at === 0 ? parts.length - 1 : at - 1]);
      total += weight;
      for (let j = 0; j < powers.length; j++) {
        weights[first + j] = (powers[j] / (isUndivided ? 1 : sum)) * weight;
      }
    }
    return over(weights, total);
  };

// A row split into two parts at any key, combined with the wrong weights. The last part may be shorter, or a cache may
// be split where the new keys begin.

const MAX_TRIED = 3;

function* splitAnywhere(count: number): Generator<Variant> {
  for (let at = 1; at < count; at++)
    for (const [weight, weigh] of Object.entries(weightsOfParts))
      yield withWeighting(inParts([0, at], weigh), { parts: 2, "second from": at, weight });
}

export const unevenSplits: KernelMistake = {
  ...splitsMisweighted,
  variants: (given) => nearestWays(given, splitAnywhere(given.tasks[0].key.rows), MAX_TRIED),
};

// Tiles of keys, or parts of a split row, that are each right but combined wrongly in any way. The output is then the
// sum of its tiles' outputs with factors other than 1. The factors of a row are fitted by least squares.

/** The maximum number of factors, as a share of the columns. More factors would fit anything. */
const MAX_FACTORS = 1 / 3;

/** The minimum number of keys per tile. With fewer keys, any row fits as a sum of single values. */
const MIN_KEYS = 8;

/** Factors nearer than this to 1 count as 1, and nearer to 0 as 0. */
const FACTOR_TOLERANCE = 0.005;

/** Smaller than the rounding error of a solved equation. */
const NOTHING = 1e-9;

const MAX_LISTED = 4;

/**
 * The factors of a row's tiles, and the squared error that remains, divided by the number of columns minus that of
 * factors.
 */
interface Fitted {
  readonly factors: Float64Array;
  readonly off: number;
}

/** Fits the factors of a row's tiles to the dumped row. Returns undefined if there would be too many factors. */
function fitTiles(task: Task, row: number, got: Float64Array, tile: number): Fitted | undefined {
  const { powers, sum } = powersOf(scoresOfRow(task, row));
  const { cols, data } = task.value;
  const count = Math.ceil(powers.length / tile);
  if (sum === 0 || count > cols * MAX_FACTORS) return undefined;
  const parts = tabulate(count, () => new Float64Array(cols));
  for (let j = 0; j < powers.length; j++) {
    const part = parts[Math.floor(j / tile)];
    for (let c = 0; c < cols; c++) part[c] += (powers[j] / sum) * data[j * cols + c];
  }
  // Solves for each factor's difference from 1, because a tile without keys is in no equation and keeps the factor 1.
  const rest = (x?: Float64Array) =>
    got.map((value, c) => parts.reduce((left, part, at) => left - (1 + (x?.[at] ?? 0)) * part[c], value));
  const equations = Array.from(rest(), (right, c) => ({ factors: parts.map((part) => part[c]), right }));
  const found = leastSquares(equations, count);
  if (!found) return undefined;
  const off = squaresOf(rest(found)) / (cols - count);
  // A lost tile is lost completely, so its factor is exactly 0.
  return { factors: found.map((own) => (Math.abs(1 + own) < NOTHING ? 0 : 1 + own)), off };
}

/** A larger tile size, with fewer factors, is preferred if its error is at most this many times the smallest error. */
const AS_GOOD = 4;

/** The number of rows that must show the tile size. */
const MAX_READ = 6;

/** Finds the largest tile size that fits some wrong rows about as well as the best one. Returns the factors of the last row. */
function bestTile({ task, got, wrongRows }: Dump): ({ readonly tile: number } & Fitted) | undefined {
  const rows = [...spread(wrongRows.slice(0, -1), MAX_READ - 1), wrongRows[wrongRows.length - 1]];
  const keys = task.key.rows;
  const parts = tabulate(8, (at) => Math.ceil(keys / (at + 2)));
  const sizes = [...new Set([...TILES, ...parts])].filter((size) => MIN_KEYS <= size && size < keys);
  sizes.sort((a, b) => b - a);
  const fitted = sizes.flatMap((tile) => {
    const found = rows.map((row) => fitTiles(task, row, rowOf(got, row), tile));
    const last = found[found.length - 1];
    return last ? [{ tile, ...last, off: sumOver(found, (own) => own?.off ?? 0) }] : [];
  });
  const least = Math.min(...fitted.map(({ off }) => off));
  return fitted.find(({ off }) => off <= AS_GOOD * least);
}

const inTiles = (dump: Dump, tile: number, factors: Float64Array): Variant => {
  const { row: last } = lastWrongRow(dump);
  return {
    parameters: { tile, [`row ${last}`]: factorsText(factors, tile, dump.task.key.rows) },
    make(task, row) {
      const own = fitTiles(task, row, rowOf(dump.got, row), tile)?.factors;
      return (
        own &&
        makeRow(task, row, undefined, (_, { powers, sum }) =>
          powers.map((power, j) => (power / sum) * own[Math.floor(j / tile)]),
        )
      );
    },
  };
};

function factorsText(factors: Float64Array, tile: number, keys: number): string {
  const deviating = Array.from(factors, (factor, at) => ({ factor, at })).filter(
    ({ factor }) => Math.abs(factor - 1) > FACTOR_TOLERANCE,
  );
  const texts = deviating.slice(0, MAX_LISTED).map(({ factor, at }) => {
    const size = Math.abs(factor) < FACTOR_TOLERANCE ? "0" : String(Number(factor.toPrecision(3)));
    return `keys ${at * tile}–${Math.min(keys, (at + 1) * tile) - 1} × ${size}`;
  });
  return [...texts, ...(deviating.length > MAX_LISTED ? ["…"] : [])].join(", ");
}

export const tilesMisweighted: KernelMistake = {
  id: "tiles-misweighted",
  step: "output",
  title: "Tiles of keys are right, but were combined with the wrong factors.",
  formula: "o = Σ_t e^(L_t − L) o_t, where L_t is the log-sum-exp of tile t and L that of the row",
  fix: "Rescale both the sum and the accumulator by e^(old − new maximum). Weight the parts of a row by e^(their log-sum-exp − that of all). Leave out no tile.",
  isFree: true,
  *variants({ dump, tasks }): Generator<Variant> {
    if (!dump || tasks.some(({ dropped }) => dropped)) return;
    const best = bestTile(dump);
    if (best) yield inTiles(dump, best.tile, best.factors);
  },
};
