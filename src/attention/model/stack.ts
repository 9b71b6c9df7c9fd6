import { refuseAs, setting } from "../../errors.js";
import { tabulate } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { identity } from "../../ops/elementwise.js";
import { joinColumns } from "../../ops/parts.js";
import type { Axis } from "../../trace/op.js";
import { keyIn, type Scope } from "../../trace/trace.js";
import type { RecordedHeads } from "../heads/record-heads.js";
import { recordLayerSteps } from "../layer/layer.js";
import { LAYER_SETTINGS, type LayerSettings } from "../layer/layer-settings.js";
import { numbersOf, type Ref, record, recorder } from "../recorder.js";
import { completeSettings } from "../setting.js";
import type { ModelRun } from "./architecture.js";
import { type EmbeddingInput, type OuterRefs, recordModelEmbedding, recordWeights } from "./embedding.js";
import { type HeadTokens, recordHeadPatterns } from "./head-patterns.js";

/** The cached keys and values of one layer: p×(kv heads · head size) each, keys after rotation. */
export interface LayerCache {
  readonly pastKey: Matrix;
  readonly pastValue: Matrix;
}

/** Returns the cache for the tokens that follow: the keys and values that the layer was given, and its own. */
function cacheOf(heads: RecordedHeads["heads"], numKvHeads: number) {
  const perKvHead = heads.length / numKvHeads;
  const kvHeads = tabulate(numKvHeads, (kvHead) => heads[kvHead * perKvHead]);
  const join = (part: "keys" | "values") =>
    joinColumns.compute(
      kvHeads.map((head) => numbersOf(head[part])),
      undefined,
    );
  return { pastKey: join("keys"), pastValue: join("values") };
}

/** A sequence of layers after an embedding: a whole model, or its encoder or decoder. */
export interface Stack extends Pick<ModelRun, "architecture" | "weights" | "ids" | "segments"> {
  /** The scope of its steps. Empty in a model of one stack. */
  readonly scope: Scope;
  readonly refs: OuterRefs;
  readonly axis: Axis;
  /** If not all rows are tokens: which rows are, and how the others are inserted. */
  readonly embedded?: Pick<EmbeddingInput, "ids" | "axis" | "insert"> | undefined;
  /** In a model of two stacks: which one this is. */
  readonly attention?: "encoder" | "decoder";
  /** The output of an encoder that its layers also attend to, and the tokens of its rows. */
  readonly memory?: Ref | undefined;
  readonly memoryIds?: readonly number[] | undefined;
  /** The cached keys and values of earlier tokens, per layer. */
  readonly cache?: readonly LayerCache[] | undefined;
  /** The last layer that is needed. */
  readonly lastLayer: number;
  /** Whether more tokens follow, so that keys and values must be cached. */
  readonly isContinued?: boolean;
}

/** The attentions of each layer of a stack: within it, and from a decoder to its source. `part` is that of the layer. */
export function attentionsIn({ attention, ids, memoryIds }: Stack) {
  const within: HeadTokens = { attention, queryIds: ids, keyIds: ids };
  const own = { part: "attention", ...within } as const;
  if (!memoryIds) return [own];
  return [own, { ...within, part: "cross", attention: "cross", keyIds: memoryIds } as const];
}

/** A recorded stack: its layers, and the residual stream after each layer, n×d_model. */
export type RecordedStack = ReturnType<typeof recordStack>;

/**
 * Records the embedding of a stack and its layers, each in a scope `layer l`. Throws BAD_VALUE for ids without a row.
 */
export function recordStack(stack: Stack) {
  const { architecture, cache, refs, embedded, isContinued } = stack;
  return recorder.within(stack.scope, () => {
    const past = cache?.[0]?.pastKey.rows ?? 0;
    let residual = recordModelEmbedding(refs, { ...stack, ...embedded, past });
    const layers = tabulate(stack.lastLayer + 1, (index) =>
      recorder.scoped({ kind: "layer", index }, () => {
        const layer = recordStackLayer(stack, index, residual);
        residual = record("residual-stream", identity, [layer.output], undefined, {
          title: `Residual stream after layer ${index}`,
          axes: residual.axes,
        });
        // The facts about a layer are computed while its numbers are still in memory.
        const heads = attentionsIn(stack).map(({ part, ...tokens }) => {
          const weights = layer[part]?.heads.map((head) => head.weights);
          return weights && !cache ? recordHeadPatterns(index, weights, tokens) : [];
        });
        return {
          ...layer,
          residual,
          heads,
          /** The cache for the tokens that follow, if there are any. */
          caches: isContinued ? [cacheOf(layer.attention.heads, architecture.kvHeads)] : [],
        };
      }),
    );
    return {
      stack,
      layers,
      residual,
      /** The patterns of its heads, self-attention first. Empty if there are cached tokens. */
      heads: attentionsIn(stack).flatMap((_, at) => layers.flatMap(({ heads }) => heads[at])),
    };
  });
}

/** Records one layer, in the current scope. */
function recordStackLayer({ architecture, weights, memory, cache, scope }: Stack, index: number, x: Ref) {
  const { heads, kvHeads, headSize } = architecture;
  const settings = completeSettings<LayerSettings>(LAYER_SETTINGS, {
    ...architecture.layer,
    ...architecture.layerSettings?.(index),
    heads,
    kvHeads,
    headSize,
  });
  const past = cache?.[index];
  const name = (part: string) => keyIn([...scope, { kind: "layer", index }], part);
  const refs = {
    ...recordWeights(weights.layers[index]),
    x,
    memory,
    ...(past && {
      pastKey: recorder.input(name("pastKey"), past.pastKey, PAST_AXES),
      pastValue: recorder.input(name("pastValue"), past.pastValue, PAST_AXES),
    }),
  };
  return recordLayerSteps({ matrices: {}, settings }, refs);
}

export const PAST_AXES = [{ name: "key" }, { name: "column" }] as const;

/**
 * Returns the last layer to record: the one asked for, or else the model's last. Throws BAD_VALUE for a layer that the
 * model does not have.
 */
export function lastLayerOf({ architecture: { numLayers } }: ModelRun, asked?: number) {
  const layer = asked ?? numLayers - 1;
  if (layer < numLayers) return layer;
  refuseAs("BAD_VALUE", `The model has no layer ${layer}.`, {
    hint: `Its layers are 0 to ${numLayers - 1}.`,
    location: { source: setting("layer") },
  });
}
