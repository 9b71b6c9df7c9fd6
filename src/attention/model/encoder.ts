import type { Scope } from "../../trace/scope.js";
import type { Recorder, Ref } from "../recorder.js";
import { asKeys } from "../roles.js";
import type { Architecture, ModelRun } from "./architecture.js";
import { recordFinalNorm } from "./head.js";
import { type RecordedStack, recordStack, type StackOptions } from "./stack.js";
import { tokenAxis } from "./tokens.js";
import { type OuterRefs, recordOuterWeights } from "./weight-refs.js";

/** The scope of the steps of an encoder. DECODER is the scope of its decoder. */
const ENCODER: Scope = [{ kind: "stack", name: "encoder" }];
export const DECODER: Scope = [{ kind: "stack", name: "decoder" }];

/** A recorded encoder, and its output, which a decoder attends to, m×d_model. */
interface RecordedEncoder {
  readonly stack: RecordedStack;
  readonly memory: Ref;
}

/**
 * Records the encoder of a model on its source (Vaswani et al. 2017, section 3.1), in the scope `encoder`. It uses the
 * embedding of the decoder unless it has its own. Returns undefined for a model without an encoder, or a run without a
 * source.
 */
export function recordEncoder(
  recorder: Recorder,
  { architecture: { encoder }, weights, source, tokenizer }: ModelRun,
  shared: OuterRefs,
  options: StackOptions,
): RecordedEncoder | undefined {
  if (!encoder || !weights.encoder || !source) return undefined;
  const { tokenEmbedding } = shared;
  const refs: OuterRefs = { tokenEmbedding, ...recordOuterWeights(recorder, weights.encoder) };
  const stack = recordStack(
    recorder,
    {
      ...source,
      architecture: encoder,
      weights: weights.encoder,
      refs,
      scope: ENCODER,
      attention: "encoder",
      axis: tokenAxis({ ids: source.ids, tokenizer }),
      lastLayer: encoder.numLayers - 1,
    },
    options,
  );
  recorder.convention(
    "encoder",
    true,
    "every token of the source sees the whole source; every layer of the decoder attends to the encoder's output",
  );
  const memory = recorder.within(ENCODER, () => recordFinalNorm(recorder, stack.residual, refs, encoder));
  return { stack, memory: asKeys(memory) };
}

/** Counts the attentions in all layers of a model. */
export function countAttentions({ numLayers, heads, encoder }: Architecture): number {
  // A decoder's layer has two attentions: to itself and to the source.
  return encoder ? 2 * numLayers * heads + countAttentions(encoder) : numLayers * heads;
}
