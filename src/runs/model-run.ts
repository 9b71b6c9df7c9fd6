import type { LoadedModel, ModelRun } from "../attention/model/architecture.js";
import { type ModelOptions, type RecordedModel, recordModel } from "../attention/model/model.js";
import type { ModelSettings } from "../attention/model/model-settings.js";
import { tokenNames } from "../attention/model/tokens.js";
import type { Problem } from "../attention/problem.js";
import { refuseAs, setting } from "../errors.js";
import { sumOver } from "../math/lists.js";
import { type Matrix, rowOf } from "../math/matrix.js";
import { createRandom } from "../math/random.js";
import { extremesOf } from "../math/rows.js";
import { matrixOf, type Trace } from "../trace/trace.js";

/**
 * Records a model on the text or the ids in its settings, and generates tokens if that is asked for. Throws
 * MISSING_INPUT if there is neither text nor ids, CONFLICTING_INPUTS for both, EMPTY_MATRIX for a text without a token.
 * Also throws like recordModel.
 */
export function recordModelRun(problem: Problem<ModelSettings>, options: ModelOptions = {}): Trace {
  const { model, settings, matrices } = problem;
  if (!model)
    refuseAs(
      "MISSING_INPUT",
      "There is no model.",
      `Give a folder with config.json and model.safetensors: qkv model DIR ${setting("text")} "…"; qkv model ${setting("demo")} has one of its own.`,
    );

  const run: ModelRun = { ...model, ...encodeRun(model, settings) };
  refuseUnusedSettings(run, problem, options);
  const recorded = recordModel(run, settings, { ...options, gradientInputs: matrices });
  const trace = model.drawn ? withDrawnWeights(recorded.trace, matrices) : recorded.trace;
  if (settings.generate === undefined) return trace;
  return withGenerated(trace, run, generateTokens(run, recorded, settings, options));
}

/**
 * Throws USAGE for settings about the head, if the model has none, if its last layers are not computed, or if it fills
 * in masks.
 */
function refuseUnusedSettings(
  { architecture: { head } }: ModelRun,
  { settings: { generate, logitLens, loss }, matrices: { backward, target } }: Problem<ModelSettings>,
  { layer }: ModelOptions,
) {
  const refuse = (asked: string, why: string) => {
    refuseAs("USAGE", `${asked} ${why}.`, "Leave it out.");
  };
  const ofHead = [
    generate !== undefined && setting("generate"),
    logitLens && setting("logitLens"),
    loss === "cross-entropy" && `${setting("loss")} cross-entropy`,
  ].find(Boolean);
  const ofOutput = [loss && setting("loss"), backward && setting("backward"), target && setting("target")];
  const ofEnd = ofHead || ofOutput.find(Boolean);
  if (ofHead && !head) refuse(ofHead, "is about logits, but this model has no head");
  if (ofEnd && layer !== undefined)
    refuse(ofEnd, `is about the steps after the last layer, but ${setting("layer")} stops before them`);
  if (generate !== undefined && head?.predicts === "masked")
    refuse(setting("generate"), "continues a text, but this model fills in masks");
}

/** Marks all inputs as drawn, except those that were given. */
function withDrawnWeights(trace: Trace, given: Problem["matrices"]) {
  const inputs = trace.inputs.map((input) =>
    Object.hasOwn(given, input.name) ? input : { ...input, isDrawn: true as const },
  );
  return { ...trace, inputs };
}

function withGenerated(trace: Trace, run: ModelRun, ids: readonly number[]) {
  const tokens = ids.map(tokenNames(run));
  const text = run.tokenizer?.decode([...run.ids, ...ids]);
  const value = { ids, tokens, ...(text !== undefined && { text }) };
  return { ...trace, facts: { ...trace.facts, generated: { value } } };
}

/**
 * Returns the tokens that continue the text, one after the other: the most likely one, or with a temperature one drawn
 * from the seed. Each step uses the keys and values that the layers cached.
 */
function generateTokens(
  run: ModelRun,
  recorded: RecordedModel,
  settings: ModelSettings,
  options: ModelOptions,
) {
  const choose = createChoice(settings);
  const generated: number[] = [];
  let { trace, logits, cache } = recorded;
  const memory = recorded.memory && matrixOf(recorded.trace, recorded.memory.key);
  while (logits && generated.length < (settings.generate ?? 0)) {
    const id = choose(matrixOf(trace, logits.key));
    generated.push(id);
    if (generated.length === settings.generate) break;
    // Nobody looks at the steps of generated tokens.
    const unseen = { ...settings, logitLens: false, stream: true };
    const next = recordModel({ ...run, ids: [id] }, unseen, { ...options, cache, memory });
    ({ trace, logits, cache } = next);
  }
  return generated;
}

/** Returns a function that chooses a token from the last row of logits. */
function createChoice({ temperature, seed }: ModelSettings): (logits: Matrix) => number {
  const random = createRandom(seed, "generate");
  return (logits) => {
    const lastRow = rowOf(logits, logits.rows - 1);
    const [, largest] = extremesOf(lastRow);
    if (temperature === undefined) return lastRow.indexOf(largest);
    const powers = lastRow.map((logit) => Math.exp((logit - largest) / temperature));
    let left = random.uniform() * sumOver(powers);
    const id = powers.findIndex((power) => {
      left -= power;
      return left < 0;
    });
    return id < 0 ? powers.length - 1 : id;
  };
}

/**
 * Returns the tokens of a run, from its text or ids. With an encoder these are the source. The decoder then gets the
 * tokens of the target, or else its start token. Throws MISSING_INPUT, CONFLICTING_INPUTS, USAGE and EMPTY_MATRIX.
 */
function encodeRun(model: LoadedModel, { text, ids, decoderText, decoderIds }: ModelSettings) {
  const encoded = encode(model, { text, ids }, MODEL_MESSAGES);
  const { encoder, decoderStart } = model.architecture;
  const isForDecoder = decoderText !== undefined || decoderIds !== undefined;
  if (!encoder) {
    if (!isForDecoder) return encoded;
    const option = setting(decoderText === undefined ? "decoderIds" : "decoderText");
    refuseAs(
      "USAGE",
      `${option} is for a model with an encoder, but this one has none.`,
      `Leave it out: ${setting("text")} and ${setting("ids")} are what this model continues.`,
    );
  }
  const target =
    isForDecoder || decoderStart === undefined
      ? encode(model, { text: decoderText, ids: decoderIds }, DECODER_MESSAGES)
      : { ids: [decoderStart] };
  return { ids: target.ids, source: encoded };
}

/** Texts of error messages about the options for the input. */
const MODEL_MESSAGES = {
  whose: "",
  missing: "There is nothing to run the model on.",
  text: `Give ${setting("text")} "…", ${setting("textFile")} FILE, or ${setting("ids")} 1,403,407.`,
  ids: setting("ids"),
};

const DECODER_MESSAGES = {
  whose: " for the decoder",
  missing: "The decoder has no part of the target.",
  text: `Give ${setting("decoderText")} "…" or ${setting("decoderIds")} 1,403,407.`,
  ids: setting("decoderIds"),
};

function encode(
  { tokenizer, noTokenizer }: LoadedModel,
  { text, ids }: { readonly text: string | undefined; readonly ids: readonly number[] | undefined },
  messages: typeof MODEL_MESSAGES,
) {
  if (ids && text !== undefined)
    refuseAs(
      "CONFLICTING_INPUTS",
      `Both a text and ids are given${messages.whose}.`,
      "A text is split into ids: give one or the other.",
    );

  if (ids) return { ids };
  if (text === undefined)
    refuseAs(
      "MISSING_INPUT",
      messages.missing,
      tokenizer?.encode ? messages.text : `Give ${messages.ids} 0,2,1.`,
    );

  if (noTokenizer) throw noTokenizer;
  if (!tokenizer?.encode)
    refuseAs(
      "MISSING_INPUT",
      "The model has no tokenizer, so a text cannot be split into tokens.",
      `Give the tokens themselves, ${messages.ids} ${/^[\d\s,]+$/.test(text) ? text.trim().split(/[\s,]+/) : "0,2,1"}. With tokenizer.json in its folder, a model takes a text.`,
    );

  const encoded = tokenizer.encode(text);
  if (encoded.ids.length > 0) return encoded;
  refuseAs("EMPTY_MATRIX", "The text has no token.", messages.text);
}
