import { UserError } from "../../errors.js";
import { setting } from "../../setting-names.js";
import type { Encoded, LoadedModel, ModelRun } from "./architecture.js";
import type { ModelSettings } from "./model-settings.js";

type InputSettings = Pick<ModelSettings, "text" | "ids" | "decoderText" | "decoderIds">;

/**
 * Returns the tokens of a run, from its text or ids. With an encoder these are the source. The decoder then gets the
 * tokens of the target, or else its start token. Throws MISSING_INPUT, CONFLICTING_INPUTS, USAGE and EMPTY_MATRIX.
 */
export function encodeRun(
  model: LoadedModel,
  { text, ids, decoderText, decoderIds }: InputSettings,
): Pick<ModelRun, "ids" | "segments" | "source"> {
  const encoded = encode(model, { text, ids }, MODEL_MESSAGES);
  const { encoder, decoderStart } = model.architecture;
  const isForDecoder = decoderText !== undefined || decoderIds !== undefined;
  if (!encoder) {
    if (!isForDecoder) return encoded;
    const option = setting(decoderText === undefined ? "decoderIds" : "decoderText");
    throw new UserError(
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
interface InputMessages {
  readonly whose: string;
  readonly missing: string;
  readonly text: string;
  readonly ids: string;
}

const MODEL_MESSAGES: InputMessages = {
  whose: "",
  missing: "There is nothing to run the model on.",
  text: `Give ${setting("text")} "…", ${setting("textFile")} FILE, or ${setting("ids")} 1,403,407.`,
  ids: setting("ids"),
};

const DECODER_MESSAGES: InputMessages = {
  whose: " for the decoder",
  missing: "The decoder has no part of the target.",
  text: `Give ${setting("decoderText")} "…" or ${setting("decoderIds")} 1,403,407.`,
  ids: setting("decoderIds"),
};

function encode(
  { tokenizer, noTokenizer }: LoadedModel,
  { text, ids }: { readonly text: string | undefined; readonly ids: readonly number[] | undefined },
  messages: InputMessages,
): Encoded {
  if (ids && text !== undefined) {
    throw new UserError(
      "CONFLICTING_INPUTS",
      `Both a text and ids are given${messages.whose}.`,
      "A text is split into ids: give one or the other.",
    );
  }
  if (ids) return { ids };
  if (text === undefined) {
    throw new UserError(
      "MISSING_INPUT",
      messages.missing,
      tokenizer?.encode ? messages.text : `Give ${messages.ids} 0,2,1.`,
    );
  }
  if (noTokenizer) throw noTokenizer;
  if (!tokenizer?.encode) {
    throw new UserError(
      "MISSING_INPUT",
      "The model has no tokenizer, so a text cannot be split into tokens.",
      `Give the tokens themselves, ${messages.ids} ${/^[\d\s,]+$/.test(text) ? text.trim().split(/[\s,]+/) : "0,2,1"}, or put tokenizer.json into its folder.`,
    );
  }
  const encoded = tokenizer.encode(text);
  if (encoded.ids.length > 0) return encoded;
  throw new UserError("EMPTY_MATRIX", "The text has no token.", messages.text);
}
