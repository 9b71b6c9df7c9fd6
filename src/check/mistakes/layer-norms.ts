import { hasRole } from "../../attention/steps.js";
import { type Matrix, mapCells, rowOf, transpose } from "../../math/matrix.js";
import type { Epsilon } from "../../ops/normalisation.js";
import { setting } from "../../setting-names.js";
import { computeStep, type Step, type Trace } from "../../trace/trace.js";
import { type Alteration, altering, besides, madeAtFirst, stated } from "./alter.js";
import { type Mistake, recordOther } from "./mistake.js";
import { normalisedFor } from "./norm-steps.js";

// What is done wrong in the norms of a layer or model.

const LAYER_NORM = "x̂ = (x − μ) / √(σ² + ε), y = γ·x̂ + β";

/** A mistake in what becomes of the rows of x: `normalise` gets x and the ε of the step. */
function normalisedMistake(
  text: Pick<Mistake, "id" | "title" | "fix">,
  normalise: (x: Matrix, eps: number) => Matrix,
  isMeant: (trace: Trace, step: Step) => boolean,
): Mistake {
  return {
    ...text,
    step: "normalised",
    formula: LAYER_NORM,
    madeAt: madeAtFirst,
    apply: altering((step, trace) => {
      if (!hasRole(step, "normalised") || !isMeant(trace, step)) return undefined;
      const { eps } = step.params as Epsilon;
      return { compute: ([x]) => normalise(x, eps) };
    }),
  };
}

const meanOf = (numbers: Float64Array) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

/** Rows less their mean, over what `divisor` makes of their variance. */
function standardised(x: Matrix, divisor: (variance: number) => number): Matrix {
  const measures = Array.from({ length: x.rows }, (_, row) => {
    const own = rowOf(x, row);
    const mean = meanOf(own);
    return { mean, divisor: divisor(meanOf(own.map((value) => (value - mean) ** 2))) };
  });
  return mapCells(x, (value, row) => (value - measures[row].mean) / measures[row].divisor);
}

/** Rows over what `divisor` makes of their mean square. */
function overMeanSquare(x: Matrix, divisor: (square: number) => number): Matrix {
  const divisors = Array.from({ length: x.rows }, (_, row) =>
    divisor(meanOf(rowOf(x, row).map((value) => value * value))),
  );
  return mapCells(x, (value, row) => value / divisors[row]);
}

const isRms = (trace: Trace, step: Step) => besides(trace, step, "norm-mean-square") !== undefined;

const isLayerNorm = (trace: Trace, step: Step) => !isRms(trace, step);

/** A mistake in what γ and β make of the normalised rows. */
function affineMistake(
  text: Pick<Mistake, "id" | "title" | "fix">,
  alter: (step: Step, trace: Trace) => Alteration | undefined,
): Mistake {
  return {
    ...text,
    step: "norm-1",
    formula: "y = γ·x̂ + β",
    madeAt: madeAtFirst,
    apply: altering((step, trace) => (hasRole(step, "norm") ? alter(step, trace) : undefined)),
  };
}

const OTHER_PLACE = new Map<unknown, string>([
  ["pre", "post"],
  ["post", "pre"],
]);

export const NORM_MISTAKES: readonly Mistake[] = [
  {
    id: "norm-eps-missing",
    step: "normalised",
    title: "ε was not added to the variance.",
    formula: LAYER_NORM,
    fix: "Add ε under the root, before it is taken.",
    madeAt: madeAtFirst,
    apply: altering((step) => (hasRole(step, "normalised") ? { params: { eps: 0 } } : undefined)),
  },
  {
    id: "norm-eps-outside",
    step: "normalised",
    title: "ε was added to the root, not under it.",
    formula: LAYER_NORM,
    fix: "Add ε to the variance, and take the root of the sum.",
    madeAt: madeAtFirst,
    apply: altering((step, trace) => {
      if (!hasRole(step, "normalised")) return undefined;
      const { eps } = step.params as Epsilon;
      const divisor = (square: number) => Math.sqrt(square) + eps;
      return {
        compute: ([x]) => (isRms(trace, step) ? overMeanSquare(x, divisor) : standardised(x, divisor)),
      };
    }),
  },
  {
    id: "norm-sample-variance",
    step: "variance",
    title: "The squares were divided by d − 1, not by d.",
    formula: "σ² = Σ (x − μ)² / d",
    fix: "A layer norm divides by the number of columns: torch's var(unbiased=False), NumPy's var.",
    apply: altering((step) => {
      if (!hasRole(step, "norm-variance")) return undefined;
      return {
        compute(inputs) {
          const { cols } = inputs[0];
          return mapCells(computeStep(step, inputs), (variance) => (variance * cols) / (cols - 1));
        },
      };
    }),
  },
  normalisedMistake(
    {
      id: "norm-root-missing",
      title: "The rows were divided by the variance, not by its root.",
      fix: "Divide by √(σ² + ε), the standard deviation.",
    },
    (x, eps) => standardised(x, (variance) => variance + eps),
    isLayerNorm,
  ),
  normalisedMistake(
    {
      id: "norm-not-divided",
      title: "The mean was taken off, and the rows were not divided by the standard deviation.",
      fix: "Divide by √(σ² + ε), too.",
    },
    (x) => standardised(x, () => 1),
    isLayerNorm,
  ),
  normalisedMistake(
    {
      id: "norm-wrong-axis",
      title: "The columns were normalised, not the rows.",
      fix: "Each token is normalised by itself: mean and variance are those of its row.",
    },
    (x, eps) => transpose(standardised(transpose(x), (variance) => Math.sqrt(variance + eps))),
    isLayerNorm,
  ),
  normalisedMistake(
    {
      id: "norm-over-all",
      title: "Mean and variance were taken of the whole matrix, not of each row.",
      fix: "Each token is normalised by itself: mean and variance are those of its row.",
    },
    (x, eps) => {
      const whole = { rows: 1, cols: x.data.length, data: x.data };
      return { ...x, data: standardised(whole, (variance) => Math.sqrt(variance + eps)).data };
    },
    isLayerNorm,
  ),
  normalisedMistake(
    {
      id: "norm-mean-kept",
      title: "The mean was not subtracted: this is an RMS norm.",
      fix: "A layer norm takes the mean of the row off before it divides.",
    },
    (x, eps) => overMeanSquare(x, (square) => Math.sqrt(square + eps)),
    isLayerNorm,
  ),
  normalisedMistake(
    {
      id: "norm-mean-subtracted",
      title: "The mean was subtracted: this is a layer norm, and an RMS norm is asked for.",
      fix: "An RMS norm divides by the root of the mean square, and takes nothing off.",
    },
    (x, eps) => standardised(x, (variance) => Math.sqrt(variance + eps)),
    isRms,
  ),
  affineMistake(
    {
      id: "norm-weight-bias-swapped",
      title: "Weight and bias of the norm were swapped.",
      fix: "Multiply by the weight γ, then add the bias β.",
    },
    ({ inputs: [x, weight, bias] }) => (bias === undefined ? undefined : { inputs: [x, bias, weight] }),
  ),
  affineMistake(
    {
      id: "norm-bias-first",
      title: "The bias of the norm was added before the weight was multiplied.",
      fix: "Multiply by the weight γ first, then add the bias β.",
    },
    ({ inputs }) =>
      inputs.length < 3
        ? undefined
        : {
            compute: ([x, weight, bias]) =>
              mapCells(x, (value, _, col) => (value + bias.data[col]) * weight.data[col]),
          },
  ),
  affineMistake(
    {
      id: "norm-weight-missing",
      title: "The norm was left without its weight.",
      fix: "Multiply the normalised rows by γ, column by column.",
    },
    (step) =>
      step.op.name === "scale-columns"
        ? { compute: ([x, , bias]) => (bias ? mapCells(x, (value, _, col) => value + bias.data[col]) : x) }
        : undefined,
  ),
  affineMistake(
    {
      id: "norm-bias-missing",
      title: "The norm was left without its bias.",
      fix: "Add β to each row after it was multiplied by γ.",
    },
    ({ inputs }) =>
      inputs.length < 3
        ? undefined
        : { compute: ([x, weight]) => mapCells(x, (value, _, col) => value * weight.data[col]) },
  ),
  affineMistake(
    {
      id: "norm-missing",
      title: "The norm was left out.",
      fix: `Normalise the rows where ${setting("norm")} says: behind each residual sum, or before each part.`,
    },
    (step, trace) => {
      const normalised = normalisedFor(trace, step);
      return normalised && { inputs: [normalised.inputs[0]], compute: ([x]) => x };
    },
  ),
  {
    id: "norm-misplaced",
    step: "norm-1",
    title:
      "The norms stand at the other place: behind the residual sums instead of before the parts, or the other way.",
    formula: "post: LN(x + f(x)); pre: x + f(LN x)",
    fix: "Post-norm normalises the sum (Vaswani et al. 2017); pre-norm what goes into f (GPT-2), and leaves x as it is.",
    convention: (altered) => ({ norm: String(stated(altered, "norm")) }),
    apply: (homework) => {
      const norm = OTHER_PLACE.get(stated(homework.trace, "norm"));
      const other = norm && recordOther(homework, { norm });
      return other ? [other] : [];
    },
  },
];
