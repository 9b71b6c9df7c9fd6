import { UserError } from "../../errors.js";
import { same } from "../../ops/elementwise.js";
import type { Axis } from "../../trace/axis.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import { keyIn, type Scope } from "../../trace/scope.js";
import type { Needs } from "../keeping.js";
import { LAYER_SETTINGS, type LayerSettings } from "../layer/layer-settings.js";
import { type RecordedLayer, recordLayerSteps } from "../layer/layer-steps.js";
import { completeSettings } from "../setting.js";
import type { ModelRun } from "./architecture.js";
import type { LayerCache } from "./cache.js";
import { recordModelEmbedding } from "./embedding.js";
import { type OuterRefs, recordLayerWeights } from "./weight-refs.js";

/** Layers in a row behind an embedding: a whole model, or the encoder or the decoder of one. */
export interface Stack extends Pick<ModelRun, "architecture" | "weights" | "ids" | "segments"> {
  /** Where its steps stand: nowhere in particular in a model of one stack. */
  readonly scope: Scope;
  readonly refs: OuterRefs;
  readonly axis: Axis;
  /** What its layers attend to beside themselves, the output of an encoder. */
  readonly memory?: Ref | undefined;
  /** What its layers left of the tokens before. */
  readonly cache?: readonly LayerCache[] | undefined;
  /** The last layer that is looked at. */
  readonly lastLayer: number;
}

/** How the layers of a stack are recorded. */
export interface StackOptions {
  readonly stream: boolean | undefined;
  readonly needs: Needs | undefined;
  /** How many attentions as large there are in the whole run. */
  readonly attentions: number;
}

/** A recorded stack: its layers, and the residual stream behind each. */
export interface RecordedStack {
  readonly stack: Stack;
  readonly layers: readonly RecordedLayer[];
  readonly residuals: readonly Ref[];
  /** The stream behind the last layer, n×d_model. */
  readonly residual: Ref;
}

/** Records the embedding of a stack and its layers, each in a scope `layer l`. Throws BAD_VALUE for ids that have no row. */
export function recordStack(recorder: Recorder, stack: Stack, options: StackOptions): RecordedStack {
  return recorder.within(stack.scope, () => {
    const past = stack.cache?.[0]?.pastKey.rows ?? 0;
    let residual = recordModelEmbedding(recorder, stack.refs, { ...stack, past });
    const layers: RecordedLayer[] = [];
    const residuals: Ref[] = [];
    for (let index = 0; index <= stack.lastLayer; index++) {
      const recorded = recordStackLayer(recorder, stack, index, residual, options);
      residual = recorded.residual;
      residuals.push(residual);
      layers.push(recorded.layer);
    }
    return { stack, layers, residuals, residual };
  });
}

/** Records one layer in its scope, from the residual stream to the residual stream. */
function recordStackLayer(
  recorder: Recorder,
  { architecture, weights, memory, cache, scope }: Stack,
  index: number,
  x: Ref,
  { stream, ...options }: StackOptions,
): { readonly layer: RecordedLayer; readonly residual: Ref } {
  const { heads, kvHeads, headSize } = architecture;
  const settings = completeSettings<LayerSettings>(LAYER_SETTINGS, {
    ...architecture.layer,
    ...architecture.layerSettings?.(index),
    ...{ heads, kvHeads, headSize },
    ...(stream !== undefined && { stream }),
  });
  return recorder.scoped({ kind: "layer", index }, () => {
    const past = cache?.[index];
    const name = (part: string) => keyIn([...scope, { kind: "layer", index }], part);
    const refs = {
      ...{ ...recordLayerWeights(recorder, weights.layers[index]), x },
      ...(memory && { memory }),
      ...(past && {
        pastKey: recorder.input(name("pastKey"), past.pastKey, PAST_AXES),
        pastValue: recorder.input(name("pastValue"), past.pastValue, PAST_AXES),
      }),
    };
    const layer = recordLayerSteps(recorder, { matrices: {}, settings }, refs, options);
    const residual = recorder.step(same, [layer.output], undefined, {
      ...{ id: "residual", title: `Residual stream behind layer ${index}`, formula: "output", axes: x.axes },
    });
    return { layer, residual };
  });
}

export const PAST_AXES = [{ name: "key" }, { name: "column" }] as const;

/** The last layer to record: the one asked for, else the last there is. Throws BAD_VALUE for one that the model does not have. */
export function lastLayerOf({ architecture: { numLayers } }: Pick<ModelRun, "architecture">, asked?: number) {
  const layer = asked ?? numLayers - 1;
  if (layer < numLayers) return layer;
  throw new UserError("BAD_VALUE", `The model has no layer ${layer}.`, {
    hint: `Its layers are 0 to ${numLayers - 1}.`,
    location: { source: "--layer" },
  });
}
