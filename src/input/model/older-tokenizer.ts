import { setting } from "../../errors.js";
import { refuseIn } from "../source.js";
import { type Fields, isFields } from "../value.js";

/** The files of tokenizers without `tokenizer.json`; undefined for those that do not exist. */
interface OlderFiles {
  readonly folder: string;
  readonly vocab: Fields | undefined;
  readonly merges: string | undefined;
  readonly words: string | undefined;
}

/**
 * Converts older tokenizer files to the content of a `tokenizer.json`: `vocab.json` with `merges.txt`, or `vocab.txt`.
 * Their meaning depends on the class in the tokenizer's settings, else on the kind of model. Returns undefined if there
 * are none. Throws MISSING_INPUT if one of the files is missing, or if the class has rules that these files do not
 * contain.
 */
export function describeOlder(
  { folder, vocab, merges, words }: OlderFiles,
  settings: Fields,
  modelType: unknown,
): Fields | undefined {
  const refuse = (why: string): never => refuseIn(folder, "MISSING_INPUT", why, INSTEAD);
  const named = settings.tokenizer_class;
  const className = typeof named === "string" ? named.replace(/Fast$/, "") : undefined;
  const choose = (ways: Readonly<Record<string, () => Fields>>): Fields => {
    const chosen = className ?? CLASS_OF_TYPE[String(modelType)];
    const [usual] = Object.values(ways);
    if (chosen !== undefined && Object.hasOwn(ways, chosen)) return ways[chosen]();
    if (className === undefined) return usual();
    return refuse(`the tokenizer is a ${named}, whose rules are in none of these files.`);
  };
  if (vocab) {
    if (merges === undefined) return refuse("vocab.json is there, but not merges.txt.");
    const pairs = linesOf(merges).filter((line) => line !== "" && !line.startsWith("#version"));
    return choose({
      GPT2Tokenizer: () => byteLevelBpe(vocab, pairs, byteLevel(settings)),
      RobertaTokenizer: () => roberta(vocab, pairs, settings),
      OpenAIGPTTokenizer: () => gpt1(vocab, pairs, settings),
      Qwen2Tokenizer: () => qwen2(vocab, pairs, settings),
    });
  }
  if (words === undefined) return undefined;
  const asWordPiece = () => wordPiece(words, settings, folder);
  return choose({
    BertTokenizer: asWordPiece,
    DistilBertTokenizer: asWordPiece,
    ElectraTokenizer: asWordPiece,
  });
}

/** The hint if a tokenizer cannot be used. */
export const INSTEAD = `Give the tokens themselves, ${setting("ids")} 0,2,1, or put tokenizer.json into its folder.`;

const CLASS_OF_TYPE: Readonly<Record<string, string>> = {
  roberta: "RobertaTokenizer",
  "openai-gpt": "OpenAIGPTTokenizer",
  qwen2: "Qwen2Tokenizer",
  qwen3: "Qwen2Tokenizer",
};

/** GPT-2's tokenizer with another split into words. */
const qwen2 = (vocab: Fields, merges: readonly string[], settings: Fields): Fields => ({
  ...byteLevelBpe(vocab, merges, {
    type: "Sequence",
    pretokenizers: [
      { type: "Split", pattern: { Regex: QWEN_WORDS }, behavior: "Isolated", invert: false },
      { ...byteLevel(settings), use_regex: false },
    ],
  }),
  normalizer: { type: "NFC" },
});

/** Qwen2's pattern for splitting a text before pairs are merged: single digits, and line breaks apart from words. */
const QWEN_WORDS = [
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)",
  "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+",
  "\\p{N}",
  " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*",
  "\\s*[\\r\\n]+",
  "\\s+(?!\\S)",
  "\\s+",
].join("|");

/** Returns a special token from the settings, where it is text or an object with the text. */
export function tokenIn(settings: Fields, name: string): string | undefined {
  const given = settings[name];
  if (typeof given === "string") return given;
  const content = isFields(given) ? given.content : undefined;
  return typeof content === "string" ? content : undefined;
}

/** Describes a token that is found in a text before the text is split. */
export const addedToken = (content: string, id: unknown): Fields => ({
  id,
  content,
  lstrip: content === "<mask>",
  special: true,
});

const addedOf = (vocab: Fields, tokens: readonly string[]) =>
  tokens.flatMap((token) => (Object.hasOwn(vocab, token) ? [addedToken(token, vocab[token])] : []));

const byteLevel = (settings: Fields): Fields => ({
  type: "ByteLevel",
  add_prefix_space: settings.add_prefix_space === true,
  trim_offsets: true,
});

function byteLevelBpe(vocab: Fields, merges: readonly string[], split: Fields): Fields {
  return {
    normalizer: null,
    pre_tokenizer: split,
    post_processor: null,
    decoder: { type: "ByteLevel" },
    added_tokens: addedOf(vocab, ["<|endoftext|>", "<s>", "</s>", "<pad>", "<unk>", "<mask>"]),
    model: pairModel(vocab, merges, null, ""),
  };
}

/**
 * The model of a BPE tokenizer: the pairs to merge, the piece for unknown text, and the suffix of a word's last piece.
 */
const pairModel = (vocab: Fields, merges: readonly string[], unknown: string | null, suffix: string) => ({
  type: "BPE",
  vocab,
  merges,
  unk_token: unknown,
  continuing_subword_prefix: "",
  end_of_word_suffix: suffix,
  fuse_unk: false,
});

/** GPT-2's tokenizer, with <s> and </s> around each text. */
function roberta(vocab: Fields, merges: readonly string[], settings: Fields): Fields {
  const described = byteLevelBpe(vocab, merges, byteLevel(settings));
  const cls = tokenIn(settings, "cls_token") ?? "<s>";
  const sep = tokenIn(settings, "sep_token") ?? "</s>";
  if (!Object.hasOwn(vocab, cls) || !Object.hasOwn(vocab, sep)) return described;
  return { ...described, post_processor: postProcessor([cls, vocab[cls]], [sep, vocab[sep]]) };
}

/** Tokens around every text, described as for BERT. */
const postProcessor = (cls: readonly unknown[], sep: readonly unknown[]): Fields => ({
  type: "BertProcessing",
  cls,
  sep,
});

/** GPT-1's pieces are lower case, and the last piece of a word ends in </w>. */
function gpt1(vocab: Fields, merges: readonly string[], settings: Fields): Fields {
  const unknown = tokenIn(settings, "unk_token") ?? "<unk>";
  return {
    normalizer: bertNormalizer({}),
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: { type: "BPEDecoder", suffix: "</w>" },
    added_tokens: addedOf(vocab, [unknown]),
    model: pairModel(vocab, merges, unknown, "</w>"),
  };
}

const bertNormalizer = (settings: Fields): Fields => ({
  type: "BertNormalizer",
  clean_text: true,
  handle_chinese_chars: settings.tokenize_chinese_chars !== false,
  strip_accents: settings.strip_accents ?? null,
  lowercase: settings.do_lower_case !== false,
});

/** Returns the lines of a file, without the empty one after the last line break. */
const linesOf = (text: string): readonly string[] => text.replace(/\r?\n$/, "").split(/\r?\n/);

/** Describes BERT's tokenizer from its list of pieces, one per line. */
function wordPiece(words: string, settings: Fields, folder: string): Fields {
  const pieces = linesOf(words);
  const vocab: Fields = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  const named = (short: string) => tokenIn(settings, `${short}_token`) ?? `[${short.toUpperCase()}]`;
  const [cls, sep, unk, pad, mask] = ["cls", "sep", "unk", "pad", "mask"].map(named);
  const missing = [cls, sep, unk].filter((token) => !Object.hasOwn(vocab, token));
  if (missing.length > 0) {
    const hint = `${INSTEAD} Other names of these tokens are read from tokenizer_config.json and special_tokens_map.json.`;
    refuseIn(`${folder}/vocab.txt`, "MISSING_INPUT", `it has no ${missing.join(", no ")}.`, hint);
  }
  return {
    added_tokens: addedOf(vocab, [pad, unk, cls, sep, mask]),
    normalizer: bertNormalizer(settings),
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: postProcessor([cls, vocab[cls]], [sep, vocab[sep]]),
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      vocab,
      unk_token: unk,
      continuing_subword_prefix: "##",
    },
  };
}
