import { matmulTransposed } from "../../ops/product.js";
import type { Axis } from "../../trace/op.js";
import { ACTIVATIONS } from "../layer/activations.js";
import { recordNorm } from "../layer/norm.js";
import type { Recorder, Ref } from "../recorder.js";
import type { Architecture, ModelRun } from "./architecture.js";
import type { RecordedStack } from "./stack.js";
import { toldRow } from "./tokens.js";
import type { OuterRefs } from "./weight-refs.js";

/** What stands before the ids of steps behind the last layer: those of a logit lens stand beside the others. */
type Prefix = "" | "lens-";

/** Records the norm behind the last layer, `final-norm`, where the model has one. x: n×d_model → n×d_model. */
export function recordFinalNorm(
  recorder: Recorder,
  residual: Ref,
  { finalNorm, finalNormBias }: OuterRefs,
  { layer, hasFinalNorm }: Architecture,
  prefix: Prefix = "",
): Ref {
  if (!hasFinalNorm) return residual;
  const id = prefix === "" ? "final-norm" : "lens-norm";
  const norm = { id, weight: finalNorm, bias: finalNormBias } as const;
  return recordNorm(recorder, residual, norm, layer);
}

/**
 * Records what is read off the residual stream behind its last norm: in a masked model the layer of its head (`head-dense`,
 * `head-activation`, `head-norm`), and `logits` = x Eᵀ + b. x: n×d_model → n×vocabulary, or undefined for a model without a
 * head.
 */
export function recordLogits(
  recorder: Recorder,
  final: Ref,
  refs: OuterRefs,
  architecture: Architecture,
  vocabulary: Axis,
  prefix: Prefix = "",
): Ref | undefined {
  const { head } = architecture;
  const table = head && (refs.head ?? refs.tokenEmbedding);
  if (!table) return undefined;
  const told = head.activation ? recordHeadLayer(recorder, final, refs, architecture, prefix) : final;
  return recorder.record("logits", matmulTransposed, [told, table, refs.headBias], undefined, {
    id: `${prefix}logits`,
    columns: vocabulary,
  });
}

/** LN(activation(x W + b)), which stands before the matrix of BERT's head. */
function recordHeadLayer(
  recorder: Recorder,
  x: Ref,
  { headDense, headDenseBias, headNorm, headNormBias }: OuterRefs,
  { head, layer }: Architecture,
  prefix: Prefix,
): Ref {
  if (!headDense || !head?.activation) return x;
  const dense = recorder.record("head-dense", matmulTransposed, [x, headDense, headDenseBias], undefined, {
    id: `${prefix}head-dense`,
  });
  const { op, formula } = ACTIVATIONS[head.activation];
  const active = recorder.record("head-activation", op, [dense], undefined, {
    id: `${prefix}head-activation`,
    formula,
  });
  const norm = { id: `${prefix}head-norm`, weight: headNorm, bias: headNormBias } as const;
  return recordNorm(recorder, active, norm, layer);
}

/**
 * Records what the head would read off the residual stream behind each layer, in its scope: `lens-input` (the row that is told),
 * its norm and `lens-logits`, 1×vocabulary (nostalgebraist 2020). Gives the logits, one for each layer; none for a model
 * without a head.
 */
export function recordLogitLens(
  recorder: Recorder,
  run: ModelRun,
  { residuals, stack: { scope, refs } }: RecordedStack,
  vocabulary: Axis,
): readonly Ref[] {
  const row = toldRow(run, residuals[0].shape.rows);
  return residuals.flatMap((residual, index) =>
    recorder.within([...scope, { kind: "layer", index }], () => {
      const [axis] = residual.axes;
      const told = recorder.cut("lens-input", residual, "rows", row, 1, {
        formula: `row ${row} of residual`,
        rows: { ...axis, labels: axis.labels && [axis.labels[row]], first: row },
      });
      const normed = recordFinalNorm(recorder, told, refs, run.architecture, "lens-");
      return recordLogits(recorder, normed, refs, run.architecture, vocabulary, "lens-") ?? [];
    }),
  );
}
