import { matmulTransposed } from "../../ops/product.js";
import type { Axis } from "../../trace/axis.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import { ACTIVATIONS } from "../layer/activations.js";
import { recordNorm } from "../layer/norm.js";
import type { Architecture } from "./architecture.js";
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
  const norm = { id, title: "Final norm", weight: finalNorm, bias: finalNormBias };
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
  const products = { id: `${prefix}logits`, title: "Logits", axes: [final.axes[0], vocabulary] } as const;
  const source = told.key.slice(told.key.lastIndexOf("/") + 1);
  return recorder.step(matmulTransposed, refs.headBias ? [told, table, refs.headBias] : [told, table], {
    ...{ ...products, role: "logits", view: "similarity" },
    formula: `${source} ${table.key}ᵀ${refs.headBias ? ` + ${refs.headBias.key}` : ""}`,
  });
}

/** LN(activation(x W + b)), which stands before the matrix of BERT's head. */
function recordHeadLayer(
  recorder: Recorder,
  x: Ref,
  { headDense, headDenseBias, headNorm, headNormBias }: OuterRefs,
  { head, layer }: Architecture,
  prefix: string,
): Ref {
  if (!headDense || !head?.activation) return x;
  const dense = recorder.step(
    matmulTransposed,
    headDenseBias ? [x, headDense, headDenseBias] : [x, headDense],
    {
      ...{ id: `${prefix}head-dense`, title: "Dense layer of the head", axes: x.axes },
      formula: "x Wᵀ + b",
    },
  );
  const { op, formula } = ACTIVATIONS[head.activation];
  const active = recorder.step(op, [dense], {
    ...{ id: `${prefix}head-activation`, title: "Activation of the head", formula, axes: x.axes },
  });
  const norm = { id: `${prefix}head-norm`, title: "Norm of the head", weight: headNorm, bias: headNormBias };
  return recordNorm(recorder, active, norm, layer);
}
