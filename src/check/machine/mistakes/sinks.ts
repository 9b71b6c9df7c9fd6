import { scoresOfRow } from "../row-scores.js";
import type { Weighting } from "../rows.js";
import type { Task } from "../task.js";
import {
  type KernelMistake,
  kernelMistakes,
  type Parameters,
  type SearchContext,
  type Variant,
  withScores,
  withWeighting,
} from "./kernel-mistake.js";

// Mistakes with attention sinks: left out, counted wrongly, or applied to values. A sink is the last key of a head; its
// value is zeros.

const hasSinks = ({ tasks }: SearchContext) => tasks.every(({ sink }) => sink !== undefined);

const logitOf = ({ sink = 0 }: Task): number => sink;

/** Makes a variant with another logit of the sink. */
const withSink = (logit: (task: Task, row: number) => number, parameters?: Parameters): Variant =>
  withScores((task, row) => {
    const scores = scoresOfRow(task, row);
    scores[scores.length - 1] = logit(task, row);
    return scores;
  }, parameters);

/**
 * Makes a variant that replaces the sink's term in the sum. The new term depends on the sink's power, the row maximum
 * and the row.
 */
const overOther = (
  sink: (power: number, row: { readonly maximum: number; readonly at: number }) => number,
  parameters?: Parameters,
): Variant =>
  withWeighting((_, { powers, sum, maximum }, at) => {
    const sinkPower = powers[powers.length - 1];
    const total = sum - sinkPower + sink(sinkPower, { maximum, at });
    return powers.map((power, j) => (j === powers.length - 1 ? 0 : power / total));
  }, parameters);

/** Gives the weight of the sink to keys: `share` returns the part of each key. */
const givenTo = (share: (key: number, open: readonly number[]) => number): Weighting => {
  return (scores, { powers, sum }) => {
    const last = powers.length - 1;
    const isOpen = (j: number) => j < last && scores[j] !== Number.NEGATIVE_INFINITY;
    const open = Array.from(scores.keys()).filter(isOpen);
    return powers.map((power, j) => (isOpen(j) ? (power + powers[last] * share(j, open)) / sum : 0));
  };
};

/** Tile sizes of kernels that sum the keys tile by tile. */
const TILES = [16, 32, 64, 128, 256];

/** Returns the number of tiles of a row, up to the last key that it may attend to. */
const countTiles = ({ blocked, key }: Task, row: number, tile: number): number => {
  const keys = blocked ? blocked.high[row] : key.rows - 1;
  return Math.max(1, Math.ceil(keys / tile));
};

/** Yields variants that count the sink once per tile. */
function* inEveryTile({ tasks: [task] }: SearchContext): Generator<Variant> {
  for (const tile of TILES) {
    if (tile >= task.key.rows - 1) continue;
    yield {
      parameters: { tile },
      make: (own, row) => overOther((power) => power * countTiles(own, row, tile), {}).make(own, row),
    };
  }
}

/** Yields variants in which heads use another head's sink, or the mean of all sinks. */
function* ofOthers({ tasks }: SearchContext): Generator<Variant> {
  const sinks = tasks.map(logitOf);
  yield withSink(({ head }) => sinks[sinks.length - 1 - head], { order: "reversed" });
  yield withSink((_, row) => sinks[row % sinks.length], { of: "the row's number modulo the heads" });
  const mean = sinks.reduce((sum, sink) => sum + sink, 0) / sinks.length;
  yield withSink(() => mean, { of: "the mean of all" });
  for (const head of sinks.keys()) yield withSink(() => sinks[head], { head });
}

const weighing = kernelMistakes("weights", "α_ij = e^(s_ij) / (Σ_j e^(s_ij) + e^sink)", hasSinks);

export const SINKS: readonly KernelMistake[] = [
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
    variants: () => [
      withWeighting(
        givenTo(() => 1),
        { added: "to every key" },
      ),
      withWeighting(
        givenTo((key, [first]) => (key === first ? 1 : 0)),
        { added: "to the first key" },
      ),
      withWeighting(
        givenTo((key, open) => (key === open[open.length - 1] ? 1 : 0)),
        { added: "to the last key" },
      ),
    ],
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
    variants: (given) => [overOther((power) => 2 * power, { times: 2 }), ...inEveryTile(given)],
  }),
  weighing({
    id: "sink-unshifted",
    title: "The row maximum was subtracted from the scores, but not from the attention sink.",
    fix: "Add e^(sink − maximum), with the maximum that is subtracted from the scores.",
    variants: () => {
      const power = (task: Task) => Math.exp(logitOf(task));
      return [
        // The exponentials of the keys subtract the maximum of the keys, or that of the keys and the sink. The
        // exponential of the sink does not.
        {
          parameters: { maximum: "of the keys" },
          make: (task, row) => {
            const scores = scoresOfRow(task, row);
            const most = scores.subarray(0, -1).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
            return overOther((_, { maximum }) => power(task) * Math.exp(most - maximum), {}).make(task, row);
          },
        },
        {
          parameters: { maximum: "of the keys and the sink" },
          make: (task, row) => overOther(() => power(task), {}).make(task, row),
        },
      ];
    },
  }),
  weighing({
    id: "sink-of-other-head",
    title: "A head read the attention sink of another head.",
    fix: "Each query head has its own sink: read it by the index of the query head.",
    isPossible: ({ tasks }) => new Set(tasks.map(({ sink }) => sink)).size > 1,
    variants: ofOthers,
  }),
];
