import { UserError } from "../../errors.js";
import { matrixFromRows } from "../../math/matrix.js";
import { matmul, matmulTransposed } from "../../ops/product.js";
import { softmaxJacobian } from "../../ops/softmax-jacobian.js";
import { measured } from "../../ops/sources.js";
import { rowSums } from "../../ops/sums.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import { requireShapes } from "../shapes.js";

/**
 * Records how the softmax of one row answers its scores: the Jacobian diag(p) − p pᵀ (m×m) with its row sums,
 * which are 0; and, for an output gradient g (1×d_v), ∂L/∂α = g Vᵀ and ∂L/∂s = ∂L/∂α · J.
 * Throws BAD_VALUE for a row that is not there, MISSING_INPUT for a gradient without values, SHAPE_MISMATCH.
 */
export function recordScoreGradient(
  recorder: Recorder,
  weights: Ref,
  value: Ref | undefined,
  { row, outputGradient }: { readonly row: number; readonly outputGradient: readonly number[] | undefined },
): void {
  const { rows } = weights.shape;
  if (row >= rows) {
    const what = rows === 1 ? "is 1 row" : `are ${rows} rows`;
    throw new UserError("BAD_VALUE", `--jacobian is ${row}, but there ${what}.`, {
      hint: "Rows count from 0.",
    });
  }
  const jacobian = recordJacobian(recorder, weights, row);
  if (outputGradient) recordGradients(recorder, jacobian, value, outputGradient);
}

/** Records `jacobian` with its row sums. */
function recordJacobian(recorder: Recorder, weights: Ref, row: number): Ref {
  const [queries, keys] = weights.axes;
  const name = queries.labels?.[row] ?? String(row);
  const jacobian = recorder.step(
    softmaxJacobian,
    [weights],
    { row },
    {
      id: "jacobian",
      title: `Softmax Jacobian of row ${name}`,
      formula: "J = diag(p) − p pᵀ",
      axes: [keys, keys],
      notes: ["∂p_j/∂s_k = p_j (δ_jk − p_k); every row sums to 0: what one weight gains the others lose"],
    },
  );
  recorder.step(rowSums, [jacobian], undefined, {
    id: "jacobian-row-sums",
    title: "Row sums of the Jacobian",
    formula: "Σ_k J_jk = 0",
    view: "margin",
    of: jacobian,
    axes: [keys, { name: "sum", labels: ["Σ"] }],
  });
  return jacobian;
}

/** Records how ∂L/∂o reaches the weights and the scores of the row. */
function recordGradients(
  recorder: Recorder,
  jacobian: Ref,
  value: Ref | undefined,
  outputGradient: readonly number[],
): void {
  if (!value) {
    throw new UserError("MISSING_INPUT", "An output gradient is given, but there is no value.", {
      hint: "Give value, or leave out --output-gradient.",
    });
  }
  const given = matrixFromRows([outputGradient]);
  requireShapes(["value", value.shape, "m", "d_v"], ["--output-gradient", given, "1", "d_v"]);
  const loss = { name: "loss", labels: ["L"] };
  const gradient = recorder.step(
    measured,
    [],
    { values: given, how: "given as --output-gradient" },
    { id: "output-gradient", title: "Output gradient", formula: "g = ∂L/∂o", axes: [loss, value.axes[1]] },
  );
  const ofWeights = recorder.step(matmulTransposed, [gradient, value], undefined, {
    id: "weight-gradient",
    title: "Gradient of the weights",
    formula: "∂L/∂α = g Vᵀ",
    axes: [loss, jacobian.axes[0]],
  });
  recorder.step(matmul, [ofWeights, jacobian], undefined, {
    id: "score-gradient",
    title: "Gradient of the scores",
    formula: "∂L/∂s = ∂L/∂α · J",
    axes: [loss, jacobian.axes[0]],
    notes: ["of the scores as they enter the softmax: after scale, softcap and bias"],
  });
}
