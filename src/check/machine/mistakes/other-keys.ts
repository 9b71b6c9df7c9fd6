import { rowOf } from "../../../math/matrix.js";
import { MASK_FORMULA } from "../../mistakes/masks.js";
import { bestRange, ruleOf } from "../keys-used.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { indicesWhere, spread } from "../where.js";
import {
  type Dump,
  type KernelMistake,
  type Parameters,
  type Variant,
  withScores,
} from "./kernel-mistake.js";
import { overKeys } from "./ranges.js";
import { distanceTo, FEATURES } from "./sums.js";

// Which keys wrong rows were made of, read off: a range of them, or the strongest.

const MOST_READ = 6;

/** A row that is this share of its squares away from every range is made of none, in whatever precision. */
const FAR_OFF = 0.02;

/** A range that is fitted to few numbers fits them anyway. */
const FEWEST_COLUMNS = 4;

/** What is tried when no other mask gives an answer: the ranges, or the strongest keys, that a few rows show, where they follow a rule. */
export const otherKeysAttended: KernelMistake = {
  id: "other-keys-attended",
  step: "masked-scores",
  formula: MASK_FORMULA,
  title: "The rows are made of other keys than they may attend to.",
  fix: "Compare the keys that were used with the mask that is meant: an offset, a window or a length differs.",
  *variants({ dump }) {
    if (!dump || dump.got.cols < FEWEST_COLUMNS) return;
    const ranges = readOff(dump, bestRange);
    const shown = ranges.map(({ row, found }) => ({ row, range: found }));
    const rule = shown.length > 0 ? ruleOf(shown, dump.task.key.rows) : undefined;
    if (rule) yield inWrongRows(dump, overKeys(rule.rangeOf, { keys: rule.text }));
    const strongest = readOff(dump, nearestStrongest);
    const [first] = strongest;
    if (!first) return;
    const { count } = first.found;
    if (strongest.every(({ found }) => found.count === count))
      yield inWrongRows(
        dump,
        overStrongest((at) => at < count, { keys: `the ${count} strongest` }),
      );
    const least = Math.min(...strongest.map(({ found }) => found.kept));
    const most = Math.max(...strongest.map(({ found }) => found.dropped));
    const weight = Number(((least + most) / 2).toPrecision(2));
    if (weight > most && weight <= least)
      yield inWrongRows(
        dump,
        overStrongest((_, own) => own >= weight, { keys: `those that weigh ${weight} or more` }),
      );
  },
};

/** What a few wrong rows show, where each shows it: two rows at least. */
function readOff<Found extends { readonly off: number }>(
  { task, got, wrongRows }: Dump,
  read: (task: Task, row: number, got: Float64Array) => Found | undefined,
) {
  const all: { readonly row: number; readonly found: Found }[] = [];
  for (const row of spread(wrongRows, MOST_READ)) {
    const found = read(task, row, rowOf(got, row));
    if (found && !(found.off <= FAR_OFF)) return [];
    if (found) all.push({ row, found });
  }
  return all.length > 1 ? all : [];
}

/** Rows that are right stay as they are: a rule of the wrong ones need not hold there. */
function inWrongRows({ wrongRows }: Dump, { parameters, make }: Variant): Variant {
  const wrong = new Set(wrongRows);
  return { parameters, make: (task, row) => (wrong.has(row) ? make(task, row) : makeRow(task, row)) };
}

/** The keys of a row, the strongest first. */
const byStrength = (powers: Float64Array) =>
  indicesWhere(powers.length, (j) => powers[j] > 0).sort((a, b) => powers[b] - powers[a]);

/** How many of the strongest keys bring a row nearest to an output, what the last of them weighs among all, and what the next one. */
function nearestStrongest(task: Task, row: number, got: Float64Array) {
  const { powers, sum } = powersOf(scoresOfRow(task, row));
  const order = byStrength(powers);
  const features = Math.min(FEATURES, got.length);
  const weighed = new Float64Array(features);
  let [total, best] = [0, { count: 0, off: Number.POSITIVE_INFINITY }];
  for (const [at, j] of order.entries()) {
    total += powers[j];
    for (let c = 0; c < features; c++) weighed[c] += powers[j] * task.value.data[j * task.value.cols + c];
    const off = distanceTo(got, features, (c) => weighed[c] / total, best.off);
    if (off < best.off) best = { count: at + 1, off };
  }
  const squares = got.subarray(0, features).reduce((all, value) => all + value ** 2, 0);
  const weight = (at: number) => (powers[order[at]] ?? 0) / sum;
  return { ...best, off: best.off / squares, kept: weight(best.count - 1), dropped: weight(best.count) };
}

/** A row over its strongest keys, told by their number in that order and by what they weigh among all. */
const overStrongest = (isKept: (at: number, weight: number) => boolean, parameters: Parameters): Variant =>
  withScores((task, row) => {
    const scores = scoresOfRow(task, row);
    const { powers, sum } = powersOf(scores);
    const kept = new Set(byStrength(powers).filter((j, at) => isKept(at, powers[j] / sum)));
    return scores.map((score, j) => (kept.has(j) ? score : Number.NEGATIVE_INFINITY));
  }, parameters);
