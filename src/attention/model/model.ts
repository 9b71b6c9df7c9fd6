import { UserError } from "../../errors.js";
import { same } from "../../ops/elementwise.js";
import type { Axis } from "../../trace/axis.js";
import { createRecorder, type Recorder, type Ref } from "../../trace/recorder.js";
import { createShelves, type Shelf, type Shelves } from "../../trace/shelves.js";
import type { Trace } from "../../trace/trace.js";
import { isWeight, recordGradients } from "../gradients/backward.js";
import type { HeadRefs } from "../heads/record-heads.js";
import type { RecordOptions } from "../keeping.js";
import { LAYER_SETTINGS, type LayerSettings } from "../layer/layer-settings.js";
import { type RecordedLayer, recordLayerSteps } from "../layer/layer-steps.js";
import { recordProbabilities } from "../probabilities.js";
import type { Problem } from "../problem.js";
import { completeSettings } from "../setting.js";
import type { ModelRun } from "./architecture.js";
import { cacheOf, type LayerCache } from "./cache.js";
import { recordModelEmbedding } from "./embedding.js";
import { recordLogits, recordModelOutput } from "./head.js";
import { type NamedHead, recordAllWeights, recordHeadPatterns } from "./head-patterns.js";
import { recordLogitLens } from "./logit-lens.js";
import type { ModelSettings } from "./model-settings.js";
import { predict, predictionsInJson } from "./predictions.js";
import { toldRow } from "./told-row.js";
import { recordLayerWeights, recordOuterWeights } from "./weight-refs.js";

/** How a model is recorded. */
export interface ModelOptions extends RecordOptions {
  /** The last layer that is looked at: what stands behind it is not recorded. */
  readonly layer?: number | undefined;
  /** What the layers left of the tokens before. */
  readonly cache?: readonly LayerCache[] | undefined;
  /** What gradients go out from: the gradient of what comes out, or what a loss compares that with. */
  readonly given?: Problem["matrices"];
  /** Where the numbers of layers lie; by default as many are held as a large model has room for. */
  readonly shelves?: Shelves;
}

/** A recorded model, and what its layers leave for the tokens that follow. */
export interface RecordedModel {
  readonly trace: Trace;
  readonly logits?: Ref;
  /** Empty where nothing is generated. */
  readonly cache: readonly LayerCache[];
}

/**
 * Records a whole model: embedding, every layer in its scope `layer l` with its heads in `layer l/head h`, final norm, logits
 * and probabilities. Throws BAD_VALUE for ids and positions that the model does not have, and a layer that it does not have.
 */
export function recordModel(
  run: ModelRun,
  settings: ModelSettings,
  options: ModelOptions = {},
): RecordedModel {
  const recorder = createRecorder("model");
  const { architecture, ids } = run;
  const axis = tokenAxis(run);
  const refs = recordOuterWeights(recorder, run.weights);
  const past = options.cache?.[0]?.pastKey.rows ?? 0;
  let residual = recordModelEmbedding(recorder, refs, { ...run, past, axis });
  const layers: RecordedLayer[] = [];
  const heads: (readonly NamedHead[])[] = [];
  const caches: LayerCache[] = [];
  const { shelves = createShelves() } = options;
  const residuals: Ref[] = [];
  for (let index = 0; index <= lastLayer(run, options); index++) {
    const shelf = shelves.open();
    const recorded = recordModelLayer(recorder, run, index, residual, settings, options, shelf);
    const { all } = recorded.layer.attention;
    residual = recorded.residual;
    residuals.push(residual);
    layers.push(recorded.layer);
    // What is wanted of a layer is worked out while its numbers are there.
    if (past === 0) heads.push(recordHeadPatterns(recorder, index, weightsOf(all), ids));
    if (settings.generate !== undefined) caches.push(cacheOf(all, architecture.kvHeads));
  }
  const isWhole = options.layer === undefined;
  const vocabulary: Axis = { name: "token", ...(run.tokenizer && { labels: run.tokenizer.pieces }) };
  const told = isWhole ? recordLogits(recorder, residual, refs, architecture, vocabulary) : undefined;
  const lens =
    settings.logitLens && isWhole ? recordLogitLens(recorder, run, residuals, refs, vocabulary) : [];
  let output = told?.logits;
  if (told?.logits) {
    recorder.result("logits", told.logits);
    recordProbabilities(recorder, told.logits);
  } else if (told) {
    output = recordModelOutput(recorder, told.final);
    recorder.result("output", output);
  }
  if (past === 0) {
    const kept = layers.map(({ attention }) => weightsOf(attention.heads));
    recordAllWeights(recorder, kept, ids);
  }
  nameWeights(recorder, layers);
  stateRun(recorder, run, layers, told?.logits, heads, lens);
  if (output) recordModelGradients(recorder, output, settings, options);
  return {
    trace: recorder.trace(),
    ...(told?.logits && { logits: told.logits }),
    cache: caches,
  };
}

/** Records the gradients by all weights, when they are asked for. */
function recordModelGradients(
  recorder: Recorder,
  output: Ref,
  { loss }: Partial<ModelSettings>,
  { given = {} }: ModelOptions,
): void {
  const { backward, target } = given;
  const axes = [output.axes[0], output.axes[1]] as const;
  const refs = {
    ...(backward && { backward: recorder.input("backward", backward, axes) }),
    ...(target && { target: recorder.input("target", target, [{ name: "row" }, { name: "column" }]) }),
  };
  recordGradients(recorder, output, refs, { ...(loss && { loss }) }, isWeight);
}

/** Rows are named after their tokens, where there is a tokenizer. */
function tokenAxis({ tokenizer, ids }: ModelRun): Axis {
  return { name: "query", ...(tokenizer && { labels: ids.map((id) => tokenizer.pieces[id] ?? String(id)) }) };
}

/** What a token is called: its piece, or its id where there is no tokenizer. */
export const tokenNames =
  ({ tokenizer }: Pick<ModelRun, "tokenizer">) =>
  (id: number): string =>
    tokenizer?.pieces[id] ?? String(id);

function lastLayer(
  { architecture: { numLayers } }: ModelRun,
  { layer = numLayers - 1 }: ModelOptions,
): number {
  if (layer < numLayers) return layer;
  throw new UserError("BAD_VALUE", `The model has no layer ${layer}.`, {
    hint: `Its layers are 0 to ${numLayers - 1}.`,
    location: { source: "--layer" },
  });
}

/** Records one layer in its scope, from the residual stream to the residual stream. */
function recordModelLayer(
  recorder: Recorder,
  { architecture, weights }: ModelRun,
  index: number,
  x: Ref,
  { stream }: ModelSettings,
  { needs, cache }: ModelOptions,
  shelf: Shelf,
): { readonly layer: RecordedLayer; readonly residual: Ref } {
  const { numLayers, heads } = architecture;
  const settings = completeSettings<LayerSettings>(LAYER_SETTINGS, {
    ...architecture.layer,
    ...architecture.layerSettings?.(index),
    ...{ heads, kvHeads: architecture.kvHeads, headSize: architecture.headSize },
    ...(stream !== undefined && { stream }),
  });
  return recorder.scoped({ kind: "layer", index }, () => {
    const given = recordLayerWeights(recorder, weights.layers[index]);
    const past = cache?.[index];
    const refs = {
      ...{ ...given, x },
      ...(past && {
        pastKey: recorder.input(`layer ${index}/pastKey`, past.pastKey, PAST_AXES),
        pastValue: recorder.input(`layer ${index}/pastValue`, past.pastValue, PAST_AXES),
      }),
    };
    const options = { needs, attentions: numLayers * heads };
    const layer = recorder.shelved(shelf, () =>
      recordLayerSteps(recorder, { matrices: {}, settings }, refs, options),
    );
    const residual = recorder.step(same, [layer.output], undefined, {
      ...{ id: "residual", title: `Residual stream behind layer ${index}`, formula: "output", axes: x.axes },
    });
    return { layer, residual };
  });
}

const PAST_AXES = [{ name: "key" }, { name: "column" }] as const;

const weightsOf = (heads: readonly Pick<HeadRefs, "weights">[]): readonly Ref[] =>
  heads.map(({ weights }) => weights);

function nameWeights(recorder: Recorder, layers: readonly RecordedLayer[]): void {
  const weights = layers.map(({ attention }) => weightsOf(attention.heads));
  if (weights.every((heads) => heads.length > 0)) recorder.result("weights", weights);
}

/** States what the run has come to: ids, the likeliest pieces, what the heads do, and what the model holds. */
function stateRun(
  recorder: Recorder,
  run: ModelRun,
  layers: readonly RecordedLayer[],
  logits: Ref | undefined,
  heads: readonly (readonly NamedHead[])[],
  lens: readonly Ref[],
): void {
  const { architecture, ids, weights } = run;
  const tokenOf = tokenNames(run);
  const row = toldRow(run);
  recorder.convention({ name: "model", value: architecture.kind });
  const { drawn } = run;
  if (drawn) recorder.convention({ name: "random", value: drawn.seed, text: drawn.text });
  recorder.fact("ids", ids);
  if (run.tokenizer) recorder.fact("tokens", ids.map(tokenOf));
  if (logits) recorder.fact("next", predictionsInJson(predict(logits.output(), row, tokenOf)));
  const named = heads.flatMap((own, layer) => own.map((one, head) => ({ layer, head, ...one })));
  if (named.length > 0) recorder.fact("heads", named);
  if (lens.length > 0) {
    const told = lens.map((ref, layer) => ({
      layer,
      next: predictionsInJson(predict(ref.output(), 0, tokenOf)),
    }));
    recorder.fact("logitLens", told);
  }
  const all = [...Object.values(weights.outer), ...weights.layers.flatMap((layer) => Object.values(layer))];
  const parameters = all.reduce((sum, { matrix: { rows, cols } }) => sum + rows * cols, 0);
  recorder.fact("parameters", parameters, `${parameters} parameters in all`);
  stateModelCost(recorder, run, layers, logits);
}

/** States the multiply-adds of all matrix products, and what a KV cache holds for a token. */
function stateModelCost(
  recorder: Recorder,
  { architecture: { numLayers, kvHeads, headSize }, weights }: ModelRun,
  layers: readonly RecordedLayer[],
  logits: Ref | undefined,
): void {
  const ofLayers = layers.reduce((sum, { attention, output }, index) => {
    const { w1, w2, w3 } = weights.layers[index];
    const inside = [w1, w2, w3].reduce((size, w) => size + (w ? w.matrix.rows * w.matrix.cols : 0), 0);
    return sum + attention.multiplyAdds + output.shape.rows * inside;
  }, 0);
  const ofHead = logits ? logits.shape.rows * logits.shape.cols * (layers[0]?.output.shape.cols ?? 0) : 0;
  const all = ofLayers + ofHead;
  recorder.fact(
    "multiplyAdds",
    all,
    `${all} multiply-adds: ${ofLayers} in the layers, ${ofHead} in the head`,
  );
  const cached = numLayers * 2 * kvHeads * headSize;
  recorder.fact(
    "cachedNumbersPerToken",
    cached,
    `${cached} numbers a token in a KV cache: ${2 * cached} bytes in float16`,
  );
}
