import { UserError } from "../../errors.js";
import { suggest } from "../../suggestion.js";
import { bert } from "./bert.js";
import type { Config } from "./config.js";
import { distilbert } from "./distilbert.js";
import { gpt2 } from "./gpt2.js";
import { llama } from "./llama.js";
import type { ModelKind } from "./model-kind.js";
import { nanogpt } from "./nanogpt.js";
import { openaiGpt } from "./openai-gpt.js";
import { opt } from "./opt.js";
import { palm } from "./palm.js";
import { roberta } from "./roberta.js";
import { transformer } from "./transformer.js";

/** Every kind of model that is read. */
export const MODEL_KINDS: readonly ModelKind[] = [
  gpt2,
  nanogpt,
  openaiGpt,
  opt,
  bert,
  distilbert,
  roberta,
  llama,
  palm,
  transformer,
];

/** The kind that a config names. Throws MISSING_INPUT without a `model_type`, and BAD_VALUE for one that is not known. */
export function modelKindOf(config: Config): ModelKind {
  const types = MODEL_KINDS.flatMap((kind) => kind.types);
  if (!config.has("model_type")) {
    throw new UserError("MISSING_INPUT", "there is no model_type.", {
      hint: `Say which kind of model it is: ${types.join(", ")}.`,
      location: { source: config.source },
    });
  }
  const type = config.text("model_type", "");
  const found = MODEL_KINDS.find((kind) => kind.types.includes(type));
  if (found) return found;
  throw new UserError("BAD_VALUE", `model_type "${type}" is no kind of model that is read.`, {
    hint: suggest(type, types) ?? `Read are ${types.join(", ")}.`,
    location: { source: config.source },
  });
}
