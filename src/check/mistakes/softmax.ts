import { sumOver } from "../../math/lists.js";
import { cellOf, type Matrix, mapCells, rowOf, transpose } from "../../math/matrix.js";
import { rowMaxima, rowSums } from "../../math/rows.js";
import { normalizeRows } from "../../ops/softmax.js";
import { type Step, scopeText, type Trace } from "../../trace/trace.js";
import { alteringAt, alterStep, besides, changeCells, changeInputs } from "./alter.js";
import { fillBlocked } from "./masks.js";
import { familyOf, type Mistake } from "./mistake.js";

// Mistakes between scores and weights.

/** Computes weights from scores. */
type Weigh = (scores: Matrix, blocked: Step["blocked"]) => Matrix;

const withWeights = (trace: Trace, weigh: Weigh): readonly Trace[] =>
  alterStep(trace, "weights", (step) => {
    const scores = besides(trace, step, "exponentials")?.inputs[0];
    return scores === undefined
      ? undefined
      : { inputs: [scores], compute: ([given]) => weigh(given, step.blocked) };
  });

/**
 * Returns how a mistake is applied that computes the weights from the scores in another way, or in one of several ways.
 */
const ofScores =
  (...ways: readonly Weigh[]): Mistake["apply"] =>
  ({ trace }) =>
    ways.flatMap((weigh) => withWeights(trace, weigh));

/** Does the same, and also from e^x as the person wrote it. */
const ofPowers =
  (...ways: readonly Weigh[]): Mistake["apply"] =>
  (homework) => [
    ...ways.flatMap((weigh) =>
      alterStep(homework.trace, "weights", ({ op, blocked }) =>
        op === normalizeRows ? { compute: ([e]) => weigh(mapCells(e, Math.log), blocked) } : undefined,
      ),
    ),
    ...ofScores(...ways)(homework),
  ];

/** Returns e^(s − row maximum). The softmax of each row can be computed from it for scores of any size. */
function powers(scores: Matrix): Matrix {
  const maxima = rowMaxima(scores);
  return mapCells(scores, (score, row) => (maxima[row] === -Infinity ? 0 : Math.exp(score - maxima[row])));
}

/** Divides each row by its sum. */
export function normalize(matrix: Matrix): Matrix {
  const sums = rowSums(matrix);
  return mapCells(matrix, (value, row) => (sums.data[row] === 0 ? 0 : value / sums.data[row]));
}

export const softmaxRows = (scores: Matrix) => normalize(powers(scores));

/** Returns the scope around the heads: a layer, or the whole run. */
const outsideHeads = ({ scope }: Step) => scopeText(scope.filter(({ kind }) => kind !== "head"));

/** Divides e^x of each head by its sum over all heads. */
function overHeads(trace: Trace): readonly Trace[] {
  const exponentials = trace.steps.filter(({ role }) => role === "exponentials");
  return alterStep(trace, "weights", (step) => {
    const own = exponentials.find((other) => other.key === step.inputs[0]);
    // Heads of another layer, or of another attention of the same layer, depend on these, so they are left out.
    const heads = exponentials.filter(
      (other) => own?.id === other.id && outsideHeads(own) === outsideHeads(other),
    );
    if (heads.length < 2) return undefined;
    return {
      inputs: [step.inputs[0], ...heads.map(({ key }) => key)],
      compute: ([mine, ...all]) =>
        mapCells(mine, (power, row, col) => {
          const sum = sumOver(all, (other) => cellOf(other, row, col));
          return sum === 0 ? 0 : power / sum;
        }),
    };
  });
}

/** Computes the powers of other numbers than the scores. Masked cells stay masked. */
export const ofExponents = (trace: Trace, exponentOf: (score: number) => number): readonly Trace[] =>
  alterStep(trace, "exponentials", (step) =>
    changeInputs(step, ([scores]) => [
      mapCells(scores, (score) => (score === Number.NEGATIVE_INFINITY ? score : exponentOf(score))),
    ]),
  );

/** Uses another base than e. Base b is base e with the scores times ln b. */
export const withBase = (trace: Trace, base: number): readonly Trace[] =>
  ofExponents(trace, (score) => score * Math.log(base));

/** Divides e^x by the sum of its row and 1, for scores of any size. */
function weighBesideOne(scores: Matrix): Matrix {
  const maxima = rowMaxima(scores);
  const shifted = powers(scores);
  const sums = rowSums(shifted);
  return mapCells(shifted, (power, row) => power / (sums.data[row] + Math.exp(-maxima[row])));
}

function hardest(scores: Matrix, among: "first" | "all"): Matrix {
  const maxima = rowMaxima(scores);
  const largest = mapCells(scores, (score, row, col) => {
    if (maxima[row] === -Infinity || score !== maxima[row]) return 0;
    return among === "all" || rowOf(scores, row).indexOf(score) === col ? 1 : 0;
  });
  return normalize(largest);
}

/** Gives all keys the same weight, except masked ones. */
const uniform = (scores: Matrix, masked: number) =>
  normalize(mapCells(scores, (score) => (score === Number.NEGATIVE_INFINITY ? masked : 1)));

export const SOFTMAX_MISTAKES = familyOf(
  {
    step: "weights",
    formula: "α_ij = e^(s_ij) / Σ_j e^(s_ij)",
    fix: "Take e^x of each score, add up each row, and divide each cell by the sum of its row.",
  },
  [
    {
      id: "softmax-over-columns",
      title: "The softmax was taken down the columns, not along the rows.",
      fix: "Each row belongs to one query: the weights of a row add up to 1.",
      apply: ofPowers((scores) => transpose(softmaxRows(transpose(scores)))),
    },
    {
      id: "softmax-over-all",
      title: "The softmax was taken over the whole matrix, not row by row.",
      fix: "Each row belongs to one query: the weights of a row add up to 1.",
      apply: ofPowers((scores) => {
        const { data } = softmaxRows({ rows: 1, cols: scores.data.length, data: scores.data });
        return { ...scores, data };
      }),
    },
    {
      id: "softmax-over-heads",
      title: "The softmax was taken over the heads, not over the keys.",
      fix: "In every head, the weights of a row add up to 1.",
      apply: ({ trace }) => overHeads(trace),
    },
    {
      id: "softmax-missing",
      title: "The scores were used as weights: there is no softmax.",
      apply: ofScores((scores, blocked) => fillBlocked(scores, blocked, 0)),
    },
    {
      id: "softmax-without-exp",
      title: "The scores were divided by their sum without taking e^x.",
      apply: ofScores((scores, blocked) => normalize(fillBlocked(scores, blocked, 0))),
    },
    {
      id: "softmax-base-2",
      step: "exponentials",
      title: "2^x was taken instead of e^x.",
      apply: ({ trace }) => withBase(trace, 2),
    },
    {
      id: "softmax-sigmoid",
      title: "Each score went through the sigmoid 1 / (1 + e^−x) on its own.",
      apply: ofScores((scores) => mapCells(scores, (score) => 1 / (1 + Math.exp(-score)))),
    },
    {
      id: "softmax-plus-one",
      title: "1 was added to the sum of e^x.",
      fix: "Divide by Σ e^x of the row, with nothing added.",
      apply: ({ trace }) => {
        const addOne = (sum: number) => sum + 1;
        return [
          // From e^x as the person rounded it. The 1 is in the written sums, or is added in the division.
          ...alterStep(trace, "weights", (step) =>
            step.op === normalizeRows
              ? changeInputs(step, ([e, sums]) => [e, mapCells(sums, addOne)])
              : undefined,
          ),
          ...alterStep(trace, "row-sums", (step) => changeCells(step, addOne)),
          // If the row maximum was subtracted, the number beside these powers is not 1.
          ...withWeights(trace, weighBesideOne),
        ];
      },
    },
    {
      id: "softmax-not-normalised",
      title: "e^x was not divided by the sum of its row.",
      fix: "Divide each e^x by the sum of its row, so that the row adds up to 1.",
      apply: ofPowers((scores) => mapCells(scores, Math.exp)),
    },
    {
      id: "softmax-by-count",
      title: "Each e^x was divided by the number of keys, not by the sum of its row.",
      fix: "Divide each e^x by the sum of its row, so that the row adds up to 1.",
      apply: ofPowers((scores) => mapCells(scores, (score) => Math.exp(score) / scores.cols)),
    },
    {
      id: "softmax-by-largest",
      title: "Each row was divided by its largest e^x, not by its sum.",
      fix: "Divide each e^x by the sum of its row, so that the row adds up to 1.",
      apply: ofPowers(powers),
    },
    {
      id: "softmax-hard",
      title: "All weight was given to the largest score.",
      apply: ofPowers(
        (scores) => hardest(scores, "first"),
        (scores) => hardest(scores, "all"),
      ),
    },
    {
      id: "softmax-uniform",
      title: "All keys got the same weight.",
      apply: ofPowers(
        (scores) => uniform(scores, 0),
        (scores) => uniform(scores, 1),
      ),
    },
    {
      id: "softmax-twice",
      title: "The softmax was taken twice: of the scores, and again of the weights.",
      fix: "Take the softmax once: its result is the weights.",
      apply: ofPowers(
        (scores) => softmaxRows(softmaxRows(scores)),
        // Including masked cells, or only the others.
        (scores, blocked) => softmaxRows(fillBlocked(softmaxRows(scores), blocked, Number.NEGATIVE_INFINITY)),
      ),
    },
    {
      id: "softmax-base-10",
      step: "exponentials",
      title: "10^x was taken instead of e^x.",
      apply: ({ trace }) => withBase(trace, 10),
    },
    {
      id: "softmax-linear",
      step: "exponentials",
      title: "e^x was taken as 1 + x.",
      apply: alteringAt("exponentials", () => ({
        compute: ([scores]) =>
          mapCells(scores, (score) => (score === Number.NEGATIVE_INFINITY ? 0 : 1 + score)),
      })),
    },
    {
      id: "softmax-absolute",
      step: "exponentials",
      title: "The minus signs of the scores were dropped: e^|x| was taken.",
      apply: ({ trace }) => ofExponents(trace, Math.abs),
    },
  ],
);
