import { squaresOf, sumOver } from "../../../math/lists.js";
import { type Matrix, mapCells, rowOf } from "../../../math/matrix.js";
import { matrixOf, type Step } from "../../../trace/trace.js";
import { type RoundingModel, unitOfSums } from "../expected-error.js";
import { errorTermsOf } from "./error-terms.js";
import { type Forward, relativeError, relativeTo, UNITS_ANYWHERE } from "./forward-errors.js";
import { store } from "./head-errors.js";
import type { Propagated } from "./propagated.js";
import type { Propagation } from "./propagation.js";

// Estimates the variance of gradients that begin at a loss, and of gradients that go through a step without a formula:
// "A wider rule" of docs/precision.md.

/** Estimates the error of the gradient of the mean squared error, 2 (o − t) / N, from the variance of the output o. */
export function ofSquaredError({ step, want, forward }: Propagation): Propagated {
  const [output] = step.inputs;
  const factor = 2 / want.data.length;
  return {
    want,
    wide: new Set<string>(),
    variance(rounding) {
      const errors = errorsOfOutput(forward.expected(output)?.variance(rounding), want);
      const { sums } = errorTermsOf(rounding);
      const own = errors.map((error, at) => factor ** 2 * error + sums ** 2 * want.data[at] ** 2);
      return store(own, want, errorTermsOf(rounding));
    },
  };
}

const errorsOfOutput = (errors: Float64Array | undefined, want: Matrix): Float64Array =>
  errors ?? new Float64Array(want.data.length);

/**
 * Estimates the error of the gradient of the cross-entropy, (p − 1 at the id) / rows. p has the error of the logits,
 * and that of its own softmax.
 */
export function ofCrossEntropy({ step, want, forward }: Propagation): Propagated {
  const shares = matrixOf(forward.trace, step.inputs[0]);
  const logits = forward.trace.steps.find(({ key }) => key === step.inputs[0])?.inputs[0] ?? "";
  const expected = forward.expected(logits);
  const count = shares.data.length === 0 ? 1 : countOf(shares, want);
  return {
    want,
    wide: new Set<string>(expected ? [] : ["cross-entropy"]),
    variance(rounding) {
      const errorTerms = errorTermsOf(rounding);
      const relative = UNITS_OF_SOFTMAX * errorTerms.sums ** 2 + errorTerms.short;
      const errors = expected?.variance(rounding);
      const own = new Float64Array(want.data.length);
      for (let row = 0; row < want.rows; row++) {
        const p = rowOf(shares, row);
        let common = 0;
        for (let c = 0; errors && c < p.length; c++) common += p[c] ** 2 * errors[row * want.cols + c];
        for (let c = 0; c < p.length; c++) {
          const error = errors ? errors[row * want.cols + c] : 0;
          own[row * want.cols + c] = (p[c] / count) ** 2 * (error + common + relative);
        }
      }
      return store(own, want, errorTerms);
    },
  };
}

const UNITS_OF_SOFTMAX = 16;

/**
 * Finds the number of rows that the loss is averaged over: p divided by its gradient, in a cell that is not that of the
 * id.
 */
function countOf(shares: Matrix, want: Matrix): number {
  const at = want.data.findIndex((value, index) => value > 0 && shares.data[index] > 0);
  return at < 0 ? want.rows : Math.max(1, Math.round(shares.data[at] / want.data[at]));
}

/**
 * Estimates by the wider rule the error of a step without a formula (norms, activations, another scoring). The relative
 * error of the incoming gradient is kept. Four units of each number, and of the root mean squares of its row and of the
 * matrix, are added.
 */
export function propagatedAnywhere({ step, want, forward, propagated }: Propagation): Propagated {
  const parts = step.inputs.flatMap((key) => propagated(key) ?? []);
  const wide = new Set([step.id, ...parts.flatMap((part) => Array.from(part.wide))]);
  const means = mapCells(want, () => 0);
  for (let row = 0; row < want.rows; row++) {
    const wantedRow = rowOf(want, row);
    const mean = squaresOf(wantedRow) / Math.max(1, wantedRow.length);
    means.data.fill(mean, row * want.cols, (row + 1) * want.cols);
  }
  const whole = sumOver(means.data) / Math.max(1, means.data.length);
  const bend = ACTIVATIONS.includes(step.op.name) ? bendOf(step, forward, wide) : () => undefined;
  return {
    want,
    wide,
    variance(rounding: RoundingModel) {
      const errorTerms = errorTermsOf(rounding);
      const unit = Math.max(unitOfSums(rounding.compute), errorTerms.unit);
      const relative =
        (UNITS_ANYWHERE * unit) ** 2 + Math.max(0, ...parts.map((part) => relativeTo(part, rounding)));
      const tanhs = bend(rounding);
      const own = want.data.map(
        (value, at) => relative * (value ** 2 + means.data[at] + whole) + (tanhs?.[at] ?? 0),
      );
      return store(own, want, errorTerms);
    },
  };
}

const ACTIVATIONS: readonly string[] = [
  "relu-gradient",
  "gelu-gradient",
  "gelu-tanh-gradient",
  "silu-gradient",
];

/** The sign of ReLU's input is uncertain if the input is within this many expected errors of 0. */
const MAX_UNSURE = 6;

/**
 * Estimates what the error of x causes in dy ∘ f′(x). The slope of a smooth f changes by about as much as x does. The
 * slope of ReLU is 0 or 1, and may be either if x is as near to 0 as its error.
 */
function bendOf(
  { op, inputs }: Step,
  forward: Forward,
  wide: Set<string>,
): (rounding: RoundingModel) => Float64Array {
  const [gradient, x] = inputs.map((key) => matrixOf(forward.trace, key));
  const mean = squaresOf(x.data) / Math.max(1, x.data.length);
  return (rounding) => {
    const square = relativeError(forward, inputs[1], rounding, wide) * mean;
    const isNear = (at: number) => Math.abs(x.data[at]) < MAX_UNSURE * Math.sqrt(square);
    return gradient.data.map((own, at) =>
      op.name === "relu-gradient" ? (isNear(at) ? own ** 2 : 0) : own ** 2 * square,
    );
  };
}
