import { convention, divide, multiply, subtract } from "../trace/arrays.js";
import { define } from "./define.js";

/** How weights are dropped: a cell is dropped with this probability. The mask has a 0 there. */
export interface Dropout {
  readonly probability: number;
}

/** A∘M / (1 − p), where M is 1 in the kept cells and 0 in the dropped cells. A, M: n×m → n×m. */
export const dropCells = define<Dropout>({
  name: "drop-cells",
  rowwise: "all",
  definition([a, mask], { probability }) {
    const kept = multiply(a, mask);
    if (probability === 0) return kept;
    const dropped = convention("DROPOUT_P", probability, "the probability of a weight to be dropped");
    return divide(kept, subtract(1, dropped));
  },
  gradient(back, { inputs: [weights, mask], params, gradient, d }) {
    const share = params.probability === 0 ? "" : ` / (1 − ${params.probability})`;
    back.record(0, dropCells, [gradient, mask], `${d} ∘ ${back.symbol(mask)}${share}`, params);
    back.record(1, dropCells, [gradient, weights], `${d} ∘ ${back.symbol(weights)}${share}`, params);
  },
});
