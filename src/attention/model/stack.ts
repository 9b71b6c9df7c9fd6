import { UserError } from "../../errors.js";
import type { Matrix } from "../../math/matrix.js";
import { same } from "../../ops/elementwise.js";
import { joinColumns } from "../../ops/parts.js";
import { setting } from "../../setting-names.js";
import type { Evaluation } from "../../trace/evaluate/evaluation.js";
import type { Axis } from "../../trace/op.js";
import { keyIn, type Scope } from "../../trace/scope.js";
import type { HeadRefs, RecordedHeads } from "../heads/record-heads.js";
import { LAYER_SETTINGS, type LayerSettings } from "../layer/layer-settings.js";
import { type RecordedLayer, recordLayerSteps } from "../layer/layer-steps.js";
import type { Recorder, Ref } from "../recorder.js";
import { completeSettings } from "../setting.js";
import type { ModelRun } from "./architecture.js";
import { type Embedded, recordModelEmbedding } from "./embedding.js";
import { type NamedModelHead, recordHeadPatterns } from "./head-patterns.js";
import { type OuterRefs, recordLayerWeights } from "./weight-refs.js";

/** Keys and values of the tokens before, of one layer: p×(kv heads · head size) each, keys after rotation. */
export interface LayerCache {
  readonly pastKey: Matrix;
  readonly pastValue: Matrix;
}

/** What a layer leaves for the tokens that follow: those of the cache that it was given, and its own. */
export function cacheOf(numbers: Evaluation, heads: readonly HeadRefs[], numKvHeads: number): LayerCache {
  const perKvHead = heads.length / numKvHeads;
  const own = Array.from({ length: numKvHeads }, (_, kvHead) => heads[kvHead * perKvHead]);
  const join = (part: "keys" | "values") =>
    joinColumns.compute(
      own.map((head) => numbers.of(head[part])),
      undefined,
    );
  return { pastKey: join("keys"), pastValue: join("values") };
}

/** Layers in a row behind an embedding: a whole model, or the encoder or the decoder of one. */
export interface Stack extends Pick<ModelRun, "architecture" | "weights" | "ids" | "segments"> {
  /** Where its steps stand: nowhere in particular in a model of one stack. */
  readonly scope: Scope;
  readonly refs: OuterRefs;
  readonly axis: Axis;
  /** Of rows that are not all tokens: which are, and how the others come between them. */
  readonly embedded?: Pick<Embedded, "ids" | "axis" | "insert"> | undefined;
  /** In a model of two stacks: which one this is. */
  readonly attention?: "encoder" | "decoder";
  /** What its layers attend to beside themselves, the output of an encoder, and the tokens of its rows. */
  readonly memory?: Ref | undefined;
  readonly memoryIds?: readonly number[] | undefined;
  /** What its layers left of the tokens before. */
  readonly cache?: readonly LayerCache[] | undefined;
  /** The last layer that is looked at. */
  readonly lastLayer: number;
}

/** How the layers of a stack are recorded. */
export interface StackOptions {
  /** Whether more tokens follow, for which keys and values are needed. */
  readonly isContinued: boolean;
}

/** A recorded stack: its layers, and the residual stream behind each. */
export interface RecordedStack {
  readonly stack: Stack;
  readonly layers: readonly RecordedLayer[];
  readonly residuals: readonly Ref[];
  /** The stream behind the last layer, n×d_model. */
  readonly residual: Ref;
  /** What its heads do, those that attend within it first; nothing where tokens went before. */
  readonly heads: readonly NamedModelHead[];
  /** What its layers leave for the tokens that follow, where any do. */
  readonly caches: readonly LayerCache[];
}

/** Records the embedding of a stack and its layers, each in a scope `layer l`. Throws BAD_VALUE for ids that have no row. */
export function recordStack(recorder: Recorder, stack: Stack, options: StackOptions): RecordedStack {
  return recorder.within(stack.scope, () => {
    const past = stack.cache?.[0]?.pastKey.rows ?? 0;
    let residual = recordModelEmbedding(recorder, stack.refs, { ...stack, ...stack.embedded, past });
    const layers: RecordedLayer[] = [];
    const residuals: Ref[] = [];
    const own: NamedModelHead[] = [];
    const crossing: NamedModelHead[] = [];
    const caches: LayerCache[] = [];
    for (let index = 0; index <= stack.lastLayer; index++) {
      const recorded = recordStackLayer(recorder, stack, index, residual);
      residual = recorded.residual;
      residuals.push(residual);
      layers.push(recorded.layer);
      // What is wanted of a layer is worked out while its numbers are there.
      const { attention, cross } = recorded.layer;
      if (!stack.cache) {
        own.push(...recordPatterns(recorder, stack, index, attention, false));
        if (cross) crossing.push(...recordPatterns(recorder, stack, index, cross, true));
      }
      if (options.isContinued)
        caches.push(cacheOf(recorder.numbers, attention.all, stack.architecture.kvHeads));
    }
    return { stack, layers, residuals, residual, heads: [...own, ...crossing], caches };
  });
}

/** Records what the heads of a layer look at, within the stack or in its memory. */
function recordPatterns(
  recorder: Recorder,
  { attention, ids, memoryIds = [] }: Stack,
  index: number,
  { all }: RecordedHeads,
  isCross: boolean,
): readonly NamedModelHead[] {
  const own = attention && { attention };
  return recorder.scoped({ kind: "layer", index }, () =>
    recordHeadPatterns(
      recorder,
      index,
      all.map(({ weights }) => weights),
      isCross
        ? { attention: "cross", queryIds: ids, keyIds: memoryIds }
        : { ...own, queryIds: ids, keyIds: ids },
    ),
  );
}

/** Records one layer in its scope, from the residual stream to the residual stream. */
function recordStackLayer(
  recorder: Recorder,
  { architecture, weights, memory, cache, scope }: Stack,
  index: number,
  x: Ref,
): { readonly layer: RecordedLayer; readonly residual: Ref } {
  const { heads, kvHeads, headSize } = architecture;
  const settings = completeSettings<LayerSettings>(LAYER_SETTINGS, {
    ...architecture.layer,
    ...architecture.layerSettings?.(index),
    heads,
    kvHeads,
    headSize,
  });
  return recorder.scoped({ kind: "layer", index }, () => {
    const past = cache?.[index];
    const name = (part: string) => keyIn([...scope, { kind: "layer", index }], part);
    const refs = {
      ...recordLayerWeights(recorder, weights.layers[index]),
      x,
      memory,
      ...(past && {
        pastKey: recorder.input(name("pastKey"), past.pastKey, PAST_AXES),
        pastValue: recorder.input(name("pastValue"), past.pastValue, PAST_AXES),
      }),
    };
    const layer = recordLayerSteps(recorder, { matrices: {}, settings }, refs);
    const residual = recorder.record("residual-stream", same, [layer.output], undefined, {
      title: `Residual stream behind layer ${index}`,
      axes: x.axes,
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
    location: { source: setting("layer") },
  });
}
