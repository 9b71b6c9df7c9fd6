import { tabulate } from "../../../math/lists.js";
import { cellOf, createMatrix, mapCells, rowOf } from "../../../math/matrix.js";
import { remembered } from "../../../math/remember.js";
import { slopeStep } from "../../../ops/distances.js";
import { makeRow } from "../rows.js";
import { numKeysOf, type Task } from "../task.js";
import { ofOneArray } from "./alone.js";
import { withBias } from "./conditioning.js";
import {
  everyTask,
  fromWrittenMistake,
  type KernelMistake,
  kernelMistakes,
  type Parameters,
  replacing,
  type SearchContext,
  type Variant,
} from "./kernel-mistake.js";
import { pagesInAnyOrder } from "./page-order.js";
import { everyShift, wrongPlaces } from "./readings.js";
import { withExponents } from "./rope-frequencies.js";
import {
  isRotated,
  recorded,
  rotating,
  rotationSettings,
  type Turning,
  turned,
  turnedOtherwise,
  turningOf,
  type Waves,
  wavesOf,
} from "./rotated-parts.js";
import { nearestOf, nearestWays } from "./sums.js";

// Mistakes with ALiBi and RoPE.

/** Returns the slope of ALiBi, by which neighbouring cells of a row differ. Returns NaN if the bias is another one. */
const slopeOf = remembered((task: Task): number => {
  const { bias } = task;
  if (!bias) return Number.NaN;
  const keys = numKeysOf(task);
  const last = rowOf(bias, bias.rows - 1);
  const slope = Math.abs(last[keys - 1] - last[keys - 2]);
  const isSloped = bias.data.every((own, at) => {
    const [step, col] = [Math.abs(own - bias.data[at - 1]), at % bias.cols];
    const isCompared = col > 0 && col < keys && Number.isFinite(step);
    return !isCompared || Math.abs(step - slope) <= NEARLY * (slope + Math.abs(own));
  });
  return isSloped ? slope : Number.NaN;
});

/** The relative rounding error that a product of two float32 numbers may have. */
const NEARLY = 1e-5;

/** Makes a variant of ALiBi with another slope per head, by scaling the bias. */
const withSlopes = (
  { tasks: { length: heads } }: SearchContext,
  slope: (head: number, heads: number) => number,
  parameters: Parameters,
) =>
  withBias((bias, task) => {
    const factor = slope(task.head, heads) / slopeOf(task);
    return mapCells(bias, (own) => own * factor);
  }, parameters);

/** Makes a variant of ALiBi with other distances. The bias may have one row for all queries, which is the last one. */
const withDistances = (
  distance: (apart: number, row: number, key: number) => number,
  parameters: Parameters,
) =>
  withBias(
    (bias, task) =>
      mapCells(bias, (_, row, key) => {
        const place = row + task.key.rows - bias.rows;
        return -slopeOf(task) * distance(Math.abs(place - key), row, key);
      }),
    parameters,
  );

/** The largest distances of clipped ALiBi. */
const MAX_DISTANCES = [8, 16, 32, 64, 128, 256, 512] as const;

const isSloped = everyTask((task) => slopeOf(task) > 0);

/** Returns the ALiBi slope of a head. */
export function usualSlope(head: number, heads: number): number {
  const [step, of] = slopeStep(head, heads);
  return 2 ** ((-8 * step) / of);
}

const numCached = ({ homework }: SearchContext) => homework.problem.matrices.pastKey?.rows ?? 0;

/** Returns the position of the first new row: after the cached keys, unless the setting `offset` says otherwise. */
const firstOf = (given: SearchContext) => rotationSettings(given).offset ?? numCached(given);

/** Makes a variant whose queries have shifted positions, while keys keep theirs. */
const queriesTurnedOn = (given: SearchContext, by: number) =>
  recorded(given, { offset: firstOf(given) + by }, { queries: by }, "query");

const BASES = [10_000, 500_000, 1_000_000, 1_000, 100, 100_000, 5_000_000, 10_000_000];

const sloping = kernelMistakes(
  "biased-scores",
  "slopes are 2^(−8·h/H), h = 1 … H, the first head has the steepest",
  isSloped,
);

const ropePositionOff: KernelMistake = rotating({
  id: "rope-position-off",
  title: "RoPE counted the positions from the wrong number.",
  formula: "row i of the queries has position offset + i",
  fix: "Count the positions of queries and keys from the same first token; a cache shifts the queries.",
  variants(given) {
    const own = firstOf(given);
    const { query, key } = given.tasks[0];
    const moves = [...new Set([1, -1, query.rows - key.rows])];
    // Shifting queries and keys together changes no score, unless cached keys stay where they are.
    const firsts = numCached(given) === 0 ? [] : [own + 1, 0];
    return [
      ...firsts.map((first) => recorded(given, { offset: first }, { first })),
      ...moves.filter((by) => by !== 0).map((by) => queriesTurnedOn(given, by)),
    ];
  },
});

const baseOff: KernelMistake = rotating({
  id: "base-off",
  isFree: true,
  step: "inverse-frequencies",
  title: "RoPE used another base, or other exponents.",
  formula: "ω_i = base^(−2i/d)",
  fix: "Take the base of the model, and 2i/d in the exponents: i/d comes to the root of the base.",
  variants(given) {
    const { base: own = 10_000 } = rotationSettings(given);
    // An exponent of i/d or 4i/d comes to the root or the square of the base.
    return [...BASES, Math.sqrt(own), own ** 2]
      .filter((base) => base !== own)
      .map((base) => recorded(given, { base }, { base }));
  },
});

/** Returns the setting with the other pairs of columns. */
const otherPairs = (given: SearchContext) => ({
  rope: rotationSettings(given).rope === "interleaved" ? "half-split" : "interleaved",
});

export const POSITIONS: readonly KernelMistake[] = [
  sloping({
    id: "alibi-slopes-next-power",
    title: "The slopes of ALiBi follow another formula.",
    formula:
      "if H is not a power of two: the slopes of the power below, then every second one of the power above",
    fix: "Count h from 1. If H is not a power of two, take the slopes of the power of two below H first.",
    variants: (given) => [
      withSlopes(given, (head, heads) => 2 ** ((-8 * (head + 1)) / 2 ** Math.ceil(Math.log2(heads))), {
        heads: "next power of two",
      }),
      withSlopes(given, (head, heads) => 2 ** ((-8 * (head + 1)) / heads), { heads: "as they are" }),
      withSlopes(given, (head, heads) => 2 ** ((-8 * head) / heads), { first: "2^0" }),
    ],
  }),
  sloping({
    id: "alibi-distance-other",
    isFree: true,
    title: "The slopes of ALiBi were multiplied by other distances.",
    formula: "the bias is −slope · |i + m − n − j|",
    fix: "Count the distance from the query's own position among the keys, and do not limit it.",
    variants: () => [
      withDistances((_, row, key) => Math.abs(row - key), { distance: "|i − j|" }),
      withDistances((_, row, key) => Math.max(0, row - key), { distance: "0 after the query" }),
      withDistances((_, row, key) => row - key, { distance: "negative after the query" }),
      ...MAX_DISTANCES.map((most) => withDistances((apart) => Math.min(most, apart), { most })),
    ],
  }),
  fromWrittenMistake("rotary-pairing", (given) => [recorded(given, otherPairs(given))], isRotated),
  ropePositionOff,
  baseOff,
  rotating({
    id: "rope-missing",
    title: "Queries or keys were not rotated by their positions.",
    fix: "Rotate both before the products.",
    variants: (given) => [recorded(given, { rope: undefined })],
  }),
  rotating({
    id: "rope-direction",
    title: "Queries or keys were rotated in the wrong direction: the sine has the wrong sign.",
    formula: "a pair (x, y) at position p becomes (x cos pω − y sin pω, x sin pω + y cos pω)",
    fix: "Negate the first sine: half-split pairs are rotated with (−y, x), not (y, −x).",
    variants: (given) =>
      turnedOtherwise(given, { waves: (position, frequency) => wavesOf(-position * frequency) }),
  }),
];

// Positions with any offset, for example from cached keys, padding, or rows that were removed.

const MAX_OFF = 2048;
const MAX_TRIED = 3;
/** The maximum number of multiplications: m keys × d columns × offsets. */
const MAX_WORK = 3e8;

/** Makes a variant that rotates each query row when it is needed, because many offsets are tried on one row. */
const turnedOn = (turning: Turning, by: number): Variant => ({
  parameters: { queries: by },
  make: (task, row) => makeRow({ ...task, query: turned(turning, task, "query", { by, row }) }, row),
});

/** Makes a variant that rotates the keys of the new tokens, which are the last ones, by other positions. */
const newKeysTurnedOn = (turning: Turning, by: number): Variant =>
  replacing(
    ["key"],
    (task) => {
      const { rows, cols } = task.key;
      const others = turned(turning, task, "key", { by });
      const first = rows - task.query.rows;
      return createMatrix(rows, cols, (row, col) => cellOf(row < first ? task.key : others, row, col));
    },
    { "new keys": by },
  );

export const ropeOffsetAny: KernelMistake = {
  ...ropePositionOff,
  variants(given) {
    const turning = turningOf(given);
    if (!turning) return [];
    const [{ query, key }] = given.tasks;
    const moves = query.rows < key.rows ? [1, -1, query.rows, -query.rows, query.rows - key.rows] : [];
    const most = Math.min(MAX_OFF, Math.floor(MAX_WORK / key.data.length / 2));
    const offsets = tabulate(most, (at) => [at + 1, -at - 1]).flat();
    return nearestWays(
      given,
      [
        ...[...new Set(moves)].map((by) => newKeysTurnedOn(turning, by)),
        ...offsets.map((by) => turnedOn(turning, by)),
      ],
      MAX_TRIED,
    );
  },
};

/** The maximum number of positions at which counting starts again. */
const MAX_RESTARTS = 64;

/** Yields queries and keys, or one of them, that are rotated by the position of another row. */
function* turnedElsewhere(given: SearchContext): Generator<Variant> {
  const { rows } = given.tasks[0].key;
  for (const { said, order } of [...wrongPlaces("p", rows), ...everyShift("p", rows, MAX_RESTARTS)])
    for (const variant of turnedOtherwise(
      given,
      { waves: (position, frequency) => wavesOf(order(position, rows) * frequency) },
      { position: said },
    ))
      yield* [variant, ...ofOneArray(given, variant)];
}

/** Returns keys that are rotated by their positions in another order of pages. */
function keysInPageOrder(given: SearchContext): readonly Variant[] {
  const turning = turningOf(given);
  if (!turning) return [];
  const { rows } = given.tasks[0].key;
  return pagesInAnyOrder(
    given,
    (by) => replacing(["key"], (task, part) => turned(turning, task, part, { by })),
    (order, said) => {
      const waves: Waves = (position, frequency) => wavesOf(order(position, rows) * frequency);
      return replacing(["key"], (task, part) => turned(turning, task, part, { waves }), said);
    },
  );
}

/** Wrong pairs in queries or keys alone, and wrong exponents. They are tried if no usual mistake explains an answer. */
export const RARE_POSITIONS: readonly KernelMistake[] = [
  {
    ...ropePositionOff,
    variants: (given) => [...nearestOf(turnedElsewhere)(given), ...keysInPageOrder(given)],
  },
  {
    ...baseOff,
    variants: (given) => [
      ...withExponents(given, (pair, _, pairs) => (pair * pairs) / (pairs - 1), { exponent: "2i/(R − 2)" }),
      ...withExponents(given, (pair) => pair + 1, { exponent: "2(i + 1)/R" }),
      ...withExponents(given, (pair) => pair + 0.5, { exponent: "(2i + 1)/R" }),
    ],
  },
];
