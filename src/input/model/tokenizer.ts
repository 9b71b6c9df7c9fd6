import type { Tokenizer as Library } from "@huggingface/tokenizers";
import type { Tokenizer } from "../../attention/model/architecture.js";
import { refuseAs } from "../../errors.js";
import { parseObject } from "../json/parse-object.js";
import { refuseIn } from "../source.js";
import { type Fields, isFields } from "../value.js";
import type { ModelFiles } from "./model-files.js";
import { addedToken, describeOlder, INSTEAD, tokenIn } from "./older-tokenizer.js";
import { pieceOfByte, readablePiece } from "./readable-piece.js";

/**
 * Reads a model's tokenizer from `tokenizer.json` or older files (`describeOlder`), with `special_tokens_map.json`,
 * `tokenizer_config.json` and `added_tokens.json`. Returns undefined if there is none. The tokenizer library is loaded
 * only if there is one. Throws SYNTAX, and MISSING_INPUT if files are missing.
 */
export async function readTokenizer(files: ModelFiles, config: Fields): Promise<Tokenizer | undefined> {
  const at = (name: string) => `${files.folder}/${name}`;
  const object = (name: string) => {
    const text = files.text(name);
    return text === undefined ? undefined : parseObject(text, at(name), INSTEAD);
  };
  const settings: Fields = {
    tokenizer_class: config.tokenizer_class,
    ...object("special_tokens_map.json"),
    ...object("tokenizer_config.json"),
  };
  const [vocab, merges, words] = [object("vocab.json"), files.text("merges.txt"), files.text("vocab.txt")];
  const newFormat = object("tokenizer.json");
  const whole =
    newFormat ?? describeOlder({ folder: files.folder, vocab, merges, words }, settings, config.model_type);
  if (!whole) {
    if (files.text("tokenizer.model") === undefined) return undefined;
    return refuseTokenizer(files.folder, "there is only tokenizer.model, which qkv does not read");
  }
  const all = withAdded(whole, settings, object("added_tokens.json"));
  const { Tokenizer: Loaded } = await import("@huggingface/tokenizers");
  try {
    const described = withSettings(all, settings);
    const problem = missingPart(described.model);
    if (problem !== undefined) throw new Error(problem);
    return wrap(new Loaded(described, settings), described, settings);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return refuseTokenizer(newFormat ? at("tokenizer.json") : files.folder, error.message);
  }
}

const refuseTokenizer = (source: string, why: string): never =>
  refuseIn(source, "SYNTAX", `its tokenizer cannot be used: ${why}.`, INSTEAD);

/** Returns what is missing in a tokenizer's model. The library would fail without a useful message. */
function missingPart(model: unknown): string | undefined {
  if (!isFields(model)) return 'it has no object "model"';
  if (!("vocab" in model)) return 'its model has no "vocab"';
  if (model.type === "BPE" && !("merges" in model)) return 'its BPE has no "merges"';
  return undefined;
}

/** Adds the tokens of `added_tokens.json` and `added_tokens_decoder` that the tokenizer does not have yet. */
function withAdded(described: Fields, settings: Fields, more: Fields = {}): Fields {
  const tokens: readonly Fields[] = Array.isArray(described.added_tokens) ? described.added_tokens : [];
  const known = new Set(tokens.map(({ content }) => content));
  const decoder = Object.entries(settings.added_tokens_decoder ?? {}).map(([id, token]) => ({
    ...addedToken("", Number(id)),
    ...token,
  }));
  const listed = Object.entries(more).map(([content, id]) => addedToken(content, id));
  const added = [...decoder, ...listed].filter(({ content }) => !known.has(content) && known.add(content));
  return { ...described, added_tokens: [...tokens, ...added] };
}

/**
 * Applies the settings of `tokenizer_config.json` that override `tokenizer.json`: a space before the text, lower case,
 * and special tokens at both ends.
 */
function withSettings(described: Fields, settings: Fields): Fields {
  const { add_prefix_space: blank, do_lower_case: lowercase } = settings;
  const adjust = (name: string, type: string, change: Fields) => {
    const part = described[name];
    return isFields(part) && part.type === type ? { [name]: { ...part, ...change } } : {};
  };
  return {
    ...described,
    ...(typeof blank === "boolean" && adjust("pre_tokenizer", "ByteLevel", { add_prefix_space: blank })),
    ...(typeof lowercase === "boolean" && adjust("normalizer", "BertNormalizer", { lowercase })),
    ...endsOf(settings),
  };
}

/**
 * Describes the special tokens at the ends of a text, from `add_bos_token` and `add_eos_token`. Returns nothing if
 * neither is set.
 */
function endsOf(settings: Fields): Fields {
  const { add_bos_token: begins, add_eos_token: ends } = settings;
  if (typeof begins !== "boolean" && typeof ends !== "boolean") return {};
  const special = (isAdded: unknown, name: string) => {
    if (isAdded !== true) return [];
    const id = tokenIn(settings, name);
    if (id === undefined) throw new Error(`a ${name} must be added, but none is named`);
    return [{ SpecialToken: { id, type_id: 0 } }];
  };
  const text = { Sequence: { id: "A", type_id: 0 } };
  const single = [...special(begins, "bos_token"), text, ...special(ends, "eos_token")];
  return { post_processor: { type: "TemplateProcessing", single, pair: [], special_tokens: {} } };
}

function wrap(tokenizer: Library, described: Fields, settings: Fields): Tokenizer {
  const vocabulary = tokenizer.get_vocab(true);
  const isByteLevel = JSON.stringify(described.decoder ?? null).includes('"type":"ByteLevel"');
  const { model } = described;
  const fallsBack = model instanceof Object && "byte_fallback" in model && model.byte_fallback === true;
  const pieces: string[] = [];
  for (const [piece, id] of vocabulary) pieces[id] = isByteLevel ? readablePiece(piece) : piece;
  for (let id = 0; id < pieces.length; id++) pieces[id] ??= `<${id}>`;
  const mask = [tokenIn(settings, "mask_token"), "[MASK]", "<mask>"].find(
    (piece) => piece !== undefined && vocabulary.has(piece),
  );
  const idsOf = (token: string, id: number | undefined): readonly number[] => {
    const fallen = !fallsBack || vocabulary.has(token) ? undefined : bytesOf(token, vocabulary);
    if (fallen) return fallen;
    if (id !== undefined) return [id];
    refuseAs("BAD_VALUE", `Its vocabulary has no piece ${JSON.stringify(token)}.`, INSTEAD);
  };
  return {
    pieces,
    ...(mask !== undefined && { maskId: vocabulary.get(mask) }),
    encode(text) {
      const encoded = tokenizer.encode(text, { return_token_type_ids: true });
      const ids = encoded.tokens.map((token: string, at: number) => idsOf(token, encoded.ids[at]));
      const segments = encoded.token_type_ids?.flatMap((segment: number, at: number) =>
        ids[at].map(() => segment),
      );
      return { ids: ids.flat(), segments };
    },
    decode: (ids) =>
      tokenizer.decode([...ids], {
        skip_special_tokens: false,
        clean_up_tokenization_spaces: settings.clean_up_tokenization_spaces === true,
      }),
  };
}

/**
 * Returns the ids of a text's bytes, for a text that is no piece itself. Returns undefined if the vocabulary lacks one
 * of the bytes. The library does this only for BPE.
 */
function bytesOf(text: string, vocabulary: ReadonlyMap<string, number>): readonly number[] | undefined {
  const ids = [...new TextEncoder().encode(text)].map((byte) => vocabulary.get(pieceOfByte(byte)));
  return ids.every((id) => id !== undefined) ? ids : undefined;
}
