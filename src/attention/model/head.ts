import { matmulTransposed } from "../../ops/product.js";
import type { Axis } from "../../trace/op.js";
import { ACTIVATIONS } from "../layer/activations.js";
import { recordNorm } from "../layer/norm.js";
import { cut, type Ref, record, recorder } from "../recorder.js";
import type { ModelRun } from "./architecture.js";
import type { RecordedStack, Stack } from "./stack.js";
import { predictedRow } from "./tokens.js";

/** The prefix of the ids of steps after the last layer. Those of a logit lens have their own prefix. */
type Prefix = "" | "lens-";

/** Records the norm after the last layer, `final-norm`, if the model has one. x: n×d_model → n×d_model. */
export function recordFinalNorm(
  residual: Ref,
  { refs: { finalNorm, finalNormBias }, architecture: { layer, hasFinalNorm } }: Stack,
  name: "final-norm" | "lens-norm" = "final-norm",
): Ref {
  return hasFinalNorm ? recordNorm(residual, name, layer, finalNorm, finalNormBias) : residual;
}

/**
 * Records the logits of the residual stream after its last norm, `logits` = x Eᵀ + b. A masked model first has the
 * layer of its head (`head-dense`, `head-activation`, `head-norm`). x: n×d_model → n×vocabulary. Returns undefined for
 * a model without a head.
 */
export function recordLogits(
  final: Ref,
  stack: Stack,
  vocabulary: Axis,
  prefix: Prefix = "",
): Ref | undefined {
  const { refs, architecture } = stack;
  const { head } = architecture;
  const table = head && (refs.head ?? refs.tokenEmbedding);
  if (!table) return undefined;
  const input = head.activation ? recordHeadLayer(final, stack, prefix) : final;
  return record("logits", matmulTransposed, [input, table, refs.headBias], undefined, {
    id: `${prefix}logits`,
    columns: vocabulary,
  });
}

/** Records LN(activation(x W + b)), the layer before the matrix of BERT's head. */
function recordHeadLayer(x: Ref, { refs, architecture: { head, layer } }: Stack, prefix: Prefix) {
  const { headDense, headDenseBias, headNorm, headNormBias } = refs;
  if (!headDense || !head?.activation) return x;
  const dense = record("head-dense", matmulTransposed, [x, headDense, headDenseBias], undefined, {
    id: `${prefix}head-dense`,
  });
  const { op, formula } = ACTIVATIONS[head.activation];
  const active = record("head-activation", op, [dense], undefined, {
    id: `${prefix}head-activation`,
    formula,
  });
  return recordNorm(active, `${prefix}head-norm`, layer, headNorm, headNormBias);
}

/**
 * Records what the head would predict from the residual stream after each layer, in the layer's scope: `lens-input`
 * (the row of the predicted token), its norm and `lens-logits`, 1×vocabulary (nostalgebraist 2020). Returns the logits,
 * one for each layer; an empty list for a model without a head.
 */
export function recordLogitLens(
  run: ModelRun,
  { layers, stack }: RecordedStack,
  vocabulary: Axis,
): readonly Ref[] {
  const row = predictedRow(run, layers[0].residual.shape.rows);
  return layers.flatMap(({ residual }, index) =>
    recorder.within([...stack.scope, { kind: "layer", index }], () => {
      const [axis] = residual.axes;
      const input = cut("lens-input", residual, "rows", row, 1, {
        formula: `row ${row} of residual`,
        rows: { ...axis, labels: axis.labels && [axis.labels[row]], first: row },
      });
      const normed = recordFinalNorm(input, stack, "lens-norm");
      return recordLogits(normed, stack, vocabulary, "lens-") ?? [];
    }),
  );
}
