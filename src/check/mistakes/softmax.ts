import { cellOf, type Matrix, mapCells, rowOf, transpose } from "../../math/matrix.js";
import { rowMaxima, rowSums } from "../../math/rows.js";
import { normalizeRows } from "../../ops/softmax.js";
import { scopeText } from "../../trace/scope.js";
import { computeStep, keyOf, type Step, type Trace } from "../../trace/trace.js";
import { alteringAt, alterStep, besides, madeAtFirst } from "./alter.js";
import { fillBlocked } from "./masks.js";
import type { Mistake } from "./mistake.js";

// What is done wrong between scores and weights.

const FORMULA = "α_ij = e^(s_ij) / Σ_j e^(s_ij)";

const FIX = "Take e^x of each score, add up each row, and divide each cell by the sum of its row.";

/** How weights are made of scores. */
type Weigh = (scores: Matrix, blocked: Step["blocked"]) => Matrix;

const textOf = (id: string, title: string, fix = FIX) => ({
  id,
  step: "weights",
  title,
  formula: FORMULA,
  fix,
});

/** A mistake in which the weights are made from the scores in another way, or one of several; or from e^x of the scores. */
function mistake(
  id: string,
  title: string,
  ways: Weigh | readonly Weigh[],
  fix?: string,
  ofPowers?: (powers: Matrix) => Matrix,
): Mistake {
  return {
    ...textOf(id, title, fix),
    apply: ({ trace }) => [
      ...(ofPowers ? withPowers(trace, ofPowers) : []),
      ...[ways].flat().flatMap((weigh) => withWeights(trace, weigh)),
    ],
  };
}

/** The weights from e^x as the person has it. */
const withPowers = (trace: Trace, weigh: (powers: Matrix) => Matrix): readonly Trace[] =>
  alterStep(trace, "weights", (step) =>
    step.op === normalizeRows ? { compute: ([numerators]) => weigh(numerators) } : undefined,
  );

function withWeights(trace: Trace, weigh: Weigh): readonly Trace[] {
  return alterStep(trace, "weights", (step) => {
    const scores = besides(trace, step, "exponentials")?.inputs[0];
    return scores === undefined
      ? undefined
      : { inputs: [scores], compute: ([given]) => weigh(given, step.blocked) };
  });
}

/** e^(s − row maximum): the softmax of each row comes from it, whatever the size of the scores. */
function powers(scores: Matrix): Matrix {
  const maxima = rowMaxima(scores);
  return mapCells(scores, (score, row) => (maxima[row] === -Infinity ? 0 : Math.exp(score - maxima[row])));
}

function normalize(matrix: Matrix): Matrix {
  const sums = rowSums(matrix);
  return mapCells(matrix, (value, row) => (sums.data[row] === 0 ? 0 : value / sums.data[row]));
}

const softmaxRows = (scores: Matrix) => normalize(powers(scores));

export const softmaxOverColumns = mistake(
  "softmax-over-columns",
  "The softmax was taken down the columns, not along the rows.",
  (scores) => transpose(softmaxRows(transpose(scores))),
  "Each row belongs to one query: the weights of a row add up to 1.",
  (exponentials) => transpose(normalize(transpose(exponentials))),
);

export const softmaxOverHeads: Mistake = {
  ...textOf(
    "softmax-over-heads",
    "The softmax was taken over the heads, not over the keys.",
    "In every head, the weights of a row add up to 1.",
  ),
  apply: ({ trace }) => {
    const exponentials = trace.steps.filter(({ role }) => role === "exponentials");
    return alterStep(trace, "weights", (step) => {
      const own = exponentials.find((other) => keyOf(other) === step.inputs[0]);
      // Those of another layer, or of another attention of the same one, are worked out from these.
      const heads = exponentials.filter(
        (other) => own?.id === other.id && outsideHeads(own) === outsideHeads(other),
      );
      if (heads.length < 2) return undefined;
      return {
        inputs: [step.inputs[0], ...heads.map(keyOf)],
        compute: ([mine, ...all]) =>
          mapCells(mine, (power, row, col) => {
            const sum = all.reduce((total, other) => total + cellOf(other, row, col), 0);
            return sum === 0 ? 0 : power / sum;
          }),
      };
    });
  },
};

/** In what the heads stand beside each other: a layer, or the whole run. */
const outsideHeads = ({ scope }: Step) => scopeText(scope.filter(({ kind }) => kind !== "head"));

/** Another base than e: base b is base e of the scores times ln b. */
function withBase(id: string, title: string, logOfBase: number): Mistake {
  return {
    ...textOf(id, title),
    step: "exponentials",
    apply: alteringAt("exponentials", (step) => ({
      compute: ([scores]) => computeStep(step, [mapCells(scores, (score) => score * logOfBase)]),
    })),
  };
}

export const softmaxTwice = mistake(
  "softmax-twice",
  "The softmax was taken twice: of the scores, and again of the weights.",
  [
    (scores) => softmaxRows(softmaxRows(scores)),
    // Of masked cells, too, or of the others alone.
    (scores, blocked) => softmaxRows(fillBlocked(softmaxRows(scores), blocked, Number.NEGATIVE_INFINITY)),
  ],
  "Take the softmax once: what it makes of the scores is the weights.",
);

/** e^x over the sum of its row and 1, whatever the size of the scores. */
function weighBesideOne(scores: Matrix): Matrix {
  const maxima = rowMaxima(scores);
  const shifted = powers(scores);
  const sums = rowSums(shifted);
  return mapCells(shifted, (power, row) => power / (sums.data[row] + Math.exp(-maxima[row])));
}

const addOne = (matrix: Matrix) => mapCells(matrix, (value) => value + 1);

export const softmaxPlusOne: Mistake = {
  ...textOf(
    "softmax-plus-one",
    "1 was added to the sum of e^x.",
    "Divide by Σ e^x of the row, nothing added.",
  ),
  apply: ({ trace }) => [
    // From e^x as the person rounded it; the 1 stands in the sums, or comes in when they divide by them.
    ...alterStep(trace, "weights", (step) =>
      step.op === normalizeRows
        ? { compute: ([numerators, sums]) => computeStep(step, [numerators, addOne(sums)]) }
        : undefined,
    ),
    ...alterStep(trace, "row-sums", (step) => ({ compute: (inputs) => addOne(computeStep(step, inputs)) })),
    // Where the row maximum was taken off, it is not 1 that stands beside these powers.
    ...withWeights(trace, weighBesideOne),
  ],
  madeAt: madeAtFirst,
};

export const softmaxNotNormalised = mistake(
  "softmax-not-normalised",
  "e^x was not divided by the sum of its row.",
  (scores) => mapCells(scores, Math.exp),
  "Divide each e^x by the sum of its row, so that the row adds up to 1.",
  (exponentials) => exponentials,
);

export const softmaxHard = mistake(
  "softmax-hard",
  "All weight was given to the largest score.",
  [(scores) => hardest(scores, "first"), (scores) => hardest(scores, "all")],
  FIX,
  (exponentials) => hardest(mapCells(exponentials, Math.log), "first"),
);

function hardest(scores: Matrix, among: "first" | "all"): Matrix {
  const maxima = rowMaxima(scores);
  const largest = mapCells(scores, (score, row, col) => {
    if (maxima[row] === -Infinity || score !== maxima[row]) return 0;
    return among === "all" || rowOf(scores, row).indexOf(score) === col ? 1 : 0;
  });
  return normalize(largest);
}

const ones = (scores: Matrix) => mapCells(scores, () => 1);

export const softmaxUniform = mistake(
  "softmax-uniform",
  "All keys got the same weight.",
  [
    (scores, blocked) => normalize(fillBlocked(ones(scores), blocked, 0)),
    (scores) => normalize(ones(scores)),
  ],
  FIX,
  (exponentials) => normalize(mapCells(exponentials, (power) => (power > 0 ? 1 : 0))),
);

export const SOFTMAX_MISTAKES: readonly Mistake[] = [
  softmaxOverColumns,
  mistake(
    "softmax-over-all",
    "The softmax was taken over the whole matrix, not row by row.",
    (scores) => {
      const flat = softmaxRows({ rows: 1, cols: scores.data.length, data: scores.data });
      return { ...flat, rows: scores.rows, cols: scores.cols };
    },
    "Each row belongs to one query: the weights of a row add up to 1.",
    (exponentials) => {
      const all = exponentials.data.reduce((sum, power) => sum + power, 0);
      return mapCells(exponentials, (power) => (all === 0 ? 0 : power / all));
    },
  ),
  softmaxOverHeads,
  mistake("softmax-missing", "The scores were used as weights: there is no softmax.", (scores, blocked) =>
    fillBlocked(scores, blocked, 0),
  ),
  mistake(
    "softmax-without-exp",
    "The scores were divided by their sum without taking e^x.",
    (scores, blocked) => normalize(fillBlocked(scores, blocked, 0)),
  ),
  withBase("softmax-base-2", "2^x was taken instead of e^x.", Math.LN2),
  mistake("softmax-sigmoid", "Each score went through the sigmoid 1 / (1 + e^−x) on its own.", (scores) =>
    mapCells(scores, (score) => 1 / (1 + Math.exp(-score))),
  ),
  softmaxPlusOne,
  softmaxNotNormalised,
  mistake(
    "softmax-by-largest",
    "Each row was divided by its largest e^x, not by its sum.",
    powers,
    "Divide each e^x by the sum of its row, so that the row adds up to 1.",
    (exponentials) => {
      const largest = rowMaxima(exponentials);
      return mapCells(exponentials, (power, row) => (largest[row] === 0 ? 0 : power / largest[row]));
    },
  ),
  softmaxHard,
  softmaxUniform,
  softmaxTwice,
  withBase("softmax-base-10", "10^x was taken instead of e^x.", Math.LN10),
];
