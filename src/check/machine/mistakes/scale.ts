import { squaresOf, sumOver } from "../../../math/lists.js";
import { mapCells, rowOf } from "../../../math/matrix.js";
import { capped, cellFor, powersOf, scoresOfRow, unmaskedScores } from "../row-scores.js";
import { makeRow, over } from "../rows.js";
import type { Task } from "../task.js";
import { indicesWhere, spread } from "../where.js";
import { CAPPED_OTHERWISE, capping, cutOff, scoresBy, withBias } from "./conditioning.js";
import {
  type Dump,
  eachScore,
  everyTask,
  fromWrittenMistake,
  hasHeads,
  type KernelMistake,
  kernelMistakes,
  lastWrongRow,
  type Parameters,
  type SearchContext,
  type Variant,
  withScores,
  withTask,
} from "./kernel-mistake.js";
import { maskFiniteFill } from "./masks.js";
import { paddedSizes } from "./online.js";
import { usualSlope } from "./positions.js";
import { distanceTo, FEATURES, factorBetween, leastOf, weighedIn } from "./sums.js";

// Mistakes with 1/√d_k and with the base of e^s.

const withScale = (factor: (task: Task) => number, parameters?: Parameters): Variant =>
  withTask((task) => ({ scale: factor(task) }), parameters);

/**
 * Makes a variant with a large scale. If twice the scale also fits, the rows show only that the scale is large, and the
 * variant is rejected.
 */
const withLargeScale = (factor: (task: Task) => number, parameters?: Parameters): Variant => ({
  ...withScale(factor, parameters),
  rival: withScale((task) => 2 * factor(task)).make,
});

/** Whether the scale is not 1. A scale of 1 cannot be forgotten. */
const isScaled = everyTask(({ scale }) => scale !== 1);

/**
 * Makes a variant that multiplies the weights by the scale, which is the same as multiplying the values. The scores
 * have another scale.
 */
const timesScale = (scaleOf: (task: Task) => number, parameters: Parameters): Variant => ({
  parameters,
  make: (task, row) =>
    makeRow({ ...task, scale: scaleOf(task) }, row, undefined, (_, { powers, sum }) =>
      over(powers, sum / task.scale),
    ),
});

/**
 * Makes a variant that multiplies the scores by a factor just before the softmax. This is equal to another base than e.
 */
const timesScores = (factor: number, parameters: Parameters) =>
  eachScore((score) => score * factor, parameters);

/** Returns the number of columns of all heads together. */
const modelSize = ({ tasks }: SearchContext) => sumOver(tasks, ({ query }) => query.cols);

const scaling = kernelMistakes("scaled-scores", "S′ = S / √d_k");

export const SCALE: readonly KernelMistake[] = [
  fromWrittenMistake("scale-missing", () => [withScale(() => 1)], isScaled),
  scaling({
    id: "scale-twice",
    title: "The scores were scaled twice.",
    fix: "Scale once: q before the product, or the scores after it.",
    isPossible: isScaled,
    variants: () => [withScale(({ scale }) => scale * scale)],
  }),
  fromWrittenMistake("scale-by-dk", () => [withScale(({ query }) => 1 / query.cols)]),
  fromWrittenMistake(
    "scale-by-sqrt-dmodel",
    (given) => [withScale(() => 1 / Math.sqrt(modelSize(given)), { dModel: modelSize(given) })],
    hasHeads,
  ),
  scaling({
    id: "scale-by-sqrt-dv",
    title: "The scores were divided by the root of d_v, the columns of the values.",
    fix: "Use d_k, the number of columns of queries and keys.",
    isPossible: everyTask(({ query, value }) => query.cols !== value.cols),
    variants: () => [withScale(({ value }) => 1 / Math.sqrt(value.cols))],
  }),
  scaling({
    id: "scale-by-padded-dk",
    title: "The scores were divided by the root of the padded head size.",
    fix: "Use d_k, the columns of a key before it is padded.",
    // Kernels pad to powers of two.
    isPossible: everyTask(({ query }) => !Number.isInteger(Math.log2(query.cols))),
    variants: ({ tasks: [{ query }] }) =>
      paddedSizes(query.cols)
        .filter((size) => size <= 2 * query.cols)
        .map((size) => withScale(() => 1 / Math.sqrt(size), { padded: size })),
  }),
  fromWrittenMistake("scale-by-sqrt-n", ({ tasks: [{ key }] }) => [
    // Another size of a kernel may be as large, so the number is told.
    withScale((task) => 1 / Math.sqrt(task.key.rows), { root: `√${key.rows}` }),
  ]),
  fromWrittenMistake("scale-multiplied", () => [withLargeScale(({ scale }) => 1 / scale)], isScaled),
  scaling({
    id: "scale-on-value",
    step: "output",
    title: "The values were multiplied by the scale.",
    fix: "Scale the scores before the softmax, and leave the values unchanged.",
    isPossible: isScaled,
    variants: () => [
      timesScale(({ scale }) => scale, { scores: "scaled" }),
      timesScale(() => 1, { scores: "unscaled" }),
    ],
  }),
  scaling({
    id: "softmax-base-2",
    step: "exponentials",
    title:
      "The base of the exponential does not fit the scores or their bias: 2^s instead of e^s, or the reverse.",
    formula: "e^s = 2^(s · log₂ e)",
    fix: "If you use exp2, multiply the scores by log₂ e first, and all that is added to them: the bias, ALiBi. Otherwise do not.",
    variants: (given) => [
      timesScores(Math.LN2, { base: "2" }),
      timesScores(Math.LOG2E, { base: "e", scores: "times log2(e)" }),
      // Kernels often include this factor in the scale, so that it affects a softcap but not a bias.
      withScale(({ scale }) => scale * Math.LOG2E, { base: "e", scale: "times log2(e)" }),
      withScale(({ scale }) => scale * Math.LN2, { base: "2", scale: "without log2(e)" }),
      ...(given.tasks.every(({ bias }) => bias)
        ? [
            withBias((bias) => mapCells(bias, (own) => own * Math.LN2), {
              base: "2",
              bias: "without log2(e)",
            }),
            withBias((bias) => mapCells(bias, (own) => own * Math.LOG2E), {
              base: "e",
              bias: "times log2(e)",
            }),
          ]
        : []),
    ],
  }),
];

// Scores with an unusual number that is found from a wrong row: a factor of all scores, a slope, or an extra amount at
// one key.

/** The factor that is searched for is between 1/64 and 64 times the usual number. */
const LARGEST_FACTOR = 64;
const STEPS_OF_FACTOR = 48;
const ROUNDS = 40;

/** How near a fitted scale must be to that of a size, as a share of it. */
const NEAR_SIZE = 0.02;

/** The mistake that is tried if no convention explains the scores: any factor of all of them. */
export const scaleOther: KernelMistake = {
  id: "scale-other",
  isFree: true,
  step: "scaled-scores",
  title: "The scores were multiplied by the wrong factor.",
  formula: "S′ = S / √d_k",
  fix: "Look for a factor that is applied in two places, or taken from another size.",
  *variants(given) {
    const [{ scale: own }] = given.tasks;
    const scale = nearestNumber(given, own, (task, row, other) =>
      scoresOfRow({ ...task, scale: other }, row),
    );
    if (scale === undefined) return;
    const rounded = Number(scale.toPrecision(DIGITS));
    for (const size of new Set([given.tasks.length, given.tasks[0].query.rows])) {
      const ofSize = 1 / Math.sqrt(size);
      if (Math.abs(ofSize - scale) < NEAR_SIZE * ofSize)
        yield withLargeScale(() => ofSize, { scale: `1/√${size}` });
    }
    // Either the scale has few digits, or its ratio to the right scale has.
    const ratio = Number((scale / own).toPrecision(DIGITS));
    yield withLargeScale((task) => ratio * task.scale, { scale: rounded, ratio });
    for (const other of [rounded, scale]) yield withLargeScale(() => other, { scale: rounded });
    yield withTask(() => ({ scale }), { scale: `${rounded} or more` });
  },
};

/** The minimum number of columns. With fewer columns, some factor fits any row. */
const MIN_COLUMNS = 8;

/** The same with a factor of its own for each row, as a temperature that grows with the number of keys. */
export const scaleOfRows: KernelMistake = {
  ...scaleOther,
  id: "scale-of-rows",
  title: "The scores of each row were multiplied by a factor of its own.",
  fix: "Look for a temperature that depends on the position or on the number of keys (log n), or for a scale of quantised queries.",
  *variants({ dump }) {
    if (!dump || dump.got.cols < MIN_COLUMNS) return;
    const timesFactor = (task: Task, row: number, factor: number) =>
      scoresOfRow(task, row).map((score) => score * factor);
    const factorOf = (row: number) => numberIn(dump, [row], 1, timesFactor) ?? 1;
    const { length } = dump.wrongRows;
    const shown = [0, 0.5, 1].map((share) => dump.wrongRows[Math.round(share * (length - 1))]);
    const texts = [...new Set(shown)].map((row) => [
      `row ${row}`,
      `× ${Number(factorOf(row).toPrecision(3))}`,
    ]);
    yield withScores((task, row) => timesFactor(task, row, factorOf(row)), Object.fromEntries(texts));
  },
};

const DIGITS = 4;

/** The maximum squared distance of the best grid factor, as a share of the row's squares. */
const FAR_OFF = 0.5;

/**
 * Finds the number, near `size`, whose scores bring some wrong rows closest to the dump. Searches a grid first, then by
 * golden section.
 */
function nearestNumber(
  { dump }: SearchContext,
  size: number,
  scores: (task: Task, row: number, number: number) => Float64Array,
): number | undefined {
  return dump && numberIn(dump, farthestRows(dump), size, scores);
}

/** Finds the number that brings these rows closest to the dump. */
function numberIn(
  dump: Pick<Dump, "task" | "got">,
  rows: readonly number[],
  size: number,
  scores: (task: Task, row: number, number: number) => Float64Array,
): number | undefined {
  const { task } = dump;
  const features = Math.min(FEATURES, dump.got.cols);
  const compared = rows.map((row) => ({ row, got: rowOf(dump.got, row) }));
  const distance = (number: number): number =>
    sumOver(compared, ({ row, got }) => {
      const { powers, sum } = powersOf(scores(task, row, number));
      return distanceTo(got, features, (c) => weighedIn(task, powers, c) / sum);
    });
  const factor = (step: number) => LARGEST_FACTOR ** ((2 * step) / STEPS_OF_FACTOR - 1);
  let best = { step: STEPS_OF_FACTOR / 2, sign: 1, distance: distance(size) };
  for (const sign of [1, -1]) {
    for (let step = 0; step <= STEPS_OF_FACTOR; step++) {
      const own = distance(sign * factor(step) * size);
      if (own < best.distance) best = { step, sign, distance: own };
    }
  }
  // If so much is left near the best factor, the factor is not the cause.
  const squares = sumOver(compared, ({ got }) => squaresOf(got.subarray(0, features)));
  if (!(best.distance <= FAR_OFF * squares)) return undefined;
  const found = leastBetween(best.step - 1, best.step + 1, (step) =>
    distance(best.sign * factor(step) * size),
  );
  return best.sign * factor(found) * size;
}

/**
 * Returns the few wrong rows that are farthest off. They show a number most exactly, but one row alone may not depend on
 * it: a score that is cut off anyway, for example.
 */
function farthestRows({ got, want, wrongRows }: Dump): readonly number[] {
  const offOf = (row: number) => {
    const right = rowOf(want, row);
    return distanceTo(rowOf(got, row), got.cols, (c) => right[c]) / squaresOf(right);
  };
  const rows = leastOf(spread(wrongRows, MAX_COMPARED), MAX_FARTHEST, (one) => -offOf(one));
  return rows.length > 0 ? rows : wrongRows.slice(0, 1);
}

const MAX_COMPARED = 64;
const MAX_FARTHEST = 3;

/** The centre of the search for a softcap. */
const USUAL_CAP = 5;

/** Yields a variant with the number, near `size`, whose scores bring a wrong row closest to the dump. */
function* withNumber(
  given: SearchContext,
  size: number,
  scores: (task: Task, row: number, number: number) => Float64Array,
  describe: (number: number) => Parameters,
): Generator<Variant> {
  const number = nearestNumber(given, size, scores);
  if (number === undefined) return;
  const rounded = Number(number.toPrecision(DIGITS));
  for (const one of [rounded, number])
    yield withScores((task, row) => scores(task, row, one), describe(rounded));
}

/** What scores go through at a C, by description. */
const CAPS: Readonly<Record<string, typeof capped>> = {
  tanh: capped,
  "cut off": cutOff,
  "cut off above": ({ softcap = 0 }, score) => Math.min(softcap, score),
  "cut off below": ({ softcap = 0 }, score) => Math.max(softcap, score),
};

/** A softcap with any C, as tanh or clipped. */
export const cappedAnywhere: KernelMistake = capping({
  ...CAPPED_OTHERWISE,
  *variants(given) {
    for (const [how, cap] of Object.entries(CAPS)) {
      const at = (task: Task, row: number, softcap: number) =>
        scoresBy((product, bias, { scale }) => cap({ softcap }, product * scale) + bias, task, row);
      yield* withNumber(given, USUAL_CAP, at, (softcap) => ({ how, softcap }));
    }
  },
});

/** The centre of the search for what masked scores got. */
const USUAL_FILL = 8;

/** Masked scores that got any number, or to which it was added. */
export const filledAnywhere: KernelMistake = {
  ...maskFiniteFill,
  *variants(given) {
    for (const how of ["fill", "added"] as const) {
      const at = (task: Task, row: number, number: number) => {
        const unmasked = unmaskedScores(task, row);
        return scoresOfRow(task, row).map((score, j) =>
          score === Number.NEGATIVE_INFINITY ? number + (how === "added" ? unmasked[j] : 0) : score,
        );
      };
      yield* withNumber(given, USUAL_FILL, at, (number) => ({ [how]: number }));
    }
  },
};

/** A bias that was multiplied by any factor. */
export const biasScaled: KernelMistake = {
  id: "bias-scaled",
  isFree: true,
  step: "biased-scores",
  title: "The bias, or the slopes of ALiBi, were multiplied by a factor.",
  formula: "s + b",
  fix: "Look at what the bias is multiplied by (1/√d, log₂ e), and from which head the slopes begin: other heads have others.",
  isPossible: everyTask(({ bias, sink }) => bias && sink === undefined),
  variants: (given) =>
    withNumber(
      given,
      1,
      (task, row, factor) => {
        const { bias } = task;
        const scores = scoresOfRow({ ...task, bias: undefined }, row);
        return bias ? scores.map((score, j) => score + factor * cellFor(bias, row, j)) : scores;
      },
      (factor) => ({ factor }),
    ),
};

/** The centre of the search for a slope of ALiBi. */
const USUAL_SLOPE = 1 / 16;

/** Returns the scores of a row minus a slope times the distance to each key. The last query is at the last key. */
function sloped(task: Task, row: number, slope: number): Float64Array {
  const place = row + task.key.rows - task.query.rows;
  return scoresOfRow(task, row).map((score, j) => score - slope * Math.abs(place - j));
}

/**
 * Finds the key whose changed weight brings a wrong row closest to the dump, and what was added to its score. With the
 * dumped row o′ and f = e^(what was added): Z (o′ − o) = (f − 1) p_j (v_j − o′).
 */
function heaviestKey(dump: Dump): { readonly key: number; readonly more: number } | undefined {
  const { task, row, got } = lastWrongRow(dump);
  const { cols, data } = task.value;
  const { powers, sum } = powersOf(scoresOfRow(task, row));
  const features = Math.min(FEATURES, cols);
  const off = Float64Array.from({ length: features }, (_, c) => got[c] * sum - weighedIn(task, powers, c));
  const pull = (j: number) => off.map((_, c) => powers[j] * (data[j * cols + c] - got[c]));
  const [key] = leastOf(
    indicesWhere(powers.length, (j) => powers[j] > 0),
    1,
    (j, limit) => {
      const own = pull(j);
      const factor = factorBetween(off, own);
      return distanceTo(off, features, (c) => factor * own[c], limit);
    },
  );
  const more = key === undefined ? Number.NaN : Math.log(1 + factorBetween(off, pull(key)));
  return Number.isFinite(more) ? { key, more: Number(more.toPrecision(DIGITS)) } : undefined;
}

/** The mistake that is tried if no convention explains the scores: something extra was added to them. */
export const biasSurplus: KernelMistake = {
  id: "bias-surplus",
  isFree: true,
  step: "biased-scores",
  title: "Something extra was added to the scores: a slope times the distance, or a number at one key.",
  formula: "s_ij = q_i · k_j / √d_k, and nothing else",
  fix: "Remove the bias (ALiBi, relative positions, a sink at the first key), or give it as an input.",
  *variants(given) {
    const { length: heads } = given.tasks;
    yield withScores((task, row) => sloped(task, row, usualSlope(task.head, heads)), { slope: "ALiBi's" });
    yield* withNumber(given, USUAL_SLOPE, sloped, (slope) => ({ slope }));
    const heaviest = given.dump && heaviestKey(given.dump);
    if (!heaviest) return;
    const { key, more } = heaviest;
    yield eachScore((score, j) => (j === key ? score + more : score), { key, added: more });
  },
};

/** Finds the minimum of a function between two places by golden section (Kiefer 1953). */
function leastBetween(low: number, high: number, of: (place: number) => number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  for (let round = 0; round < ROUNDS; round++) {
    const [left, right] = [b - golden * (b - a), a + golden * (b - a)];
    if (of(left) < of(right)) b = right;
    else a = left;
  }
  return (a + b) / 2;
}
