import { FLOAT_TYPES, holds } from "../machine/float-types.js";
import { type Answers, cellOf, valueFactor, weightsOf } from "./answers.js";
import {
  constantOf,
  type Fitted,
  fitBoth,
  fitScale,
  fitSoftcap,
  misfit,
  type Row,
  type Scoring,
  type Slack,
  scoreOf,
} from "./fit.js";
import { EMPTY_ROW, FULL_ROW, numberOfValue, PROBE, SMALL_HEADS } from "./probe.js";
import {
  type Grouping,
  kvHeadFor,
  NO_ROTATION,
  productsOf,
  ROTATIONS,
  type Rotation,
  sizesOf,
} from "./products.js";
import {
  allows,
  allowsMasked,
  filledPattern,
  isEmptyRow,
  isFilled,
  NO_PATTERN,
  type Pattern,
  type Polarity,
  patternOf,
  polarityOf,
} from "./seen.js";

const { heads, queries, keys, size } = PROBE;

/** The scales that kernels use, by how qkv writes them; what is said of those that are not the usual one. */
export const SCALES = [
  { text: "1/sqrt(d_k)", value: 1 / Math.sqrt(size), note: "" },
  {
    text: `1/sqrt(${heads * size})`,
    value: 1 / Math.sqrt(heads * size),
    note: "the square root of d_model = heads · d_k",
  },
  { text: "1/d_k", value: 1 / size, note: "" },
  { text: "none", value: 1, note: "scores are not scaled" },
  {
    text: "ln(2)/sqrt(d_k)",
    value: Math.LN2 / Math.sqrt(size),
    note: "2^s of scores that were not multiplied by log₂ e",
  },
  {
    text: "1/(ln(2)*sqrt(d_k))",
    value: Math.LOG2E / Math.sqrt(size),
    note: "e^s of scores that were multiplied by log₂ e",
  },
] as const;

export type EmptyRow = "zero" | "nan" | "uniform" | "other";
export type LogSumExpBase = "e" | "2" | "negated" | "without the maximum" | "other";

/** How a kernel works, as its answers to the probe show it. What is undefined could not be told. */
export interface Identified {
  /** The type whose roundings its weights show. */
  readonly precision: "float32" | "float16" | "bfloat16";
  readonly grouping: Grouping | undefined;
  /** Whether keys and values are those of different kv heads. */
  readonly isValueApart: boolean;
  readonly rotation: Rotation | undefined;
  readonly scoring: Scoring | undefined;
  /** The scale by its name, where it has one. */
  readonly scale: (typeof SCALES)[number] | undefined;
  readonly pattern: Pattern | undefined;
  readonly polarity: Polarity | undefined;
  /** What masked scores become, where that is no −∞. */
  readonly fill: number | undefined;
  readonly emptyRow: EmptyRow | undefined;
  readonly logSumExp: LogSumExpBase | undefined;
  /** What fits as well: pairs of a convention and what it might be, too. */
  readonly ties: readonly (readonly [convention: string, other: string])[];
}

/** Roundings that weights show, from fine to coarse. */
const PRECISIONS = [
  { name: "float32", slack: { own: 3e-4, relative: 2e-5 } },
  { name: "float16", slack: { own: 4e-3, relative: 3e-3 } },
  { name: "bfloat16", slack: { own: 0.03, relative: 0.02 } },
] as const;

/** Weights below it are subnormal numbers, which have few bits. */
const LEAST_WEIGHT = 1e-36;

/** Finds the conventions of a kernel from what it made of the two problems of the probe. */
export function identify(plain: Answers, masked?: Answers): Identified {
  const isSoft = masked !== undefined ? isFilled(masked) : false;
  const found = isSoft ? filledPattern(plain, masked) : findPattern(plain, masked);
  const { pattern, polarity } = found;
  const rowsFor = (hypothesis: Hypothesis, among: readonly number[]) =>
    collectRows({ plain, masked, pattern: pattern ?? NO_PATTERN, polarity }, hypothesis, among);
  const fitted = findScoring(rowsFor, plain);
  const isKnown = fitted.best !== undefined;
  const { best } = fitted;
  const { precision, hypothesis, scoring } = best ?? {
    precision: PRECISIONS[2],
    hypothesis: undefined,
    scoring: undefined,
  };
  const context = {
    plain,
    masked,
    pattern: pattern ?? NO_PATTERN,
    polarity,
    hypothesis,
    scoring,
    slack: precision.slack,
  };
  const fill = isSoft && isKnown ? fillOf(context) : undefined;
  return {
    precision: shortestOf(plain) ?? precision.name,
    grouping: hypothesis?.grouping,
    isValueApart: hypothesis !== undefined && !readsSameValue(plain, hypothesis.grouping),
    rotation: hypothesis?.rotation,
    scoring: scoring && { scale: scoring.scale, softcap: scoring.softcap },
    scale: scoring && nameOf(scoring),
    pattern,
    polarity,
    fill,
    emptyRow: masked && polarity !== undefined && pattern ? emptyRowOf(masked, pattern, polarity) : undefined,
    logSumExp: plain.logSumExp && isKnown ? baseOf(context, fill) : undefined,
    ties: fitted.ties,
  };
}

function findPattern(plain: Answers, masked: Answers | undefined) {
  const pattern = patternOf(plain);
  return { pattern, polarity: masked && pattern ? polarityOf(masked, pattern) : undefined };
}

/** Which numbers are multiplied with each other. */
interface Hypothesis {
  readonly grouping: Grouping;
  readonly rotation: Rotation;
}

interface Found {
  readonly hypothesis: Hypothesis;
  readonly scoring: Fitted;
  readonly precision: (typeof PRECISIONS)[number];
}

interface Looked {
  readonly plain: Answers;
  readonly masked: Answers | undefined;
  readonly pattern: Pattern;
  readonly polarity: Polarity | undefined;
}

/** What can be seen of the rows of some heads, in both problems. */
function collectRows(
  { plain, masked, pattern, polarity }: Looked,
  { grouping, rotation }: Hypothesis,
  among: readonly number[],
): readonly Row[] {
  const rows: Row[] = [];
  for (const [answers, mayAttend] of [
    [plain, (i: number, j: number) => allows(pattern, i, j)],
    [masked, (i: number, j: number) => polarity !== undefined && allowsMasked(pattern, polarity, i, j)],
  ] as const) {
    if (!answers) continue;
    for (const head of among) {
      const products = productsOf(head, kvHeadFor(head, grouping), rotation);
      const sizes = sizesOf(head, kvHeadFor(head, grouping));
      for (let i = 0; i < queries; i++) {
        const weights = weightsOf(answers, head, i);
        const seen = Array.from(weights.keys()).filter((j) => mayAttend(i, j) && weights[j] > LEAST_WEIGHT);
        if (seen.length < 2) continue;
        rows.push({
          products: Float64Array.from(seen, (j) => products[i * keys + j]),
          logs: Float64Array.from(seen, (j) => Math.log(weights[j])),
          sizes: Float64Array.from(seen, (j) => sizes[i * keys + j]),
        });
      }
    }
  }
  return rows;
}

type RowsFor = (hypothesis: Hypothesis, among: readonly number[]) => readonly Row[];

const ALL_HEADS = Array.from({ length: heads }, (_, head) => head);

const HYPOTHESES: readonly Hypothesis[] = (["repeat", "tile"] as const).flatMap((grouping) =>
  ROTATIONS.map((rotation) => ({ grouping, rotation })),
);

/** Hypotheses that come this close to the best one, in heads of small scores, are worked out. */
const CLOSE = 3;

/** What is multiplied and what becomes of the products: the simplest that fits, at the finest precision. */
function findScoring(
  rowsFor: RowsFor,
  plain: Answers,
): { readonly best?: Found; readonly ties: Identified["ties"] } {
  const { slack } = PRECISIONS[2];
  const linear = HYPOTHESES.map((hypothesis) => ({
    hypothesis,
    fitted: fitScale(rowsFor(hypothesis, SMALL_HEADS), slack),
  }));
  const least = Math.min(...linear.map(({ fitted }) => fitted.mean));
  const close = linear.filter(({ fitted }) => fitted.mean <= CLOSE * least + 1e-9);
  const capped = close.map(({ hypothesis, fitted }) => ({ hypothesis, start: fitted.scale }));
  // An output of a short type has its roundings; others may come of any.
  const short = shortestOf(plain);
  const precisions = PRECISIONS.filter(({ name }) => short === undefined || name === short);
  for (const precision of precisions) {
    for (const fitScoring of [fitStraight, fitCapped]) {
      const fitting = capped.flatMap(({ hypothesis, start }) => {
        const scoring = fitScoring(rowsFor(hypothesis, ALL_HEADS), start, precision.slack);
        return scoring ? [{ hypothesis, scoring, precision }] : [];
      });
      // The order in which kv heads are read shows in the values, too.
      fitting.sort(
        (a, b) =>
          Number(!readsSameValue(plain, a.hypothesis.grouping)) -
          Number(!readsSameValue(plain, b.hypothesis.grouping)),
      );
      const [best, ...others] = fitting;
      if (best) return { best, ties: [...tiesOf(best, others), ...tiedScales(best, rowsFor)] };
    }
  }
  return { ties: [] };
}

/** A scale by its name if it fits, else any. */
function fitStraight(rows: readonly Row[], _: number, slack: Slack): Fitted | undefined {
  const named = SCALES.map(({ value }) => misfit(rows, { scale: value }, slack)).filter(fits);
  if (named.length > 0) return named.reduce((a, b) => (b.mean < a.mean ? b : a));
  const free = fitScale(rows, slack);
  return fits(free) ? free : undefined;
}

const SOME = 5;

function fitCapped(rows: readonly Row[], start: number, slack: Slack): Fitted | undefined {
  if (start <= 0) return undefined;
  const some = rows.filter((_, index) => index % SOME === 0);
  // Where scores are capped already, the scale is larger than it seems.
  const starts = [start, 2 * start].map((scale) => fitBoth(some, fitSoftcap(some, scale, slack), slack));
  const both = starts.reduce((a, b) => (b.mean < a.mean ? b : a));
  const near = SCALES.filter(({ value }) => Math.abs(value / both.scale - 1) < SNAP);
  const named = near.map(({ value }) => misfit(rows, fitSoftcap(some, value, slack), slack)).filter(fits);
  if (named.length > 0) return named.reduce((a, b) => (b.mean < a.mean ? b : a));
  const free = misfit(rows, both, slack);
  return fits(free) ? free : undefined;
}

/** A scale is called by the name of one that is as near as this and fits. */
const SNAP = 0.1;

const fits = ({ worst, mean }: Fitted) => worst <= 1 && mean <= MEAN_THAT_FITS;

const MEAN_THAT_FITS = 0.6;

function nameOf({ scale }: Scoring) {
  return SCALES.find(({ value }) => Math.abs(value / scale - 1) < 1e-9);
}

const turnText = ({ pairs, base, offset }: Rotation) =>
  pairs === "none" ? "none" : `${pairs}, base ${base}, query 0 at position ${offset}`;

function tiesOf(best: Found, others: readonly Found[]): Identified["ties"] {
  return others.map(({ hypothesis: { grouping, rotation } }) =>
    grouping === best.hypothesis.grouping
      ? (["RoPE", turnText(rotation)] as const)
      : (["GQA", `${grouping}, RoPE ${turnText(rotation)}`] as const),
  );
}

/** Scales with a name that fit as well as the one that was chosen. */
function tiedScales({ hypothesis, scoring, precision }: Found, rowsFor: RowsFor): Identified["ties"] {
  const rows = rowsFor(hypothesis, ALL_HEADS);
  return SCALES.filter(({ value }) => value !== scoring.scale)
    .filter(({ value }) => fits(misfit(rows, { ...scoring, scale: value }, precision.slack)))
    .map(({ text }) => ["scale", text] as const);
}

/** Whether the values of each head are those of the kv head that it reads its keys from. */
const readsSameValue = (answers: Answers, grouping: Grouping): boolean =>
  ALL_HEADS.every((head) => {
    const factors = Array.from({ length: queries }, (_, i) => valueFactor(answers, head, i)).filter(
      Number.isFinite,
    );
    return factors.every((factor) => factor === numberOfValue(kvHeadFor(head, grouping)));
  });

interface Fill extends Looked {
  readonly hypothesis: Hypothesis | undefined;
  readonly scoring: Scoring | undefined;
  readonly slack: Slack;
}

/** The score that masked cells have, in the mean of the rows in which they can be seen. */
function fillOf({ masked, pattern, polarity, hypothesis, scoring, slack }: Fill): number | undefined {
  if (!masked || !polarity || !hypothesis || !scoring) return undefined;
  let [sum, count] = [0, 0];
  for (const head of ALL_HEADS) {
    const products = productsOf(head, kvHeadFor(head, hypothesis.grouping), hypothesis.rotation);
    for (let i = 0; i < queries; i++) {
      const weights = weightsOf(masked, head, i);
      const open = Array.from(weights.keys()).filter(
        (j) => allowsMasked(pattern, polarity, i, j) && weights[j] > LEAST_WEIGHT,
      );
      const out = Array.from(weights.keys()).filter(
        (j) => !allowsMasked(pattern, polarity, i, j) && weights[j] > LEAST_WEIGHT,
      );
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

/** What stands in a row that may attend to nothing. */
function emptyRowOf(masked: Answers, pattern: Pattern, polarity: Polarity): EmptyRow | undefined {
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

/** In which form the log-sum-exp is given. */
function baseOf(
  { plain, pattern, hypothesis, scoring, slack }: Fill,
  fill: number | undefined,
): LogSumExpBase {
  const { logSumExp } = plain;
  if (!logSumExp || !hypothesis || !scoring) return "other";
  const made = ALL_HEADS.flatMap((head) => {
    const products = productsOf(head, kvHeadFor(head, hypothesis.grouping), hypothesis.rotation);
    return Array.from({ length: queries }, (_, i) => {
      const scores = Array.from({ length: keys }, (_cell, j) =>
        allows(pattern, i, j) ? scoreOf(scoring, products[i * keys + j]) : (fill ?? Number.NEGATIVE_INFINITY),
      );
      const most = Math.max(...scores);
      return { most, rest: Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0)) };
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

/** The short type that every number of an output is of. */
function shortestOf({ output }: Answers): Identified["precision"] | undefined {
  const held = (["bfloat16", "float16"] as const).filter((name) => holds(FLOAT_TYPES[name], output).all);
  return held[0];
}

export { NO_ROTATION };
