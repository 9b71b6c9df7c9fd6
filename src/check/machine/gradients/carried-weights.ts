import { createMatrix, type Matrix, transpose } from "../../../math/matrix.js";
import { multiply } from "../../../math/product.js";
import { findStep, matrixOf } from "../../../trace/trace.js";
import { SUM_OF_PRODUCTS, type Working } from "../expected-error.js";
import type { Carried } from "./carried.js";
import { relativeError } from "./forward-errors.js";
import type { Carrying, GradientErrors } from "./gradient-errors.js";
import { store } from "./head-errors.js";
import { squared } from "./head-facts.js";
import { roundingsOf } from "./roundings.js";
import { sharedOfWeights } from "./shared-of-weights.js";

// Gradients of the weights of a projection, and of its bias: sums over the rows that went through it.

/** What is expected of dW = Xᵀ G (or Gᵀ X). X: n×in, G: n×out. */
export function ofWeights(carrying: Carrying): Carried {
  const { step, want, forward } = carrying;
  const [first, second] = step.inputs;
  const isTurned = findStep(forward.trace, first)?.id.startsWith("d-") ?? false;
  const [x, gradient] = isTurned ? [second, first] : [first, second];
  const source = matrixOf(forward.trace, x);
  const ofSource = (working: Working, wide: Set<string>) => relativeError(forward, x, working, wide);
  return summed(carrying, { gradient, source, ofSource, isTurned, want });
}

/** What is expected of db = Σ_i G_i: dW of a column of ones. */
export function ofBias(carrying: Carrying): Carried {
  const { step, want, forward } = carrying;
  const [gradient] = step.inputs;
  const source = createMatrix(matrixOf(forward.trace, gradient).rows, 1, () => 1);
  return summed(carrying, { gradient, source, ofSource: () => 0, isTurned: false, want });
}

interface Summed {
  readonly gradient: string;
  readonly source: Matrix;
  ofSource(working: Working, wide: Set<string>): number;
  readonly isTurned: boolean;
  readonly want: Matrix;
}

function summed(errors: GradientErrors, { gradient, source, ofSource, isTurned, want }: Summed): Carried {
  const carried = errors.carried(gradient);
  const numbers = matrixOf(errors.forward.trace, gradient);
  const wide = new Set(carried?.wide ?? []);
  return {
    ...{ want, wide },
    variance(working) {
      const roundings = roundingsOf(working);
      const { short, sums } = roundings;
      const { rows } = numbers;
      const isInRounded = working.compute === "tf32" || working.roundsInputs;
      const relative =
        short * (isInRounded ? 2 : 1) +
        short +
        ((SUM_OF_PRODUCTS * sums) ** 2 * rows) / 3 +
        ofSource(working, wide);
      const before = carried?.variance(working);
      const own = numbers.data.map((value, at) => (before?.[at] ?? 0) + relative * value * value);
      const shared = sharedOfWeights(errors, gradient, source, working);
      const made = multiply(transpose(squared(source)), { ...numbers, data: own });
      for (let at = 0; at < made.data.length; at++) made.data[at] += shared?.data[at] ?? 0;
      const laid = isTurned ? transpose(made) : made;
      const ofSums = (sums ** 2 * rows) / 9 + (shared ? short : 0);
      const all = laid.data.map((value, at) => value + ofSums * want.data[at] ** 2);
      return store(all, want, roundings);
    },
  };
}
