import { UserError } from "../../errors.js";
import { createMatrix, type Matrix } from "../../math/matrix.js";
import {
  crossEntropy,
  crossEntropyGradient,
  IGNORE_INDEX,
  meanSquaredError,
  meanSquaredErrorGradient,
  sumOfCells,
} from "../../ops/losses.js";
import { exponentials, normalizeRows } from "../../ops/softmax.js";
import { measured } from "../../ops/sources.js";
import { rowSums } from "../../ops/sums.js";
import type { Recorder, Ref, StepDescription } from "../recorder.js";
import { requireShapes } from "../shapes.js";

/** The names of the losses. */
export const LOSS_NAMES = ["sum", "mse", "cross-entropy"] as const;

export type LossName = (typeof LOSS_NAMES)[number];

/** The losses that compare the output with a target. */
export const TARGET_LOSSES: readonly LossName[] = ["mse", "cross-entropy"];

/** How formulas write the output and its gradient: O and dO. */
interface Symbols {
  readonly of: string;
  readonly d: string;
}

/** Records `loss`, the sum of the output, and its gradient, which is 1 in every cell. output: n×d → n×d. */
export function recordSumLoss(recorder: Recorder, output: Ref, { of }: Symbols, as: StepDescription): Ref {
  const { rows, cols } = output.shape;
  recordLoss(
    recorder,
    recorder.record("loss", sumOfCells, [output], undefined, { formula: `L = Σ_ic ${of}_ic` }),
  );
  const values = createMatrix(rows, cols, () => 1);
  const how = "1, because the loss is the sum of the output";
  return recorder.step(measured, [], { params: { values, how }, ...as, formula: `∂L/∂${of}_ic = 1` });
}

/**
 * Records `loss`, the mean squared error, and its gradient. output, target: n×d → n×d. Throws SHAPE_MISMATCH.
 */
export function recordMeanSquaredError(
  recorder: Recorder,
  output: Ref,
  target: Ref,
  { of, d }: Symbols,
  as: StepDescription,
): Ref {
  requireShapes([output, "n", "d"], [target, "n", "d"]);
  const operands = [output, target];
  const size = `${output.shape.rows}·${output.shape.cols}`;
  const formula = `L = Σ_ic (${of}_ic − T_ic)² / (${size})`;
  recordLoss(recorder, recorder.record("loss", meanSquaredError, operands, undefined, { formula }));
  return recorder.step(meanSquaredErrorGradient, operands, {
    ...as,
    formula: `${d} = 2 (${of} − T) / (${size})`,
  });
}

/**
 * Records `loss`, the cross-entropy of rows of logits with one id per row (−100: the row is ignored), and its gradient.
 * Records the probabilities unless they exist. logits: n×V, ids: n numbers → n×V. Throws SHAPE_MISMATCH and BAD_VALUE.
 */
export function recordCrossEntropy(
  recorder: Recorder,
  logits: Ref,
  ids: Ref,
  { of, d }: Symbols,
  as: StepDescription,
): Ref {
  requireIds(logits, ids, recorder.numbers.of(ids));
  const recorded = recorder.trace().steps.find(({ role }) => role === "probabilities");
  const probabilities = recorded ? recorder.ref(recorded.key) : recordProbabilities(recorder, logits);
  const formula = `L = mean over the rows i of ln Σ_j e^${of}_ij − ${of}_it, t the id of row i`;
  recordLoss(recorder, recorder.record("loss", crossEntropy, [logits, ids], undefined, { formula }));
  return recorder.step(crossEntropyGradient, [probabilities, ids], {
    ...as,
    formula: `${d} = (p − 1 at the id of the row) / number of rows that count`,
  });
}

function requireIds({ shape }: Ref, ids: Ref, { data }: Matrix): void {
  const { rows, cols } = ids.shape;
  if (Math.min(rows, cols) !== 1 || rows * cols !== shape.rows) {
    throw new UserError(
      "SHAPE_MISMATCH",
      `Cross-entropy needs an id for each of the ${shape.rows} rows of logits; target is ${rows}×${cols}.`,
      `Give one id per row, and ${IGNORE_INDEX} for a row that does not count.`,
      "target",
    );
  }
  const isKnown = (id: number) => id === IGNORE_INDEX || (Number.isInteger(id) && id >= 0 && id < shape.cols);
  const at = data.findIndex((id) => !isKnown(id));
  if (at >= 0) {
    const cell = { row: Math.floor(at / cols), col: at % cols };
    throw new UserError("BAD_VALUE", `The target of row ${at} is ${data[at]}, which is not an id.`, {
      hint: `There are ${shape.cols} logits per row: ids are 0 to ${shape.cols - 1}, or ${IGNORE_INDEX} for a row that does not count.`,
      subject: { name: "target", ...cell },
    });
  }
  if (data.every((id) => id === IGNORE_INDEX)) {
    throw new UserError(
      "BAD_VALUE",
      `No row counts: every target is ${IGNORE_INDEX}.`,
      "Give an id to at least one row.",
      "target",
    );
  }
}

const recordLoss = (recorder: Recorder, value: Ref) => recorder.result("loss", value);

/** Records the softmax of each row of logits as `logit-exponentials`, `logit-sums` and `probabilities`. n×V → n×V. */
export function recordProbabilities(recorder: Recorder, logits: Ref): Ref {
  const powers = recorder.record("logit-exponentials", exponentials, [logits], { isShifted: true });
  const sums = recorder.record("logit-sums", rowSums, [powers]);
  return recorder.record("probabilities", normalizeRows, [powers, sums], { emptyRow: "zero" });
}
