import { bert } from "./bert.js";
import type { Config } from "./config.js";
import { distilbert } from "./distilbert.js";
import { gpt2 } from "./gpt2.js";
import { llama } from "./llama.js";
import { metaLlama } from "./meta-llama.js";
import type { ModelKind } from "./model-kind.js";
import { nanogpt } from "./nanogpt.js";
import { openaiGpt } from "./openai-gpt.js";
import { opt } from "./opt.js";
import { palm } from "./palm.js";
import { roberta } from "./roberta.js";
import { transformer } from "./transformer.js";

/** Every kind of model that qkv reads. */
export const MODEL_KINDS: readonly ModelKind[] = [
  gpt2,
  nanogpt,
  openaiGpt,
  opt,
  bert,
  distilbert,
  roberta,
  llama,
  metaLlama,
  palm,
  transformer,
];

/**
 * Returns the kind that a config names, or that its keys identify. Throws MISSING_INPUT if there is neither, and
 * BAD_VALUE for an unknown kind.
 */
export function modelKindOf(config: Config): ModelKind {
  const types = MODEL_KINDS.flatMap((kind) => kind.types);
  if (!config.has("model_type"))
    return (
      MODEL_KINDS.find(({ identifyingKey }) => identifyingKey !== undefined && config.has(identifyingKey)) ??
      config.refuse("there is no model_type.", `Add the kind of model: ${types.join(", ")}.`, "MISSING_INPUT")
    );
  const type = config.text("model_type", "");
  return (
    MODEL_KINDS.find((kind) => kind.types.includes(type)) ??
    config.refuse(
      `model_type "${type}" is not a kind of model that qkv reads.`,
      `It reads ${types.join(", ")}.`,
    )
  );
}
