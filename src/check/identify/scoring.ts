import { once } from "../../math/remember.js";
import { type Answers, sharesOf, shortestHolding, valueFactor } from "./answers.js";
import { allows, allowsMasked, type Pattern, type Polarity } from "./attended-keys.js";
import {
  type Fitted,
  fitBoth,
  fitScale,
  fitSoftcap,
  misfit,
  type Row,
  type Scoring,
  type Slack,
} from "./fit.js";
import { HEADS, KEYS, numberOfValue, PROBE, QUERIES, SMALL_HEADS } from "./probe.js";
import {
  type Grouping,
  kvHeadFor,
  productsOf,
  RARE_ROTATIONS,
  ROTATIONS,
  type Rotation,
  sizesOf,
} from "./products.js";

// Finds which numbers a kernel multiplies, and how it makes scores of the products.

const { heads, size } = PROBE;

/** The scales that kernels use, as qkv writes them. `note` explains the unusual ones. */
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

/** The types that weights may be rounded to, the finest first. */
export const PRECISIONS = [
  { name: "float32", slack: { own: 3e-4, relative: 2e-5 } },
  { name: "float16", slack: { own: 4e-3, relative: 3e-3 } },
  { name: "bfloat16", slack: { own: 0.03, relative: 0.02 } },
] as const;

/** Smaller weights are subnormal numbers and have few bits: below 2⁻¹⁴ in float16, below 2⁻¹²⁶ in other types. */
export const leastWeightOf = ({ output }: Answers): number =>
  shortestHolding(output) === "float16" ? 2 ** -14 : 2 ** -126;

/** A hypothesis about which numbers are multiplied with each other. */
export interface Hypothesis {
  readonly grouping: Grouping;
  readonly rotation: Rotation;
  /** Whether queries and keys are divided by their root mean squares. */
  readonly isNormed?: true;
}

export interface Found {
  readonly hypothesis: Hypothesis;
  readonly scoring: Fitted;
  readonly precision: (typeof PRECISIONS)[number];
}

export interface Observations {
  readonly plain: Answers;
  readonly masked: Answers | undefined;
  readonly pattern: Pattern;
  readonly polarity: Polarity | undefined;
  /** The smallest weight that has all bits of its type. */
  readonly least: number;
}

/** Collects the cells of some heads whose weights can be seen, from both problems. */
export function collectRows(
  { plain, masked, pattern, polarity, least }: Observations,
  hypothesis: Hypothesis,
  among: readonly number[],
): readonly Row[] {
  const rowsOf = (answers: Answers, mayAttend: (i: number, j: number) => boolean) =>
    among.flatMap((head) =>
      QUERIES.map((i) => rowOf(answers, hypothesis, { head, i, least, isMeant: (j) => mayAttend(i, j) })),
    );
  const ofMasked = masked && polarity ? rowsOf(masked, (i, j) => allowsMasked(pattern, polarity, i, j)) : [];
  const rows = [...rowsOf(plain, (i, j) => allows(pattern, i, j)), ...ofMasked];
  return rows.filter(({ logs }) => logs.length > 1);
}

interface MeantCells {
  readonly head: number;
  readonly i: number;
  readonly least: number;
  isMeant(j: number): boolean;
}

/** Returns the cells of a row that are meant and whose weights can be seen. */
export function rowOf(
  answers: Answers,
  { grouping, rotation, isNormed }: Hypothesis,
  { head, i, least, isMeant }: MeantCells,
): Row {
  const kvHead = kvHeadFor(head, grouping);
  const weights = sharesOf(answers, head, i);
  const seen = KEYS.filter((j) => isMeant(j) && weights[j] >= least);
  const cellsOf = (table: Float64Array) => Float64Array.from(seen, (j) => table[i * PROBE.keys + j]);
  return {
    products: cellsOf(productsOf(head, kvHead, rotation, isNormed)),
    sizes: cellsOf(sizesOf(head, kvHead)),
    logs: Float64Array.from(seen, (j) => Math.log(weights[j])),
  };
}

/** Conventions that fit equally well: pairs of a convention and its alternative. */
export type Ties = readonly (readonly [convention: string, other: string])[];

type RowsFor = (hypothesis: Hypothesis, among: readonly number[]) => readonly Row[];

const GROUPINGS = ["repeat", "tile"] as const;

/** The hypotheses, the usual ones first. The rare ones are tried if no usual one fits. */
const HYPOTHESES: readonly [usual: readonly Hypothesis[], rare: readonly Hypothesis[]] = [
  GROUPINGS.flatMap((grouping) => ROTATIONS.map((rotation) => ({ grouping, rotation }))),
  GROUPINGS.flatMap((grouping) => [
    ...RARE_ROTATIONS.map((rotation) => ({ grouping, rotation })),
    ...[...ROTATIONS, ...RARE_ROTATIONS].map((rotation) => ({ grouping, rotation, isNormed: true as const })),
  ]),
];

/**
 * Hypotheses are examined further if, in the heads with small scores, they leave at most this many times as much as the
 * best one.
 */
const CLOSE = 3;

interface FoundScoring {
  readonly best?: Found;
  readonly ties: Ties;
}

/**
 * Finds which numbers are multiplied and how the products become scores: the simplest hypothesis that fits, at the
 * finest precision.
 */
export function findScoring(rowsFor: RowsFor, plain: Answers): FoundScoring {
  const [usual, rare] = HYPOTHESES;
  const families = [
    once(() => closestOf(usual, rowsFor)),
    // There are so many rare hypotheses that some come near by chance. They have to fit in the heads with small scores
    // alone.
    once(() => closestOf(rare, rowsFor).filter(({ mean }) => mean <= MEAN_THAT_FITS)),
  ];
  // If the output is of a short type, the weights have the roundings of that type. Otherwise any type is possible.
  const short = shortestHolding(plain.output);
  const precisions = PRECISIONS.filter(({ name }) => short === undefined || name === short);
  for (const precision of precisions) {
    for (const close of families) {
      for (const fitScoring of [fitStraight, fitCapped]) {
        const fitting = close().flatMap(({ hypothesis, start }) => {
          const scoring = fitScoring(rowsFor(hypothesis, HEADS), start, precision.slack);
          return scoring ? [{ hypothesis, scoring, precision }] : [];
        });
        // The values also show in which order kv heads are read.
        fitting.sort(
          (a, b) =>
            Number(!readsSameValue(plain, a.hypothesis.grouping)) -
            Number(!readsSameValue(plain, b.hypothesis.grouping)),
        );
        const [best, ...others] = fitting;
        if (best) return { best, ties: [...tiesOf(best, others), ...tiedScales(best, rowsFor)] };
      }
    }
  }
  return { ties: [] };
}

/** Finds the hypotheses that come closest in the heads with small scores, and a scale to start from. */
function closestOf(hypotheses: readonly Hypothesis[], rowsFor: RowsFor) {
  const { slack } = PRECISIONS[2];
  const linear = hypotheses.map((hypothesis) => ({
    hypothesis,
    fitted: fitScale(rowsFor(hypothesis, SMALL_HEADS), slack),
  }));
  const least = Math.min(...linear.map(({ fitted }) => fitted.mean));
  const close = linear.filter(({ fitted }) => fitted.mean <= CLOSE * least + 1e-9);
  return close.map(({ hypothesis, fitted }) => ({ hypothesis, start: fitted.scale, mean: fitted.mean }));
}

/** Tries the named scales first, then any scale. */
function fitStraight(rows: readonly Row[], _: number, slack: Slack): Fitted | undefined {
  const named = SCALES.map(({ value }) => misfit(rows, { scale: value }, slack));
  return bestThatFits(named) ?? bestThatFits([fitScale(rows, slack)]);
}

const SOME = 5;

function fitCapped(rows: readonly Row[], start: number, slack: Slack): Fitted | undefined {
  if (start <= 0) return undefined;
  const some = rows.filter((_, index) => index % SOME === 0);
  const fittedBoth = fitBoth(some, fitSoftcap(some, start, slack), slack);
  const near = SCALES.filter(({ value }) => Math.abs(value / fittedBoth.scale - 1) < SNAP);
  const named = near.map(({ value }) => misfit(rows, fitSoftcap(some, value, slack), slack));
  return bestThatFits(named) ?? bestThatFits([misfit(rows, fittedBoth, slack)]);
}

/** A named scale is tried if it is within this relative distance of the fitted one. */
const SNAP = 0.1;

const bestThatFits = (fitted: readonly Fitted[]): Fitted | undefined =>
  fitted.filter(fits).toSorted((a, b) => a.mean - b.mean)[0];

const fits = ({ worst, mean }: Fitted) => worst <= 1 && mean <= MEAN_THAT_FITS;

const MEAN_THAT_FITS = 0.6;

/** Returns the name of a scale. Undefined if it has none. */
export function nameOf({ scale }: Scoring) {
  return SCALES.find(({ value }) => Math.abs(value / scale - 1) < 1e-9);
}

const turnText = ({ pairs, base, offset, size: turning, factor }: Rotation) => {
  const more = [turning && `${turning} columns`, factor && `positions over ${factor}`].filter(Boolean);
  return pairs === "none"
    ? "none"
    : [`${pairs}, base ${base}, query 0 at position ${offset}`, ...more].join(", ");
};

function tiesOf(best: Found, others: readonly Found[]): Ties {
  return others.map(({ hypothesis: { grouping, rotation } }) =>
    grouping === best.hypothesis.grouping
      ? (["RoPE", turnText(rotation)] as const)
      : (["GQA", `${grouping}, RoPE ${turnText(rotation)}`] as const),
  );
}

/** Lists the named scales that fit as well as the chosen one. */
function tiedScales({ hypothesis, scoring, precision }: Found, rowsFor: RowsFor): Ties {
  const rows = rowsFor(hypothesis, HEADS);
  return SCALES.filter(({ value }) => value !== scoring.scale)
    .filter(({ value }) => fits(misfit(rows, { ...scoring, scale: value }, precision.slack)))
    .map(({ text }) => ["scale", text] as const);
}

/**
 * Whether each head reads its values from the kv head that it reads its keys from. True also if their sums fit no kv
 * head.
 */
export const readsSameValue = (answers: Answers, grouping: Grouping): boolean =>
  HEADS.every((head) => {
    const factors = QUERIES.map((i) => valueFactor(answers, head, i));
    const rightNumber = numberOfValue(kvHeadFor(head, grouping));
    return factors.some(Number.isNaN) || factors.every((factor) => factor === rightNumber);
  });
