import { setting, UserError } from "../../errors.js";
import { matrixFromRows } from "../../math/matrix.js";
import { placeParts } from "../../ops/parts.js";
import { rowSums } from "../../ops/product.js";
import { softmaxGradient, softmaxJacobian } from "../../ops/softmax.js";
import { measured } from "../../ops/sources.js";
import type { RecordedAttention } from "../attention.js";
import { recordGradientsFrom } from "../gradients/backward.js";
import type { Recorder, Ref, StepOverrides } from "../recorder.js";
import { requireShapes } from "../shapes.js";

type Attention = Pick<RecordedAttention, "softmax" | "weights" | "output">;

/**
 * Records how the softmax of one row depends on its scores: the Jacobian diag(p) − p pᵀ (m×m) and its row sums, which
 * are 0. For an output gradient g (1×d_v) it also records all gradients of a loss of that row, with ∂L/∂α = g Vᵀ and
 * ∂L/∂s = ∂L/∂α · J as separate steps. Throws BAD_VALUE for a row that does not exist, MISSING_INPUT for a gradient
 * without values, SHAPE_MISMATCH.
 */
export function recordScoreGradient(
  recorder: Recorder,
  attention: Attention,
  { row, outputGradient }: { readonly row: number; readonly outputGradient: readonly number[] | undefined },
): void {
  const { rows } = attention.softmax.shape;
  if (row >= rows) {
    const what = rows === 1 ? "is 1 row" : `are ${rows} rows`;
    throw new UserError(
      "BAD_VALUE",
      `${setting("jacobian")} is ${row}, but there ${what}.`,
      "Rows count from 0.",
    );
  }
  const { softmax } = attention;
  const jacobian = recorder.record(
    "jacobian",
    softmaxJacobian,
    [softmax],
    { row },
    {
      title: `Softmax Jacobian of row ${softmax.axes[0].labels?.[row] ?? row}`,
      notes: [
        "∂p_j/∂s_k = p_j (δ_jk − p_k); every row sums to 0: if one weight grows, the others shrink as much",
      ],
    },
  );
  recorder.record("jacobian-row-sums", rowSums, [jacobian]);
  if (outputGradient) recordGradients(recorder, attention, row, outputGradient);
}

/** Records the gradients from ∂L/∂o of the row back to its weights, its scores, and the inputs of that scoring. */
function recordGradients(
  recorder: Recorder,
  { weights, output }: Attention,
  row: number,
  outputGradient: readonly number[],
): void {
  if (!output) {
    throw new UserError(
      "MISSING_INPUT",
      "An output gradient is given, but there is no value.",
      `Give value, or leave out ${setting("outputGradient")}.`,
    );
  }
  const gradientRow = matrixFromRows([outputGradient]);
  const { rows, cols } = output.shape;
  requireShapes([output, "n", "d_v"], [{ key: setting("outputGradient"), shape: gradientRow }, "1", "d_v"]);
  const gradient = recorder.record(
    "output-gradient",
    measured,
    [],
    { values: gradientRow, how: `given as ${setting("outputGradient")}` },
    {
      columns: output.axes[1],
    },
  );
  const fullGradient = recorder.step(placeParts, [gradient], {
    params: { rows, cols, places: [{ firstRow: row, firstCol: 0 }] },
    id: "d-output",
    title: "Gradient of output",
    formula: `g in row ${row}; the loss is only of that row`,
    axes: output.axes,
  });
  const gradients = recordGradientsFrom(recorder, output, fullGradient);
  const cutRow = (
    name: "weight-gradient" | "score-gradient",
    of: Ref | undefined,
    how: string,
    overrides?: StepOverrides,
  ) => {
    if (!of) throw new RangeError(`there is nothing to make "${name}" of`);
    recorder.cut(name, of, "rows", row, 1, { ...overrides, formula: `${how}, row ${row} of ${of.key}` });
  };
  cutRow("weight-gradient", gradients.get(weights.key), "∂L/∂α = g Vᵀ");
  const ofScores = [...gradients.values()].find(
    ({ key }) => recorder.numbers.nodes.node(key)?.op.name === softmaxGradient.name,
  );
  cutRow("score-gradient", ofScores, "∂L/∂s = ∂L/∂p · J", {
    notes: ["of the scores as they enter the softmax: after scale, softcap and bias"],
  });
}
