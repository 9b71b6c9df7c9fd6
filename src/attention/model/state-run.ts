import type { UserError } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import { type Matrix, rowOf } from "../../math/matrix.js";
import { extremesOf } from "../../math/rows.js";
import { sizeOf, stateCache } from "../heads/split.js";
import { numbersOf, type Ref, recorder } from "../recorder.js";
import type { ModelRun, ModelWeights } from "./architecture.js";
import { costOfModalities, type Sequence } from "./modalities.js";
import type { RecordedStack } from "./stack.js";
import { maskedRows, paddingText, predictedRow, tokenNames } from "./tokens.js";
import { countNumbers } from "./weight-shapes.js";

/** The recorded parts of a model run. */
interface RunParts {
  readonly stacks: readonly RecordedStack[];
  readonly logits: Ref | undefined;
  /** The logits of a logit lens, one per layer. */
  readonly lens: readonly Ref[];
  /** The rows of a model with modalities. */
  readonly sequence: Sequence | undefined;
}

/**
 * States the facts of the run: ids, the most likely tokens, the patterns of the heads, and the parameters and costs of
 * the model.
 */
export function stateRun(run: ModelRun, parts: RunParts) {
  const { stacks, logits, lens } = parts;
  const { architecture, weights, drawn, warning, noTokenizer } = run;
  const tokenOf = tokenNames(run);
  recorder.convention("model", architecture.kind);
  if (drawn) recorder.convention("random", drawn.seed, drawn.text);
  if (warning) recorder.warn(warning);
  const padding = paddingText(run);
  if (padding) recorder.warn(padding);
  if (noTokenizer) recorder.warn(`Tokens are shown by their ids: ${saidOf(noTokenizer)}`);
  stateTokens(run, parts.sequence);
  if (logits) {
    const predictionsAt = (row: number) => predict(numbersOf(logits), row, tokenOf);
    recorder.fact("next", predictionsAt(predictedRow(run, logits.shape.rows)));
    const masked = maskedRows(run);
    if (masked)
      recorder.fact(
        "filled",
        masked.map((position) => ({ position, next: predictionsAt(position) })),
      );
  }
  const heads = stacks.flatMap((stack) => stack.heads);
  if (heads.length > 0) recorder.fact("heads", heads);
  if (lens.length > 0) {
    const predictions = lens.map((ref, layer) => ({
      layer,
      next: predict(numbersOf(ref), 0, tokenOf),
    }));
    recorder.fact("logitLens", predictions);
  }
  const parameters = countParameters(weights);
  recorder.fact("parameters", parameters, `${parameters} parameters in all`);
  stateModelCost(run, parts);
}

/** Returns the message of an error about a file, with the file's name. */
const saidOf = ({ message, details: { location } }: UserError) =>
  location?.source === undefined ? message : `${location.source}: ${message}`;

/**
 * States the input: the tokens, or with an encoder its source and the tokens of the decoder. With modalities also all
 * rows.
 */
function stateTokens({ ids, source, tokenizer }: ModelRun, sequence: Sequence | undefined) {
  const inputIds = source?.ids ?? ids;
  const tokens = (tokenIds: readonly number[]) => tokenIds.map(tokenNames({ tokenizer }));
  recorder.fact("ids", inputIds);
  if (tokenizer) recorder.fact("tokens", tokens(inputIds));
  if (sequence) recorder.fact("sequence", sequence.axis.labels ?? []);
  if (!source) return;
  recorder.fact("decoderIds", ids);
  if (tokenizer) recorder.fact("decoderTokens", tokens(ids));
}

function countParameters({ outer, layers, encoder, modalities = [] }: ModelWeights): number {
  const parts = [outer, ...layers, ...modalities.map(({ weights }) => weights)];
  return sumOver(parts, countNumbers) + (encoder ? countParameters(encoder) : 0);
}

/** States the multiply-adds of all matrix products, and the numbers per token in a KV cache. */
function stateModelCost(run: ModelRun, { stacks, logits, sequence }: RunParts) {
  const { architecture } = run;
  const layers = stacks.flatMap((stack) => stack.layers);
  const ofLayers = sumOver(layers, ({ ofAttention, ofFeedForward }) => ofAttention + ofFeedForward);
  const ofHead = sizeOf(logits) * architecture.dModel;
  const ofModalities = sequence ? costOfModalities(run) : 0;
  const all = ofLayers + ofHead + ofModalities;
  recorder.fact(
    "multiplyAdds",
    all,
    `${all} multiply-adds: ${ofModalities > 0 ? `${ofModalities} before the layers, ` : ""}${ofLayers} in the layers, ${ofHead} in the head`,
  );
  const { numLayers, kvHeads, headSize } = architecture;
  stateCache(numLayers * 2 * kvHeads * headSize);
}

/** The number of likely tokens that are named. */
const NUM_PREDICTIONS = 5;

/** Returns the most likely tokens for a row of logits, with their probabilities, the most likely first. */
export function predict(logits: Matrix, row: number, tokenOf: (id: number) => string) {
  const rowLogits = rowOf(logits, row);
  const [, largest] = extremesOf(rowLogits);
  const total = sumOver(rowLogits, (logit) => Math.exp(logit - largest));
  return likeliest(rowLogits).map((id) => ({
    id,
    token: tokenOf(id),
    probability: Math.exp(rowLogits[id] - largest) / total,
  }));
}

/** Returns the indices of the largest numbers. Of equal numbers the first is taken. */
function likeliest(logits: Float64Array) {
  const best: number[] = [];
  for (const [id, logit] of logits.entries()) {
    const at = best.findIndex((other) => logit > logits[other]);
    if (at >= 0) best.splice(at, 0, id);
    else if (best.length < NUM_PREDICTIONS) best.push(id);
    if (best.length > NUM_PREDICTIONS) best.pop();
  }
  return best;
}
