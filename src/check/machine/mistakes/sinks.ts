import { greatest, sumOver } from "../../../math/lists.js";
import type { Powers } from "../row-scores.js";
import { over, type Weighting } from "../rows.js";
import type { Task } from "../task.js";
import { indicesWhere } from "../where.js";
import {
  eachScore,
  everyTask,
  kernelMistakes,
  otherAttentions,
  type Parameters,
  type SearchContext,
  withWeighting,
} from "./kernel-mistake.js";
import { tilesBelow } from "./online.js";
import { NUMBERS_OF_PARTS } from "./splits.js";

// Mistakes with attention sinks: left out, counted wrongly, or applied to values. A sink is the last key of a head; its
// value is zeros.

const hasSinks = everyTask(({ sink }) => sink !== undefined);

const logitOf = ({ sink = 0 }: Task): number => sink;

/** Makes a variant with another logit of the sink. */
const withSink = (logit: (task: Task, row: number) => number, parameters?: Parameters) =>
  eachScore((score, key, row, task) => (key === task.key.rows - 1 ? logit(task, row) : score), parameters);

/** Makes a variant that replaces the sink's term in the sum, from its power and the powers of the row. */
const overOther = (
  sink: (power: number, powers: Powers, row: number, task: Task) => number,
  parameters: Parameters,
) =>
  withWeighting((_, own, row, task) => {
    const { powers, sum } = own;
    const last = powers.length - 1;
    const weights = over(powers, sum - powers[last] + sink(powers[last], own, row, task));
    weights[last] = 0;
    return weights;
  }, parameters);

/** Keys to which kernels give the weight of the sink, by description: among those that the row sees, or among all. */
const RECEIVERS: Readonly<Record<string, (open: readonly number[], sink: number) => readonly number[]>> = {
  "to every key": (open) => open,
  "to the first key": (open) => open.slice(0, 1),
  "to the last key": (open) => open.slice(-1),
  "to the last key of all": (_, sink) => [sink - 1],
};

/** Gives the weight of the sink to the values of keys. */
const givenTo = (receivers: (typeof RECEIVERS)[string]): Weighting => {
  return (scores, { powers, sum }) => {
    const sink = powers.length - 1;
    const made = powers.slice();
    made[sink] = 0;
    const open = indicesWhere(sink, (j) => scores[j] !== Number.NEGATIVE_INFINITY);
    for (const j of receivers(open, sink)) made[j] += powers[sink];
    return over(made, sum);
  };
};

/** Returns the number of tiles of a row, up to the last key that it may attend to. */
const countTiles = ({ blocked, key }: Task, row: number, tile: number): number => {
  const keys = blocked ? blocked.high[row] : key.rows - 1;
  return Math.max(1, Math.ceil(keys / tile));
};

/** Makes a variant that counts the sink several times: once in each part of a split row. */
const repeated = (times: number) => overOther((power) => times * power, { times });

/** Makes variants that count the sink once per tile. */
const inEveryTile = ({ tasks: [{ key }] }: SearchContext) =>
  tilesBelow(key.rows - 1).map((tile) =>
    overOther((power, _, row, task) => power * countTiles(task, row, tile), { tile }),
  );

/** Yields variants in which heads use another head's sink, or the mean of all sinks. */
function* ofOthers(given: SearchContext) {
  const sinks = given.tasks.map(logitOf);
  for (const { parameters, of } of otherAttentions(given))
    yield withSink((task) => logitOf(of(task)), parameters);
  yield withSink((_, row) => sinks[row % sinks.length], { of: "the row's number modulo the heads" });
  const mean = sumOver(sinks) / sinks.length;
  yield withSink(() => mean, { of: "the mean of all" });
}

const weighing = kernelMistakes("weights", "α_ij = e^(s_ij) / (Σ_j e^(s_ij) + e^sink)", hasSinks);

export const SINKS = [
  weighing({
    id: "sink-missing",
    title: "The attention sink was left out of the sum.",
    fix: "Add e^(sink − maximum) of the head to the sum of each row.",
    variants: () => [withSink(() => Number.NEGATIVE_INFINITY)],
  }),
  weighing({
    id: "sink-in-numerator",
    title: "The weight of the attention sink was applied to values, but a sink has no value.",
    fix: "Add the sink only to the sum of the row, not to the factors of the values.",
    variants: () => Object.entries(RECEIVERS).map(([added, to]) => withWeighting(givenTo(to), { added })),
  }),
  weighing({
    id: "sink-scaled",
    title: "The attention sink was multiplied by a factor that belongs only to scores.",
    fix: "A sink is a logit: do not scale it. In base 2, multiply it by log₂ e.",
    variants: () => [
      withSink((task) => logitOf(task) * task.scale, { by: "the scale" }),
      withSink((task) => logitOf(task) / task.scale, { by: "1 / the scale" }),
      withSink((task) => logitOf(task) * Math.LN2, { by: "ln 2" }),
      withSink((task) => logitOf(task) * Math.LOG2E, { by: "log₂ e" }),
      withSink((task) => logitOf(task) * task.scale * Math.LN2, { by: "the scale · ln 2" }),
      withSink((task) => -logitOf(task), { by: -1 }),
      withSink(() => 0, { by: 0 }),
    ],
  }),
  weighing({
    id: "sink-repeated",
    title: "The attention sink was counted more than once.",
    fix: "Add the sink of a head to the sum of a row once: only in the first tile or split, or when all are combined.",
    variants: (given) => [repeated(2), ...inEveryTile(given), ...NUMBERS_OF_PARTS.map(repeated)],
  }),
  weighing({
    id: "sink-unshifted",
    title: "The row maximum was subtracted from the scores, but not from the attention sink.",
    fix: "Add e^(sink − maximum), with the maximum that is subtracted from the scores.",
    // The exponentials of the keys subtract the maximum of the keys, or that of the keys and the sink. The exponential of
    // the sink does not.
    variants: () => [
      overOther(
        (power, { powers, maximum }) => power * Math.exp(maximum) * greatest(powers.subarray(0, -1)),
        { maximum: "of the keys" },
      ),
      overOther((power, { maximum }) => power * Math.exp(maximum), { maximum: "of the keys and the sink" }),
    ],
  }),
  weighing({
    id: "sink-without-exponential",
    title: "The attention sink was added to the sum as it is, without e^.",
    fix: "A sink is a logit: add e^(sink − maximum) to the sum of each row.",
    variants: () => [
      overOther((_, { powers }, _row, task) => logitOf(task) * greatest(powers.subarray(0, -1)), {
        maximum: "of the keys",
      }),
      overOther((_, _own, _row, task) => logitOf(task), { maximum: "of the keys and the sink" }),
    ],
  }),
  weighing({
    id: "sink-of-other-head",
    title: "A head read the attention sink of another head.",
    fix: "Each query head has its own sink: read it by the index of the query head.",
    isPossible: ({ tasks }) => new Set(tasks.map(({ sink }) => sink)).size > 1,
    variants: ofOthers,
  }),
];
