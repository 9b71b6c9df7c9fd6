import { type Answers, shortestHolding } from "./answers.js";
import {
  filledPattern,
  isFilled,
  NO_PATTERN,
  type Pattern,
  type Polarity,
  patternOf,
  polarityOf,
} from "./attended-keys.js";
import { type Explained, explainAnswers } from "./explained.js";
import type { Scoring } from "./fit.js";
import { baseOf, type EmptyRow, emptyRowOf, fillOf, type LogSumExpBase } from "./masked-rows.js";
import type { Grouping, Rotation } from "./products.js";
import type { Conventions } from "./replay.js";
import {
  collectRows,
  type Found,
  findScoring,
  type Hypothesis,
  leastWeightOf,
  nameOf,
  PRECISIONS,
  readsSameValue,
  type SCALES,
  type Ties,
} from "./scoring.js";
import { sinksIn } from "./sinks.js";

/** The conventions of a kernel, as its answers to the probe show them. Undefined: the answers do not show it. */
export interface Identified extends Pick<Explained, "compared" | "misfit" | "isKeptFiner" | "sinks"> {
  /** The type that the weights are rounded to. */
  readonly precision: "float32" | "float16" | "bfloat16";
  readonly grouping: Grouping | undefined;
  /** Whether a head reads its keys and its values from different kv heads. */
  readonly isValueApart: boolean;
  readonly rotation: Rotation | undefined;
  /** Whether queries and keys are divided by their root mean squares. */
  readonly isNormed: boolean;
  readonly scoring: Scoring | undefined;
  /** The name of the scale. Undefined if it has none. */
  readonly scale: (typeof SCALES)[number] | undefined;
  readonly pattern: Pattern | undefined;
  readonly polarity: Polarity | undefined;
  /** The score of masked cells. Undefined if it is −∞. */
  readonly fill: number | undefined;
  readonly emptyRow: EmptyRow | undefined;
  readonly logSumExp: LogSumExpBase | undefined;
  readonly ties: Ties;
}

/** Finds the conventions of a kernel from its answers to the two problems of the probe. */
export function identify(plain: Answers, masked?: Answers): Identified {
  const isSoft = masked !== undefined && isFilled(masked);
  const found = isSoft ? filledPattern(plain, masked) : findPattern(plain, masked);
  const { pattern, polarity } = found;
  const observations = {
    plain,
    masked,
    pattern: pattern ?? NO_PATTERN,
    polarity,
    least: leastWeightOf(plain),
  };
  const rowsFor = (hypothesis: Hypothesis, among: readonly number[]) =>
    collectRows(observations, hypothesis, among);
  const { best, ties } = findScoring(rowsFor, plain);
  const { precision = PRECISIONS[2], hypothesis, scoring }: Partial<Found> = best ?? {};
  const context = { ...observations, hypothesis, scoring, slack: precision.slack };
  const fill = isSoft ? fillOf(context) : undefined;
  const observed = {
    precision: shortestHolding(plain.output) ?? precision.name,
    pattern,
    polarity,
    fill,
    emptyRow: masked && polarity !== undefined && pattern ? emptyRowOf(masked, pattern, polarity) : undefined,
    logSumExp: plain.logSumExp && best ? baseOf(context, fill) : undefined,
  };
  const conventions = hypothesis && scoring && pattern && { ...observed, hypothesis, scoring, pattern };
  const without = conventions && explainAnswers(conventions, plain, masked);
  const sunk = without?.misfit && conventions && explainBySinks(conventions, context, plain, masked);
  const explained = sunk ?? without;
  return {
    ...observed,
    ...(sunk && { logSumExp: sunk.logSumExp }),
    scoring: scoring && { scale: scoring.scale, softcap: scoring.softcap },
    ...(explained ?? { compared: [], misfit: undefined, isKeptFiner: false, sinks: undefined }),
    grouping: hypothesis?.grouping,
    isValueApart: hypothesis !== undefined && !readsSameValue(plain, hypothesis.grouping),
    rotation: hypothesis?.rotation,
    isNormed: hypothesis?.isNormed === true,
    scale: scoring && nameOf(scoring),
    ties,
  };
}

/**
 * Tries to explain the answers by attention sinks, with and without the sinks in the log-sum-exp. Returns undefined if
 * that does not explain them.
 */
function explainBySinks(
  conventions: Conventions,
  context: Parameters<typeof baseOf>[0],
  plain: Answers,
  masked: Answers | undefined,
): (Explained & Pick<Conventions, "logSumExp">) | undefined {
  const sinks = sinksIn(conventions, plain);
  if (!sinks) return undefined;
  for (const areSinksSummed of [true, false]) {
    const base = plain.logSumExp && baseOf(context, conventions.fill, areSinksSummed ? sinks : undefined);
    const logSumExp = base === "other" && areSinksSummed ? undefined : base;
    if (plain.logSumExp && logSumExp === undefined) continue;
    const explained = explainAnswers({ ...conventions, sinks, areSinksSummed, logSumExp }, plain, masked);
    if (explained.misfit === undefined) return { ...explained, logSumExp };
  }
  return undefined;
}

function findPattern(plain: Answers, masked: Answers | undefined) {
  const pattern = patternOf(plain);
  return { pattern, polarity: masked && pattern ? polarityOf(masked, pattern) : undefined };
}

export type { EmptyRow, LogSumExpBase } from "./masked-rows.js";
export type { Misfit } from "./misfit.js";
export { SCALES } from "./scoring.js";
