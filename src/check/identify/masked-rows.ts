import { sumOver } from "../../math/lists.js";
import { type Answers, cellOf, weightsOf } from "./answers.js";
import { allows, allowsMasked, isEmptyRow, type Pattern, type Polarity } from "./attended-keys.js";
import { constantOf, type Scoring, type Slack, scoreOf } from "./fit.js";
import { EMPTY_ROW, FULL_ROW, HEADS, KEYS, QUERIES } from "./probe.js";
import { kvHeadFor, productsOf } from "./products.js";
import { type Hypothesis, type Observations, rowOf } from "./scoring.js";

// Finds what a kernel does with masked scores and with rows that attend to no key, and which form its log-sum-exp has.

export type EmptyRow = "zero" | "nan" | "uniform" | "other";
export type KnownBase = "e" | "2" | "negated" | "without the maximum";
export type LogSumExpBase = KnownBase | "other";

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
  const fills = HEADS.flatMap((head) =>
    QUERIES.flatMap((i) => {
      const isOpen = (j: number) => allowsMasked(pattern, polarity, i, j);
      const cells = { head, i, least };
      const open = rowOf(masked, hypothesis, { ...cells, isMeant: isOpen });
      const out = rowOf(masked, hypothesis, { ...cells, isMeant: (j) => !isOpen(j) });
      if (open.logs.length < 2 || out.logs.length === 0) return [];
      const scores = open.products.map((product) => scoreOf(scoring, product));
      return [out.logs[0] - constantOf(scores, { ...open, scale: scoring.scale }, slack).constant];
    }),
  );
  return fills.length === 0 ? undefined : sumOver(fills) / fills.length;
}

/** Reads off what a row contains that may attend to no key. */
export function emptyRowOf(masked: Answers, pattern: Pattern, polarity: Polarity): EmptyRow | undefined {
  const row = [EMPTY_ROW, FULL_ROW].find((one) => isEmptyRow(pattern, polarity, one));
  if (row === undefined) return undefined;
  const cells = HEADS.flatMap((head) => KEYS.map((j) => cellOf(masked, head, row, j)));
  if (cells.every(Number.isNaN)) return "nan";
  if (cells.every((cell) => cell === 0)) return "zero";
  const weights = HEADS.flatMap((head) => Array.from(weightsOf(masked, head, row)));
  return weights.every((weight) => Math.abs(weight * KEYS.length - 1) < UNIFORM) ? "uniform" : "other";
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
  const made = HEADS.flatMap((head) => {
    const { grouping, rotation, isNormed } = hypothesis;
    const products = productsOf(head, kvHeadFor(head, grouping), rotation, isNormed);
    const sink = sinks?.[head] ?? Number.NEGATIVE_INFINITY;
    return QUERIES.map((i) => {
      const scores = KEYS.map((j) =>
        allows(pattern, i, j)
          ? scoreOf(scoring, products[i * KEYS.length + j])
          : (fill ?? Number.NEGATIVE_INFINITY),
      );
      const most = Math.max(...scores);
      return { most, rest: Math.log(sumOver([...scores, sink], (score) => Math.exp(score - most))) };
    });
  });
  const isNear = (name: KnownBase) =>
    made.every(({ most, rest }, at) => {
      const right = LOG_SUM_EXPS[name](most, rest);
      const allowed = slack.own + slack.relative * (Math.abs(most) + Math.abs(right));
      return Math.abs(logSumExp[at] - right) <= 2 * allowed;
    });
  return (["e", "2", "negated", "without the maximum"] as const).find(isNear) ?? "other";
}

/** The forms of a log-sum-exp, from the largest score and the logarithm of Σ e^(s − maximum). */
export const LOG_SUM_EXPS: Readonly<Record<KnownBase, (most: number, rest: number) => number>> = {
  e: (most, rest) => most + rest,
  2: (most, rest) => (most + rest) * Math.LOG2E,
  negated: (most, rest) => -(most + rest),
  "without the maximum": (_, rest) => rest,
};
