import { refuseAs, setting } from "../../errors.js";
import { createMatrix } from "../../math/matrix.js";
import {
  crossEntropy,
  crossEntropyGradient,
  IGNORE_INDEX,
  meanSquaredError,
  meanSquaredErrorGradient,
  sumOfCells,
} from "../../ops/losses.js";
import { rowSums } from "../../ops/product.js";
import { exponentials, normalizeRows } from "../../ops/softmax.js";
import { measured } from "../../ops/sources.js";
import type { Op } from "../../trace/op.js";
import { numbersOf, type Ref, record, recorder, type StepDescription } from "../recorder.js";
import { choice, settingTable, takes } from "../setting.js";
import { requireShapes } from "../shapes.js";

/** What a loss and its gradient are recorded from. */
interface LossContext {
  /** n×d */
  readonly output: Ref;
  /** How formulas write the output and its gradient: O and dO. */
  readonly of: string;
  readonly d: string;
  /** The description of the gradient of the output. */
  readonly as: StepDescription;
}

/** Records a loss and names it as a result. */
const recordLoss = (op: Op, operands: readonly Ref[], formula: string) =>
  recorder.result("loss", record("loss", op, operands, undefined, formula));

/** A loss of the output. One entry per loss. */
export interface Loss {
  /** For a loss that compares the output with a target: what to say if there is none. */
  readonly needs?: readonly [message: string, hint: string];
  /** Records `loss` and its gradient. → n×d. Throws SHAPE_MISMATCH and BAD_VALUE for a target that does not fit. */
  record(context: LossContext, target: Ref): Ref;
}

export const LOSSES = {
  /** The sum of the output. Its gradient is 1 in every cell. */
  sum: {
    record({ output, of, as }) {
      recordLoss(sumOfCells, [output], `L = Σ_ic ${of}_ic`);
      const values = createMatrix(output.shape.rows, output.shape.cols, () => 1);
      const how = "1, because the loss is the sum of the output";
      return recorder.step(measured, [], { params: { values, how }, ...as, formula: `∂L/∂${of}_ic = 1` });
    },
  },
  /** The mean squared error. target: n×d. */
  mse: {
    needs: [
      "The mean squared error needs a target.",
      `Write ${setting("loss")} mse:FILE, or ${setting("loss")} 'mse:1 0; 0 1', or give target.`,
    ],
    record({ output, of, d, as }, target) {
      requireShapes([output, "n", "d"], [target, "n", "d"]);
      const operands = [output, target];
      const size = `${output.shape.rows}·${output.shape.cols}`;
      recordLoss(meanSquaredError, operands, `L = Σ_ic (${of}_ic − T_ic)² / (${size})`);
      const ofOutput = `${d} = 2 (${of} − T) / (${size})`;
      return recorder.step(meanSquaredErrorGradient, operands, { ...as, formula: ofOutput });
    },
  },
  /**
   * The cross-entropy of rows of logits with one id per row (−100: the row is ignored). Records the probabilities
   * unless they exist. target: n numbers.
   */
  "cross-entropy": {
    needs: [
      "The cross-entropy needs the right id of each row.",
      `Write ${setting("loss")} cross-entropy:3,0,7, or ${setting("loss")} cross-entropy:FILE, or give target.`,
    ],
    record({ output, of, d, as }, ids) {
      requireIds(output, ids);
      const recorded = recorder.trace().steps.find(({ role }) => role === "probabilities");
      const probabilities = recorded ? recorder.ref(recorded.key) : recordProbabilities(output);
      const formula = `L = mean over the rows i of ln Σ_j e^${of}_ij − ${of}_it, t the id of row i`;
      recordLoss(crossEntropy, [output, ids], formula);
      const ofOutput = `${d} = (p − 1 at the id of the row) / number of rows that count`;
      return recorder.step(crossEntropyGradient, [probabilities, ids], { ...as, formula: ofOutput });
    },
  },
} as const satisfies Record<string, Loss>;

export type LossName = keyof typeof LOSSES;

function requireIds({ shape }: Ref, ids: Ref) {
  const { data } = numbersOf(ids);
  const { rows, cols } = ids.shape;
  if (Math.min(rows, cols) !== 1 || rows * cols !== shape.rows)
    refuseAs(
      "SHAPE_MISMATCH",
      `Cross-entropy needs an id for each of the ${shape.rows} rows of logits; target is ${rows}×${cols}.`,
      `Give one id per row, and ${IGNORE_INDEX} for a row that does not count.`,
      "target",
    );

  const isKnown = (id: number) => id === IGNORE_INDEX || (Number.isInteger(id) && id >= 0 && id < shape.cols);
  const at = data.findIndex((id) => !isKnown(id));
  if (at >= 0) {
    const cell = { row: Math.floor(at / cols), col: at % cols };
    refuseAs("BAD_VALUE", `The target of row ${at} is ${data[at]}, which is not an id.`, {
      hint: `There are ${shape.cols} logits per row: ids are 0 to ${shape.cols - 1}, or ${IGNORE_INDEX} for a row that does not count.`,
      subject: { name: "target", ...cell },
    });
  }
  if (data.every((id) => id === IGNORE_INDEX))
    refuseAs(
      "BAD_VALUE",
      `No row counts: every target is ${IGNORE_INDEX}.`,
      "Give an id to at least one row.",
      "target",
    );
}

/** Records the softmax of each row of logits as `logit-exponentials`, `logit-sums` and `probabilities`. n×V → n×V. */
export function recordProbabilities(logits: Ref): Ref {
  const powers = record("logit-exponentials", exponentials, [logits], { isShifted: true });
  const sums = record("logit-sums", rowSums, [powers]);
  return record("probabilities", normalizeRows, [powers, sums], { emptyRow: "zero" });
}

const parseLoss = choice(...(Object.keys(LOSSES) as LossName[]));

export const GRADIENT_SETTINGS = settingTable("Gradients", {
  loss: takes(
    "<loss>",
    (given) => parseLoss(typeof given === "string" ? given.split(":", 1)[0] : given),
    "a loss of the output, and all its gradients: sum, mse:TARGET (a matrix like any other), or cross-entropy:IDS if its rows are logits",
    {
      unfold(typed: string): Readonly<Record<string, string>> {
        const [, name, target] = /^\s*(mse|cross-entropy):(.*)$/s.exec(typed) ?? [];
        return target === undefined ? { loss: typed } : { loss: name, target };
      },
    },
  ),
});
