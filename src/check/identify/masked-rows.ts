import { type Answers, cellOf, sharesOf, weightsOf } from "./answers.js";
import { allows, allowsMasked, isEmptyRow, type Pattern, type Polarity } from "./attended-keys.js";
import { constantOf, type Scoring, type Slack, scoreOf } from "./fit.js";
import { EMPTY_ROW, FULL_ROW, PROBE } from "./probe.js";
import { kvHeadFor, productsOf } from "./products.js";
import { ALL_HEADS, type Hypothesis, type Observations } from "./scoring.js";

// Finds what a kernel does with masked scores and with rows that attend to no key, and which form its log-sum-exp has.

const { queries, keys } = PROBE;

export type EmptyRow = "zero" | "nan" | "uniform" | "other";
export type LogSumExpBase = "e" | "2" | "negated" | "without the maximum" | "other";

export interface FittedObservations extends Observations {
  readonly hypothesis: Hypothesis | undefined;
  readonly scoring: Scoring | undefined;
  readonly slack: Slack;
}

/** Computes the score that masked cells have: the mean over the rows in which they can be seen. */
export function fillOf({
  masked,
  pattern,
  polarity,
  least,
  hypothesis,
  scoring,
  slack,
}: FittedObservations): number | undefined {
  if (!masked || !polarity || !hypothesis || !scoring) return undefined;
  let [sum, count] = [0, 0];
  for (const head of ALL_HEADS) {
    const products = productsOf(head, kvHeadFor(head, hypothesis.grouping), hypothesis.rotation);
    for (let i = 0; i < queries; i++) {
      const weights = sharesOf(masked, head, i);
      const seen = Array.from(weights.keys()).filter((j) => weights[j] >= least);
      const open = seen.filter((j) => allowsMasked(pattern, polarity, i, j));
      const out = seen.filter((j) => !open.includes(j));
      if (open.length < 2 || out.length === 0) continue;
      const scores = Float64Array.from(open, (j) => scoreOf(scoring, products[i * keys + j]));
      const logs = Float64Array.from(open, (j) => Math.log(weights[j]));
      const sizes = Float64Array.from(open, () => 0);
      const { constant } = constantOf(scores, { logs, sizes, scale: scoring.scale }, slack);
      sum += Math.log(weights[out[0]]) - constant;
      count++;
    }
  }
  return count === 0 ? undefined : sum / count;
}

/** Reads off what a row contains that may attend to no key. */
export function emptyRowOf(masked: Answers, pattern: Pattern, polarity: Polarity): EmptyRow | undefined {
  const row = [EMPTY_ROW, FULL_ROW].find((one) => isEmptyRow(pattern, polarity, one));
  if (row === undefined) return undefined;
  const cells = ALL_HEADS.flatMap((head) =>
    Array.from({ length: keys }, (_, j) => cellOf(masked, head, row, j)),
  );
  if (cells.every(Number.isNaN)) return "nan";
  if (cells.every((cell) => cell === 0)) return "zero";
  const weights = ALL_HEADS.flatMap((head) => Array.from(weightsOf(masked, head, row)));
  return weights.every((weight) => Math.abs(weight * keys - 1) < UNIFORM) ? "uniform" : "other";
}

const UNIFORM = 0.02;

/** Finds the form of the log-sum-exp: base e or 2, negated, or without the maximum. */
export function baseOf(
  { plain, pattern, hypothesis, scoring, slack }: FittedObservations,
  fill: number | undefined,
  sinks?: readonly number[],
): LogSumExpBase {
  const { logSumExp } = plain;
  if (!logSumExp || !hypothesis || !scoring) return "other";
  const made = ALL_HEADS.flatMap((head) => {
    const { grouping, rotation, isNormed } = hypothesis;
    const products = productsOf(head, kvHeadFor(head, grouping), rotation, isNormed);
    const sink = sinks?.[head] ?? Number.NEGATIVE_INFINITY;
    return Array.from({ length: queries }, (_, i) => {
      const scores = Array.from({ length: keys }, (_cell, j) =>
        allows(pattern, i, j) ? scoreOf(scoring, products[i * keys + j]) : (fill ?? Number.NEGATIVE_INFINITY),
      );
      const most = Math.max(...scores);
      const powers = [...scores, sink].map((score) => Math.exp(score - most));
      return { most, rest: Math.log(powers.reduce((sum, power) => sum + power, 0)) };
    });
  });
  const forms: Readonly<Record<Exclude<LogSumExpBase, "other">, (row: (typeof made)[number]) => number>> = {
    e: ({ most, rest }) => most + rest,
    2: ({ most, rest }) => (most + rest) * Math.LOG2E,
    negated: ({ most, rest }) => -(most + rest),
    "without the maximum": ({ rest }) => rest,
  };
  const near = (form: (row: (typeof made)[number]) => number) =>
    made.every((row, at) => {
      const right = form(row);
      return (
        Math.abs(logSumExp[at] - right) <=
        2 * (slack.own + slack.relative * (Math.abs(row.most) + Math.abs(right)))
      );
    });
  const names = Object.keys(forms) as (keyof typeof forms)[];
  return names.find((name) => near(forms[name])) ?? "other";
}
