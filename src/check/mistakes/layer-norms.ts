import { hasRole } from "../../attention/steps.js";
import { setting } from "../../errors.js";
import { mapCells } from "../../math/matrix.js";
import { type Epsilon, scaleColumns } from "../../ops/normalisation.js";
import { add, divide, multiply, sqrt, square, subtract, sum, type Term, total } from "../../trace/arrays.js";
import { computeStep, findStep, type Step, type Trace } from "../../trace/trace.js";
import { type Alter, altering, alterStep, insteadOf, passThroughInput, stated } from "./alter.js";
import { type Mistake, mistakesAt, recordOther, setSpecificTitle } from "./mistake.js";

// Mistakes in the norms of a layer or model.

type OwnText = Pick<Mistake, "id" | "title" | "fix">;

const normalising = mistakesAt("normalised", "x̂ = (x − μ) / √(σ² + ε), y = γ·x̂ + β");

/** The rows of x: minus their mean if it is subtracted, and the mean of the squares of these. */
interface Rows {
  readonly x: Term;
  readonly centred: Term;
  readonly squares: Term;
}

type Normalise = (rows: Rows, eps: number) => Term;

/** Returns a mistake in normalising the rows of x, in layer norms, RMS norms, or both. */
const normalisedBy = (kind: "layer" | "rms" | "both", own: OwnText, ...ways: readonly Normalise[]): Mistake =>
  normalising({
    ...own,
    apply: ({ trace }) =>
      ways.flatMap((normalise) =>
        alterStep(trace, "normalised", ({ inputs }) => {
          if (kind !== "both" && (inputs.length === 2) !== (kind === "rms")) return undefined;
          return insteadOf<Epsilon>(([x, ...measures], { eps }) => {
            const [squares, mean] = measures.toReversed();
            const centred = mean === undefined ? x : subtract(x, mean);
            return normalise({ x, centred, squares }, eps);
          });
        }),
      ),
  });

/** Subtracts a mean, and divides by the root of the mean of the squares. */
function standardised(x: Term, eps: number, meanOf: (a: Term) => Term): Term {
  const centred = subtract(x, meanOf(x));
  const variance = meanOf(square(centred));
  return divide(centred, sqrt(add(variance, eps)));
}

const affine = mistakesAt("norm-1", "y = γ·x̂ + β");

const inNorm = (own: OwnText, alter: Alter): Mistake =>
  affine({
    ...own,
    apply: altering((step, trace) => (hasRole(step, "norm") ? alter(step, trace) : undefined)),
  });

/** Returns a mistake in applying γ and β to the normalised rows, in norms that have both. */
const weighedBy = (own: OwnText, make: (x: Term, weight: Term, bias: Term) => Term): Mistake =>
  inNorm(own, ({ inputs }) =>
    inputs.length < 3 ? undefined : insteadOf(([x, weight, bias]) => make(x, weight, bias)),
  );

/** Returns the key of the rows that a norm normalises. */
export const inputOfNorm = (trace: Trace, norm: Step): readonly string[] =>
  findStep(trace, norm.inputs[0])?.inputs.slice(0, 1) ?? [];

const OTHER_PLACE = new Map<unknown, string>([
  ["pre", "post"],
  ["post", "pre"],
]);

export const NORM_MISTAKES: readonly Mistake[] = [
  normalising({
    id: "norm-eps-missing",
    title: "ε was not added to the variance.",
    fix: "Add ε under the root.",
    apply: altering((step) => (hasRole(step, "normalised") ? { params: { eps: 0 } } : undefined)),
  }),
  normalisedBy(
    "both",
    {
      id: "norm-eps-outside",
      title: "ε was added to the root, not under it.",
      fix: "Add ε to the variance, and take the root of the sum.",
    },
    ({ centred, squares }, eps) => divide(centred, add(sqrt(squares), eps)),
  ),
  {
    id: "norm-sample-variance",
    step: "variance",
    title: "The squares were divided by d − 1, not by d.",
    formula: "σ² = Σ (x − μ)² / d",
    fix: "A layer norm divides by the number of columns: torch's var(unbiased=False), NumPy's var.",
    apply: altering((step) => {
      if (!hasRole(step, "variance")) return undefined;
      return {
        compute(inputs) {
          const { cols } = inputs[0];
          return mapCells(computeStep(step, inputs), (variance) => (variance * cols) / (cols - 1));
        },
      };
    }),
  },
  normalisedBy(
    "layer",
    {
      id: "norm-root-missing",
      title: "The rows were divided by the variance, not by its root.",
      fix: "Divide by √(σ² + ε), the standard deviation.",
    },
    ({ centred, squares }, eps) => divide(centred, add(squares, eps)),
  ),
  normalisedBy(
    "layer",
    {
      id: "norm-not-divided",
      title: "The mean was subtracted, but the rows were not divided by the standard deviation.",
      fix: "Divide by √(σ² + ε), too.",
    },
    ({ centred }) => centred,
  ),
  normalisedBy(
    "layer",
    {
      id: "norm-wrong-axis",
      title: "The columns were normalised, not the rows.",
      fix: "Normalise each token by the mean and variance of its own row.",
    },
    ({ x }, eps) => standardised(x, eps, (a) => divide(sum(a, 0), x.rows)),
  ),
  normalisedBy(
    "layer",
    {
      id: "norm-over-all",
      title: "Mean and variance were computed for the whole matrix, not for each row.",
      fix: "Normalise each token by the mean and variance of its own row.",
    },
    ({ x }, eps) => standardised(x, eps, (a) => divide(total(a), x.rows * x.cols)),
  ),
  normalisedBy(
    "layer",
    {
      id: "norm-mean-kept",
      title: "The mean was not subtracted.",
      fix: "A layer norm subtracts the mean of the row before it divides.",
    },
    ({ x }, eps) => divide(x, sqrt(add(divide(sum(square(x), 1), x.cols), eps))),
    ({ x, squares }, eps) => divide(x, sqrt(add(squares, eps))),
  ),
  normalisedBy(
    "rms",
    {
      id: "norm-mean-subtracted",
      title: "The mean was subtracted: this is a layer norm, but the task asks for an RMS norm.",
      fix: "An RMS norm divides by the root of the mean square, and subtracts nothing.",
    },
    ({ x }, eps) => standardised(x, eps, (a) => divide(sum(a, 1), x.cols)),
  ),
  weighedBy(
    {
      id: "norm-weight-bias-swapped",
      title: "Weight and bias of the norm were swapped.",
      fix: "Multiply by the weight γ, then add the bias β.",
    },
    (x, weight, bias) => add(multiply(x, bias), weight),
  ),
  weighedBy(
    {
      id: "norm-bias-first",
      title: "The bias of the norm was added before the weight was multiplied.",
      fix: "Multiply by the weight γ first, then add the bias β.",
    },
    (x, weight, bias) => multiply(add(x, bias), weight),
  ),
  inNorm(
    {
      id: "norm-weight-missing",
      title: "The weight of the norm was left out.",
      fix: "Multiply the normalised rows by γ, column by column.",
    },
    ({ op, inputs }) => {
      if (op.name !== scaleColumns.name) return undefined;
      return inputs.length < 3 ? passThroughInput : insteadOf(([x, , bias]) => add(x, bias));
    },
  ),
  weighedBy(
    {
      id: "norm-bias-missing",
      title: "The bias of the norm was left out.",
      fix: "Multiply each row by γ, then add β.",
    },
    (x, weight) => multiply(x, weight),
  ),
  inNorm(
    {
      id: "norm-missing",
      title: "The norm was left out.",
      fix: `Normalise the rows at the place that ${setting("norm")} says: behind each residual sum, or before each part.`,
    },
    (step, trace) => ({ ...passThroughInput, inputs: inputOfNorm(trace, step) }),
  ),
  {
    id: "norm-misplaced",
    step: "norm-1",
    title: "The norms are in the other place.",
    formula: "post: LN(x + f(x)); pre: x + f(LN x)",
    fix: "Post-norm normalises the sum (Vaswani et al. 2017); pre-norm normalises the input of f (GPT-2) and leaves x unchanged.",
    convention: (altered) => ({ norm: String(stated(altered, "norm")) }),
    isOfWholeRun: true,
    apply: (homework) => {
      const norm = OTHER_PLACE.get(stated(homework.trace, "norm"));
      const other = norm && recordOther(homework, { norm });
      const where = norm === "pre" ? "before the parts" : "behind the residual sums";
      return setSpecificTitle(other ? [other] : [], () => `The norms are ${where} here (${norm}-norm).`);
    },
  },
];
