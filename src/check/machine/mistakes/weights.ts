import { type Equation, leastSquares } from "../../../math/least-squares.js";
import { sumOver, tabulate, upTo } from "../../../math/lists.js";
import { cellOf } from "../../../math/matrix.js";
import type { FloatName } from "../float-names.js";
import { FLOAT_TYPES, FP8, roundShort, roundTo } from "../float-types.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { over } from "../rows.js";
import { spread } from "../where.js";
import {
  eachScore,
  type KernelMistake,
  kernelMistakes,
  type Parameters,
  type SearchContext,
  type Variant,
  withOutput,
  withWeighting,
} from "./kernel-mistake.js";
import { accumulatedShort } from "./lower-precision.js";
import { TILES } from "./online.js";

// Weights of few bits, and exponentials that are not quite e^x: a function of single numbers between scores and values.

type Change = (number: number) => number;

/** Makes variants in which the exponentials of a row, or its weights, go through a function. */
export const throughFunction = (of: Change, parameters: Parameters): readonly Variant[] =>
  (["as they were", "rounded", "before the rounding"] as const).map((sums) =>
    withWeighting(
      (_, { powers, sum }) => {
        if (sums === "before the rounding") return over(powers, sum).map(of);
        const made = powers.map(of);
        return over(made, sums === "rounded" ? sumOver(made) : sum);
      },
      { ...parameters, "summed up": sums },
    ),
  );

/** Makes a variant with another function than e^x, of each score minus the largest one. */
const withExponential = (of: Change, parameters: Parameters) =>
  withWeighting((scores, { maximum }) => {
    const made = scores.map((score) => (score === Number.NEGATIVE_INFINITY ? 0 : of(score - maximum)));
    return over(made, sumOver(made));
  }, parameters);

/** Factors by which kernels multiply the exponentials, which are at most 1, before they round them. */
const FACTORS = [1, 448, 256] as const;

function* inFp8() {
  for (const type of ["e4m3", "e5m2"] as const)
    for (const factor of FACTORS) {
      const { largest } = FP8[type];
      const round = (power: number) => Math.min(largest, roundShort(FP8[type], power * factor)) / factor;
      yield* throughFunction(round, { type, ...(factor > 1 && { factor }) });
    }
}

/** The numbers of steps between 0 and 1: powers of two and of ten, and the largest whole numbers of some bits. */
const STEPS = [
  ...upTo(17).flatMap((bits) => [2 ** bits, 2 ** bits - 1]),
  ...upTo(5, 1).map((digits) => 10 ** digits),
].filter((steps, at, all) => steps > 0 && all.indexOf(steps) === at);

function* inSteps() {
  for (const steps of STEPS)
    for (const [rounded, whole] of Object.entries({ nearest: Math.round, down: Math.floor })) {
      const round = (number: number) => whole(number * steps) / steps;
      const parameters = { step: `1/${steps}`, rounded };
      yield eachScore(round, { ...parameters, of: "scores" });
      yield withExponential((x) => Math.exp(round(x)), { ...parameters, of: "scores minus the maximum" });
      yield* throughFunction(round, { ...parameters, of: "exponentials" });
    }
}

/** Returns 2^y as kernels do: the power of the whole part times a function of the rest, which is from 0 to 1. */
const inParts = (ofRest: Change) => (y: number) => 2 ** Math.floor(y) * ofRest(y - Math.floor(y));

/** Returns a polynomial, by Horner's rule. Its coefficients are those of 1, x, x² … */
const polynomial = (coefficients: readonly number[]) => (x: number) =>
  coefficients.reduceRight((sum, own) => sum * x + own, 0);

/** Returns the first terms of the series of e^x. */
const series = (terms: number) => {
  let factor = 1;
  return polynomial(tabulate(terms, (power) => (factor /= Math.max(1, power))));
};

/** Schraudolph's shift, for the least mean error of a straight line (1999). */
const SHIFT = 0.0579848;

/** What kernels compute in place of e^x, by description. */
const EXPONENTIALS: Readonly<Record<string, Change>> = {
  ...Object.fromEntries(
    upTo(11, 1).map((bits) => [
      `(1 + x/${2 ** bits})^${2 ** bits}`,
      (x: number) => Math.max(0, 1 + x / 2 ** bits) ** (2 ** bits),
    ]),
  ),
  ...Object.fromEntries(
    upTo(9, 2).flatMap((terms) => [
      [`${terms} terms of its series`, series(terms)],
      [`${terms} terms of its series, at least 0`, (x: number) => Math.max(0, series(terms)(x))],
    ]),
  ),
  "a line between powers of 2, shifted": (x) => inParts(polynomial([1, 1]))(x * Math.LOG2E - SHIFT),
};

/** The degree of the polynomials that are looked for. Those of a lower degree are among them. */
const DEGREE = 5;

const MAX_READ = 16;

/**
 * Finds the polynomial q whose 2^⌊y⌋ · q(y − ⌊y⌋), with y = (s − max) · log₂ e, gives some wrong rows in place of e^(s −
 * max): Σ_j w_j (v_j − o) = 0 of the dumped row o is an equation in its coefficients. Only their ratios count, so the
 * first one is 1.
 */
function* byPolynomial({ dump }: SearchContext) {
  if (!dump) return;
  const { task, got, wrongRows } = dump;
  const { cols, data } = task.value;
  const equations: Equation[] = [];
  for (const row of spread(wrongRows, MAX_READ)) {
    const scores = scoresOfRow(task, row);
    const { maximum } = powersOf(scores);
    const terms = tabulate(DEGREE + 1, (power) =>
      scores.map((score) =>
        score === Number.NEGATIVE_INFINITY
          ? 0
          : inParts((rest) => rest ** power)((score - maximum) * Math.LOG2E),
      ),
    );
    for (let c = 0; c < cols; c++) {
      const of = cellOf(got, row, c);
      const [first, ...factors] = terms.map((term) =>
        sumOver(term, (own, j) => own * (data[j * cols + c] - of)),
      );
      equations.push({ factors, right: -first });
    }
  }
  const found = equations.length >= MIN_EQUATIONS ? leastSquares(equations, DEGREE) : undefined;
  if (!found) return;
  const coefficients = [1, ...found];
  const shown = coefficients.map((own) => Number(own.toFixed(3)));
  const power = inParts(polynomial(coefficients));
  yield withExponential((x) => power(x * Math.LOG2E), {
    "2^y between whole y as the polynomial": shown
      .slice(0, shown.findLastIndex((own) => own !== 0) + 1)
      .join(", "),
  });
}

/** The minimum number of equations. With fewer, some polynomial fits anything. */
const MIN_EQUATIONS = 10 * DEGREE;

/** A tile of keys as it is added to running sums: e^(old − new maximum), and e^(largest of all scores − new maximum). */
interface AddedTile {
  readonly first: number;
  readonly end: number;
  readonly rescale: number;
  readonly scale: number;
}

/** Returns the tiles of a row. Without a running maximum, that of the whole row is used from the start. */
function addedTiles(scores: Float64Array, largest: number, tile: number, isRunning: boolean) {
  const tiles: AddedTile[] = [];
  let maximum = isRunning ? Number.NEGATIVE_INFINITY : largest;
  for (let first = 0; first < scores.length; first += tile) {
    const end = Math.min(scores.length, first + tile);
    const most = Math.max(maximum, ...scores.subarray(first, end));
    if (most === Number.NEGATIVE_INFINITY) continue;
    tiles.push({ first, end, rescale: Math.exp(maximum - most), scale: Math.exp(largest - most) });
    maximum = most;
  }
  return tiles;
}

/** Returns a running sum that is rounded to a type after each tile. `of` is what each key adds to it. */
const addedShort = (tiles: readonly AddedTile[], type: FloatName, of: (key: number) => number): number =>
  tiles.reduce((total, { first, end, rescale, scale }) => {
    let added = 0;
    for (let key = first; key < end; key++) added += of(key);
    return roundTo(FLOAT_TYPES[type], total * rescale + added * scale);
  }, 0);

/**
 * The sum of a row in a short type, alone or with that of the values, rounded after each tile. With a running maximum,
 * the sums are rescaled before the next tile is added.
 */
export const sumAccumulatedShort: KernelMistake = {
  ...accumulatedShort,
  isFree: true,
  *variants() {
    for (const type of ["bfloat16", "float16"] as const)
      for (const tile of TILES)
        for (const isRunning of [false, true]) {
          const said = { type, tile, ...(isRunning && { rescaled: "with each new maximum" }) };
          yield withWeighting(
            (scores, { powers, maximum }) =>
              over(
                powers,
                addedShort(addedTiles(scores, maximum, tile, isRunning), type, (j) => powers[j]),
              ),
            { of: "the sum of each row", ...said },
          );
          yield withOutput(
            (right, task, row) => {
              const scores = scoresOfRow(task, row);
              const { powers, maximum } = powersOf(scores);
              const { data, cols } = task.value;
              const tiles = addedTiles(scores, maximum, tile, isRunning);
              const total = addedShort(tiles, type, (j) => powers[j]);
              return right.map(
                (_, c) => addedShort(tiles, type, (j) => powers[j] * data[j * cols + c]) / total,
              );
            },
            { of: "the sum of each row and that of the values", ...said },
          );
        }
  },
};

const weighing = kernelMistakes("exponentials", "α_ij = e^(s_ij − max_j s_ij) / Σ_j e^(s_ij − max_j s_ij)");

export const WEIGHTS = [
  weighing({
    id: "weights-fp8",
    title:
      "The exponentials or weights were rounded to 8 bits: those below the smallest number of the type are lost.",
    formula: "e4m3 holds 4 bits of a number, from 2⁻⁹ to 448",
    fix: "Keep the exponentials in a wider type, or scale them to use the whole range of the short type.",
    variants: inFp8,
  }),
  weighing({
    id: "weights-in-steps",
    title: "Scores, exponentials or weights were rounded to multiples of a step.",
    fix: "Keep them in floating point: a table of exponentials, or whole numbers of few bits, lose small weights.",
    variants: inSteps,
  }),
  weighing({
    id: "exponential-approximated",
    title: "The exponentials were computed with an approximation that is too coarse.",
    fix: "Use exp or exp2 of the library, or reduce the argument before a polynomial.",
    variants: (given) => [
      ...Object.entries(EXPONENTIALS).map(([name, of]) => withExponential(of, { "e^x as": name })),
      ...byPolynomial(given),
    ],
  }),
];
