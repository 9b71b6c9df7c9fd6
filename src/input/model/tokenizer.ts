import type { Tokenizer as Library } from "@huggingface/tokenizers";
import type { Tokenizer } from "../../attention/model/architecture.js";
import { UserError } from "../../errors.js";
import { type ModelFiles, parseObject } from "./model-files.js";

/**
 * The tokenizer of a model: `tokenizer.json`, or the older `vocab.json` with `merges.txt` (GPT-2, RoBERTa) or `vocab.txt`
 * (BERT); undefined when there is none of them. The library that works it is loaded only then. Throws SYNTAX.
 */
export async function readTokenizer(files: ModelFiles): Promise<Tokenizer | undefined> {
  const at = (name: string) => `${files.folder}/${name}`;
  const object = (name: string) => {
    const text = files.text(name);
    return text === undefined ? undefined : parseObject(text, at(name));
  };
  const config = object("tokenizer_config.json") ?? {};
  const [vocab, merges, words] = [object("vocab.json"), files.text("merges.txt"), files.text("vocab.txt")];
  const described =
    object("tokenizer.json") ??
    (vocab && merges !== undefined ? byteLevelBpe(vocab, merges, config) : undefined) ??
    (words === undefined ? undefined : wordPiece(words, config));
  if (!described) return undefined;
  const { Tokenizer: Loaded } = await import("@huggingface/tokenizers");
  return wrap(load(() => new Loaded(described, config), files.folder));
}

function load(make: () => Library, folder: string): Library {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UserError("SYNTAX", `its tokenizer cannot be used: ${error.message}.`, {
      hint: "Give the tokens themselves: --ids 1,403,407.",
      location: { source: folder },
    });
  }
}

function wrap(tokenizer: Library): Tokenizer {
  const vocabulary = tokenizer.get_vocab(true);
  const pieces: string[] = [];
  for (const [piece, id] of vocabulary) pieces[id] = piece;
  for (let id = 0; id < pieces.length; id++) pieces[id] ??= `<${id}>`;
  const mask = MASKS.find((piece) => vocabulary.has(piece));
  return {
    pieces,
    ...(mask !== undefined && { maskId: vocabulary.get(mask) }),
    encode(text) {
      const { ids, token_type_ids: segments } = tokenizer.encode(text, { return_token_type_ids: true });
      return { ids, segments };
    },
    decode: (ids) => tokenizer.decode([...ids], { skip_special_tokens: false }),
  };
}

const MASKS = ["[MASK]", "<mask>"];

type Described = Readonly<Record<string, unknown>>;

/** A special token of a `tokenizer_config.json`, which is text or an object with it. */
function tokenIn(config: Described, name: string, otherwise: string): string {
  const given = config[name];
  if (typeof given === "string") return given;
  const content =
    typeof given === "object" && given !== null && "content" in given ? given.content : undefined;
  return typeof content === "string" ? content : otherwise;
}

const special = (content: string, id: number) => ({
  ...{ id, content, single_word: false, lstrip: content === "<mask>", rstrip: false },
  ...{ normalized: false, special: true },
});

/** GPT-2's and RoBERTa's files as a `tokenizer.json` would say it. RoBERTa puts <s> and </s> around a text. */
function byteLevelBpe(vocab: Described, merges: string, config: Described): Described {
  const lines = merges.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#version"));
  const byteLevel = {
    type: "ByteLevel",
    add_prefix_space: config.add_prefix_space === true,
    trim_offsets: true,
  };
  const idOf = (token: string) => (typeof vocab[token] === "number" ? vocab[token] : undefined);
  const [start, end] = [tokenIn(config, "cls_token", "<s>"), tokenIn(config, "sep_token", "</s>")];
  const [startId, endId] = [idOf(start), idOf(end)];
  const added = ["<|endoftext|>", "<s>", "</s>", "<pad>", "<unk>", "<mask>"];
  return {
    ...{ version: "1.0", normalizer: null, pre_tokenizer: byteLevel, decoder: byteLevel },
    added_tokens: added.flatMap((token) => {
      const id = idOf(token);
      return id === undefined ? [] : [special(token, id)];
    }),
    post_processor:
      startId === undefined || endId === undefined
        ? byteLevel
        : {
            type: "RobertaProcessing",
            cls: [start, startId],
            sep: [end, endId],
            trim_offsets: true,
            add_prefix_space: false,
          },
    model: {
      ...{ type: "BPE", vocab, merges: lines, dropout: null, unk_token: null },
      ...{ continuing_subword_prefix: "", end_of_word_suffix: "", fuse_unk: false },
    },
  };
}

/** BERT's list of pieces, one a line, as a `tokenizer.json` would say it. */
function wordPiece(words: string, config: Described): Described {
  const pieces = words.split(/\r?\n/);
  if (pieces.at(-1) === "") pieces.pop();
  const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  const named = {
    cls: "cls_token",
    sep: "sep_token",
    unk: "unk_token",
    pad: "pad_token",
    mask: "mask_token",
  };
  const [cls, sep, unk, pad, mask] = Object.entries(named).map(([short, name]) =>
    tokenIn(config, name, `[${short.toUpperCase()}]`),
  );
  return {
    version: "1.0",
    added_tokens: [pad, unk, cls, sep, mask].flatMap((token) =>
      token in vocab ? [special(token, vocab[token])] : [],
    ),
    normalizer: {
      ...{
        type: "BertNormalizer",
        clean_text: true,
        handle_chinese_chars: config.tokenize_chinese_chars !== false,
      },
      ...{ strip_accents: null, lowercase: config.do_lower_case !== false },
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: { type: "BertProcessing", cls: [cls, vocab[cls]], sep: [sep, vocab[sep]] },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      ...{
        type: "WordPiece",
        vocab,
        unk_token: unk,
        continuing_subword_prefix: "##",
        max_input_chars_per_word: 100,
      },
    },
  };
}
