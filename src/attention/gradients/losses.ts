import { createMatrix } from "../../math/matrix.js";
import { meanSquaredError, meanSquaredErrorGradient, sumOfCells } from "../../ops/losses.js";
import { measured } from "../../ops/sources.js";
import type { Recorder, Ref, StepDescription } from "../../trace/recorder.js";

/** The losses by name: what they make of an output, and of a target where they have one. */
export const LOSS_NAMES = ["sum", "mse"] as const;

export type LossName = (typeof LOSS_NAMES)[number];

/** What the gradient of a loss says of itself, but for its formula. */
type Described = Omit<StepDescription, "formula">;

const NUMBER: StepDescription["axes"] = [{ name: "loss" }, { name: "loss", labels: ["L"] }];

/** Records `loss`, the sum of the output, and its gradient, which is 1 everywhere. output: n×d → n×d. */
export function recordSumLoss(recorder: Recorder, output: Ref, symbol: string, as: Described): Ref {
  const { rows, cols } = output.shape;
  recordLoss(recorder, recorder.step(sumOfCells, [output], undefined, loss(`L = Σ_ic ${symbol}_ic`)));
  const values = createMatrix(rows, cols, () => 1);
  const how = "1, since the loss is the sum of the output";
  return recorder.step(measured, [], { values, how }, { ...as, formula: `∂L/∂${symbol}_ic = 1` });
}

/** Records `loss`, the mean squared error, and its gradient. output, target: n×d → n×d. */
export function recordMeanSquaredError(
  recorder: Recorder,
  output: Ref,
  target: Ref,
  symbol: string,
  as: Described,
): Ref {
  const given = [output, target];
  const size = `${output.shape.rows}·${output.shape.cols}`;
  const formula = `L = Σ_ic (${symbol}_ic − T_ic)² / (${size})`;
  recordLoss(recorder, recorder.step(meanSquaredError, given, undefined, loss(formula)));
  return recorder.step(meanSquaredErrorGradient, given, undefined, {
    ...as,
    formula: `d${symbol} = 2 (${symbol} − T) / (${size})`,
  });
}

const loss = (formula: string): StepDescription => ({ id: "loss", title: "Loss", formula, axes: NUMBER });

const recordLoss = (recorder: Recorder, value: Ref) => recorder.result("loss", value);
