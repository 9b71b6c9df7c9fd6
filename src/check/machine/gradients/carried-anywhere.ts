import { type Matrix, mapCells, rowOf } from "../../../math/matrix.js";
import { matrixOf, type Step } from "../../../trace/trace.js";
import { unitOfSums, type Working } from "../expected-error.js";
import type { Carried } from "./carried.js";
import type { Carrying } from "./carrying.js";
import { type Forward, relativeError } from "./forward-errors.js";
import { store } from "./head-errors.js";
import { roundingsOf } from "./roundings.js";

// Gradients that begin at a loss, and those that go through what no formula covers.

/** The gradient of the mean squared error, 2 (o − t) / N: the output errs. */
export function ofSquaredError({ step, want, forward }: Carrying): Carried {
  const [output] = step.inputs;
  const factor = 2 / want.data.length;
  return {
    want,
    wide: new Set<string>(),
    variance(working) {
      const errors = errorsOfOutput(forward.expected(output)?.variance(working), want);
      const { sums } = roundingsOf(working);
      const own = errors.map((error, at) => factor ** 2 * error + sums ** 2 * want.data[at] ** 2);
      return store(own, want, roundingsOf(working));
    },
  };
}

const errorsOfOutput = (errors: Float64Array | undefined, want: Matrix): Float64Array =>
  errors ?? new Float64Array(want.data.length);

/** The gradient of the cross-entropy, (p − 1 at the id) / rows: p errs by the logits, and by its own softmax. */
export function ofCrossEntropy({ step, want, forward }: Carrying): Carried {
  const shares = matrixOf(forward.trace, step.inputs[0]);
  const logits = forward.trace.steps.find(({ key }) => key === step.inputs[0])?.inputs[0] ?? "";
  const expected = forward.expected(logits);
  const count = shares.data.length === 0 ? 1 : countOf(shares, want);
  return {
    want,
    wide: new Set<string>(expected ? [] : ["cross-entropy"]),
    variance(working) {
      const roundings = roundingsOf(working);
      const relative = UNITS_OF_SOFTMAX * roundings.sums ** 2 + roundings.short;
      const errors = expected?.variance(working);
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
      return store(own, want, roundings);
    },
  };
}

const UNITS_OF_SOFTMAX = 16;

/** The rows that count: p over its gradient, where p is not that of the id. */
function countOf(shares: Matrix, want: Matrix): number {
  const at = want.data.findIndex((value, index) => value > 0 && shares.data[index] > 0);
  return at < 0 ? want.rows : Math.max(1, Math.round(shares.data[at] / want.data[at]));
}

/** So many units of its own size and of the size of its row a step errs by of which nothing is known. */
const UNITS_ANYWHERE = 4;

/**
 * The wider rule, for what no formula covers (norms, activations, another scoring): the error of the gradient that comes in,
 * relative to its size, goes on, and some units of the numbers of a row join it.
 */
export function carriedAnywhere({ step, want, forward, carried }: Carrying): Carried {
  const parts = step.inputs.flatMap((key) => carried(key) ?? []);
  const wide = new Set([step.id, ...parts.flatMap((part) => Array.from(part.wide))]);
  const means = mapCells(want, () => 0);
  for (let row = 0; row < want.rows; row++) {
    const own = rowOf(want, row);
    const mean = own.reduce((sum, value) => sum + value ** 2, 0) / Math.max(1, own.length);
    means.data.fill(mean, row * want.cols, (row + 1) * want.cols);
  }
  const whole = means.data.reduce((sum, value) => sum + value, 0) / Math.max(1, means.data.length);
  const bend = ACTIVATIONS.includes(step.op.name) ? bendOf(step, forward, wide) : () => undefined;
  return {
    want,
    wide,
    variance(working: Working) {
      const roundings = roundingsOf(working);
      const unit = Math.max(unitOfSums(working.compute), roundings.unit);
      const relative =
        (UNITS_ANYWHERE * unit) ** 2 + Math.max(0, ...parts.map((part) => relativeOf(part, working)));
      const bent = bend(working);
      const own = want.data.map(
        (value, at) => relative * (value ** 2 + means.data[at] + whole) + (bent?.[at] ?? 0),
      );
      return store(own, want, roundings);
    },
  };
}

const ACTIVATIONS: readonly string[] = [
  "relu-gradient",
  "gelu-gradient",
  "gelu-tanh-gradient",
  "silu-gradient",
];

/** A number of which ReLU does not know the sign is within so many of its expected errors of 0. */
const MOST_UNSURE = 6;

/**
 * What the errors of x make of dy ∘ f′(x): the slope of a smooth f changes by about as much as x does; that of ReLU is 0 or 1,
 * and either where x is as near to 0 as its own error.
 */
function bendOf(
  { op, inputs }: Step,
  forward: Forward,
  wide: Set<string>,
): (working: Working) => Float64Array {
  const [gradient, x] = inputs.map((key) => matrixOf(forward.trace, key));
  const mean = x.data.reduce((sum, value) => sum + value ** 2, 0) / Math.max(1, x.data.length);
  return (working) => {
    const square = relativeError(forward, inputs[1], working, wide) * mean;
    const isNear = (at: number) => Math.abs(x.data[at]) < MOST_UNSURE * Math.sqrt(square);
    return gradient.data.map((own, at) =>
      op.name === "relu-gradient" ? (isNear(at) ? own ** 2 : 0) : own ** 2 * square,
    );
  };
}

function relativeOf({ want, variance }: Carried, working: Working): number {
  const errors = variance(working).reduce((sum, value) => sum + value, 0);
  const squares = want.data.reduce((sum, value) => sum + value ** 2, 0);
  return squares > 0 ? errors / squares : 0;
}
