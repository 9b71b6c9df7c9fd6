import { type Matrix, rowOf } from "../../../math/matrix.js";
import { inputsOf, matrixOf, type Step } from "../../../trace/trace.js";
import type { RoundingModel } from "../expected-error.js";
import {
  type Forward,
  meanSquare,
  meanSquaresOfRows,
  relativeError,
  relativeTo,
  UNITS_ANYWHERE,
} from "./forward-errors.js";
import { type Propagated, stored } from "./propagated.js";
import type { Propagation } from "./propagation.js";

// Estimates the variance of gradients that begin at a loss, and of gradients that go through a step without a formula:
// "A wider rule" of docs/precision.md.

/** Estimates the error of the gradient of the mean squared error, 2 (o − t) / N, from the variance of the output o. */
export function ofSquaredError({ step, want, forward }: Propagation): Propagated {
  const [output] = step.inputs;
  const factor = 2 / want.data.length;
  return stored(want, (rounding, { sums }) => {
    const errors = forward.expected(output)?.variance(rounding);
    return want.data.map((own, at) => factor ** 2 * (errors?.[at] ?? 0) + sums ** 2 * own ** 2);
  });
}

/**
 * Estimates the error of the gradient of the cross-entropy, (p − 1 at the id) / rows. p has the error of the logits,
 * and that of its own softmax.
 */
export function ofCrossEntropy({ step, want, forward }: Propagation): Propagated {
  const shares = matrixOf(forward.trace, step.inputs[0]);
  const logits = forward.trace.steps.find(({ key }) => key === step.inputs[0])?.inputs[0] ?? "";
  const expected = forward.expected(logits);
  const count = shares.data.length === 0 ? 1 : countOf(shares, want);
  return stored(
    want,
    (rounding, { sums, short }) => {
      const relative = UNITS_OF_SOFTMAX * sums ** 2 + short;
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
      return own;
    },
    new Set<string>(expected ? [] : ["cross-entropy"]),
  );
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
  const means = meanSquaresOfRows(want);
  const whole = meanSquare(want.data);
  const bend = ACTIVATIONS.includes(step.op.name) ? bendOf(step, forward, wide) : () => undefined;
  return stored(
    want,
    (rounding, { sums, unit }) => {
      const relative =
        (UNITS_ANYWHERE * Math.max(sums, unit)) ** 2 +
        Math.max(0, ...parts.map((part) => relativeTo(part, rounding)));
      const bent = bend(rounding);
      return want.data.map(
        (value, at) => relative * (value ** 2 + means.data[at] + whole) + (bent?.[at] ?? 0),
      );
    },
    wide,
  );
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
function bendOf(step: Step, forward: Forward, wide: Set<string>): (rounding: RoundingModel) => Float64Array {
  const [gradient, x] = inputsOf(forward.trace, step);
  const mean = meanSquare(x.data);
  return (rounding) => {
    const square = relativeError(forward, step.inputs[1], rounding, wide) * mean;
    const isNear = (at: number) => Math.abs(x.data[at]) < MAX_UNSURE * Math.sqrt(square);
    return gradient.data.map((own, at) =>
      step.op.name === "relu-gradient" ? (isNear(at) ? own ** 2 : 0) : own ** 2 * square,
    );
  };
}
