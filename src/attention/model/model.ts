import { tabulate } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { tiles } from "../../ops/parts.js";
import { MemoryBudget } from "../../trace/evaluate/memory-budget.js";
import type { Axis, Node } from "../../trace/op.js";
import { createRecorder } from "../../trace/recorder.js";
import { scopeText } from "../../trace/trace.js";
import { recordGradients } from "../gradients/backward.js";
import { recordProbabilities } from "../gradients/losses.js";
import { recordLayerOutput } from "../layer/layer.js";
import type { Problem } from "../problem.js";
import { type RecordOptions, record, recorder, recordWith, settleEvaluation } from "../recorder.js";
import { asKeys } from "../roles.js";
import type { Architecture, ModelRun } from "./architecture.js";
import { type OuterRefs, recordWeights } from "./embedding.js";
import { recordFinalNorm, recordLogitLens, recordLogits } from "./head.js";
import { layOutSequence, recordModalities } from "./modalities.js";
import type { ModelSettings } from "./model-settings.js";
import {
  attentionsIn,
  type LayerCache,
  lastLayerOf,
  PAST_AXES,
  type RecordedStack,
  recordStack,
} from "./stack.js";
import { stateRun } from "./state-run.js";
import { tokenAxis } from "./tokens.js";

/**
 * Returns the group of a node: the numbers of one layer are dropped together. Small tables stay, and so do numbers that
 * other layers read.
 */
function memoryGroupOf({ scope, id, shape }: Node) {
  const depth = scope.findIndex(({ kind }) => kind === "layer");
  if (depth < 0 || RESIDUALS.includes(id) || shape.rows * shape.cols < WORTH_EVICTING) return undefined;
  return scopeText(scope.slice(0, depth + 1));
}

/** The residual stream, from which a layer can be computed again, and its gradient. */
const RESIDUALS: readonly string[] = ["residual", "d-residual"];

/**
 * A count of numbers: 32 KB. A model has few tables smaller than this, and the facts about its heads are read from
 * them.
 */
const WORTH_EVICTING = 2 ** 12;

/** How a model is recorded. */
export interface ModelOptions extends RecordOptions {
  /** The cached keys and values of earlier tokens, per layer. */
  readonly cache?: readonly LayerCache[] | undefined;
  /** The output of an encoder that was computed already. */
  readonly memory?: Matrix | undefined;
  /** Where gradients start: the gradient of the output, or the target of a loss. */
  readonly gradientInputs?: Problem["matrices"];
  /** The store for the numbers of layers. */
  readonly budget?: MemoryBudget;
}

/** A recorded model, the output of its encoder, if it has one, and the cache for the tokens that follow, if there are any. */
export type RecordedModel = ReturnType<typeof recordModel>;

/**
 * Records a whole model: embedding, every layer in its scope `layer l` with its heads in `layer l/head h`, final norm,
 * logits and probabilities. An encoder is recorded first, in the scope `encoder`; the layers that attend to it are in
 * the scope `decoder`. Throws BAD_VALUE for ids, positions and layers that the model does not have.
 */
export function recordModel(run: ModelRun, settings: ModelSettings, options: ModelOptions = {}) {
  const { architecture, weights } = run;
  const attentions = countAttentions(architecture);
  const how = {
    ...settleEvaluation(settings, { ...options, attentions }),
    budget: options.budget ?? new MemoryBudget(),
    memoryGroupOf,
  };
  return recordWith(createRecorder("model", how), () => {
    const refs = recordWeights(weights.outer);
    const encoder = options.memory ? undefined : recordEncoder(run, refs);
    const memory = options.memory
      ? recorder.input("memory", options.memory, PAST_AXES)
      : encoder && asKeys(recordFinal(encoder));
    const sequence = options.cache ? undefined : layOutSequence(run);
    const stack = recordStack({
      ...run,
      refs,
      memory,
      cache: options.cache,
      axis: sequence?.axis ?? tokenAxis(run),
      ...(sequence && {
        ids: sequence.ids,
        embedded: {
          ...sequence.tokens,
          insert: (tokens) => recordModalities(run, sequence.axis, tokens, refs.tokenEmbedding),
        },
      }),
      ...(architecture.encoder && { attention: "decoder", memoryIds: run.source?.ids }),
      scope: architecture.encoder ? [{ kind: "stack", name: "decoder" }] : [],
      lastLayer: lastLayerOf(run, options.layer),
      isContinued: settings.generate !== undefined,
    });
    const {
      output,
      logits,
      lens = [],
    }: Partial<ReturnType<typeof recordTop>> = options.layer === undefined
      ? recordTop(run, stack, settings)
      : {};
    const stacks = encoder ? [encoder, stack] : [stack];
    recordAllWeights(stacks);
    stateRun(run, { stacks, logits, lens, sequence });
    if (output) {
      const { backward, target } = options.gradientInputs ?? {};
      const given = {
        backward: backward && recorder.input("backward", backward, output.axes),
        target: target && recorder.input("target", target),
      };
      recordGradients(output, given, settings);
    }
    return { trace: recorder.trace(), logits, memory, cache: stack.layers.flatMap(({ caches }) => caches) };
  });
}

/**
 * Records the steps after the last layer: logits and probabilities, or the output of the last layer if there is no
 * head.
 */
function recordTop(run: ModelRun, recorded: RecordedStack, { logitLens }: ModelSettings) {
  const vocabulary: Axis = { name: "token", labels: run.tokenizer?.pieces };
  const final = recordFinal(recorded);
  const logits = recordLogits(final, recorded.stack, vocabulary);
  const lens = logitLens ? recordLogitLens(run, recorded, vocabulary) : [];
  const ofLastLayer = { title: "Output", formula: "the output of the last layer" };
  const output = logits ?? recordLayerOutput(final, ofLastLayer);
  recorder.result(logits ? "logits" : "output", output);
  if (logits) recordProbabilities(logits);
  return { output, logits, lens };
}

/** Records the norm after the last layer of a stack, if there is one. → n×d_model. */
const recordFinal = ({ residual, stack }: RecordedStack) =>
  recorder.within(stack.scope, () => recordFinalNorm(residual, stack));

/**
 * Records the encoder of a model on its source (Vaswani et al. 2017, section 3.1), in the scope `encoder`. It uses the
 * embedding of the decoder unless it has its own. Returns undefined for a model without an encoder, or a run without a
 * source.
 */
function recordEncoder(
  { architecture: { encoder }, weights, source, tokenizer }: ModelRun,
  { tokenEmbedding }: OuterRefs,
) {
  if (!encoder || !weights.encoder || !source) return undefined;
  const recorded = recordStack({
    ...source,
    architecture: encoder,
    weights: weights.encoder,
    refs: { ...(tokenEmbedding && { tokenEmbedding }), ...recordWeights(weights.encoder.outer) },
    scope: [{ kind: "stack", name: "encoder" }],
    attention: "encoder",
    axis: tokenAxis({ ids: source.ids, tokenizer }),
    lastLayer: encoder.numLayers - 1,
  });
  recorder.convention(
    "encoder",
    true,
    "every token of the source sees the whole source; every layer of the decoder attends to the encoder's output",
  );
  return recorded;
}

/** Counts the attentions in all layers of a model. */
export function countAttentions({ numLayers, heads, encoder }: Architecture): number {
  // A decoder's layer has two attentions: to itself and to the source.
  return encoder ? 2 * numLayers * heads + countAttentions(encoder) : numLayers * heads;
}

/** All heads of a model whose queries come from the same rows and whose keys come from the same rows. */
type HeadGroup = ReturnType<typeof groupHeads>[number];

const groupHeads = ({ layers, stack }: RecordedStack) =>
  attentionsIn(stack).map(({ part, ...tokens }) => ({
    ...tokens,
    scope: stack.scope,
    /** n×m each, one list per layer. The lists are empty if weights are not kept. */
    weights: layers.flatMap(({ [part]: heads }) => (heads ? [heads.keptWeights] : [])),
  }));

/**
 * Records the weights of all heads of each group as one picture, and names them as a result, if they are kept: one list
 * per layer. In a model of two stacks there are such lists for each kind of attention.
 */
function recordAllWeights(stacks: readonly RecordedStack[]) {
  const groups = stacks.flatMap(groupHeads);
  const areKept = ({ weights }: HeadGroup) => weights.every((heads) => heads.length > 0);
  for (const group of groups.filter(areKept)) recordPicture(group);
  if (!groups.every(areKept)) return;
  const parts = groups.map(({ attention, weights }) => [attention, weights]);
  recorder.result("weights", groups.length === 1 ? groups[0].weights : Object.fromEntries(parts));
}

function recordPicture({ attention, weights, queryIds, keyIds, scope }: HeadGroup) {
  const [{ length: perRow }] = weights;
  const side = (name: string, count: number, each: number) => ({
    name,
    labels: tabulate(count * each, (at) => `${Math.floor(at / each)}:${at % each}`),
  });
  const axes = [side("layer", weights.length, queryIds.length), side("head", perRow, keyIds.length)] as const;
  const id = attention === "cross" ? "all-cross-weights" : "all-weights";
  recorder.within(scope, () => record(id, tiles, weights.flat(), { perRow }, { axes }));
}
