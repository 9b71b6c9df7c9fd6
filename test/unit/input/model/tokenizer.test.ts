import { describe, expect, test } from "vitest";
import { setting, UserError } from "../../../../src/errors.js";
import { readablePiece } from "../../../../src/input/model/readable-piece.js";
import { readTokenizer } from "../../../../src/input/model/tokenizer.js";

type Content = Readonly<Record<string, unknown>> | string;

/** The tokenizer of a folder with these files, and a config.json that says this. */
function tokenizerOf(files: Readonly<Record<string, Content>>, config = {}) {
  const text = (name: string) => {
    const content: Content | undefined = files[name];
    return content === undefined || typeof content === "string" ? content : JSON.stringify(content);
  };
  const tensors = { tensors: new Map() };
  return readTokenizer({ folder: "m", tensors, text }, config);
}

const ids = (pieces: readonly string[]) => Object.fromEntries(pieces.map((piece, id) => [piece, id]));

async function piecesOf(files: Readonly<Record<string, Content>>, text: string, config = {}) {
  const tokenizer = await tokenizerOf(files, config);
  return tokenizer?.encode?.(text).ids.map((id) => tokenizer.pieces[id]);
}

// Byte-level BPE: é is the bytes C3 A9, whose signs are Ã and ©; 😀 is F0 9F 98 80, ð Ł ĺ Ģ.
const BYTES = ["t", "h", "e", "1", "Ġ", "Ċ", "Ã", "©", "ð", "Ł", "ĺ", "Ģ"];
const MERGED = ["th", "the", "Ġthe", "Ã©", "ðŁ"];
const MERGES = ["t h", "th e", "Ġ the", "Ã ©", "ð Ł"];
const VOCAB = ids([...BYTES, ...MERGED, "<s>", "</s>", "<mask>"]);
const PAIR = { "vocab.json": VOCAB, "merges.txt": `#version: 0.2\n${MERGES.join("\n")}\n` };
const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true };
const BPE_JSON = {
  ...{ version: "1.0", added_tokens: [], normalizer: null, pre_tokenizer: byteLevel },
  ...{ post_processor: null, decoder: byteLevel, model: { type: "BPE", vocab: VOCAB, merges: MERGES } },
};
const named = (tokenizer_class: string, more = {}) => ({
  "tokenizer_config.json": { tokenizer_class, ...more },
});

const BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "The", "cafe", "Café", "##s", "!"];
const LIST = { "vocab.txt": `${BERT.join("\n")}\n` };

// GPT-1 and SentencePiece's kinds.
const GPT1 = {
  "vocab.json": ids(["<unk>", "t", "h", "e</w>", "s</w>", "th", "the</w>"]),
  "merges.txt": "#version: 0.2\nt h\nth e</w>\n",
};
const special = (content: string, id: number) => ({ content, id, special: true, normalized: false });
const ends = (first: string) => ({
  ...{ type: "TemplateProcessing", pair: [], special_tokens: {} },
  single: [{ SpecialToken: { id: first, type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
});
const C3A9 = ["<0xC3>", "<0xA9>"];
const llama = (post_processor: object | null) => ({
  ...{ version: "1.0", added_tokens: [special("<s>", 1), special("</s>", 2)], pre_tokenizer: null },
  normalizer: {
    type: "Sequence",
    normalizers: [
      { type: "Prepend", prepend: "▁" },
      { type: "Replace", pattern: { String: " " }, content: "▁" },
    ],
  },
  ...{ post_processor, decoder: null },
  model: {
    ...{ type: "BPE", unk_token: "<unk>", fuse_unk: true, byte_fallback: true },
    vocab: ids(["<unk>", "<s>", "</s>", "▁", "t", "h", "▁t", "▁th", ...C3A9]),
    merges: [
      ["▁", "t"],
      ["▁t", "h"],
    ],
  },
});
const unigram = (byte_fallback: boolean) => ({
  ...{ version: "1.0", added_tokens: [], normalizer: null, post_processor: null, decoder: null },
  pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always" },
  model: {
    ...{ type: "Unigram", unk_id: 0, byte_fallback },
    // the is likelier whole (−2) than as t, h, e (−3 each).
    vocab: [["<unk>", 0], ...["▁", "t", "h", "e", ...C3A9].map((piece) => [piece, -3]), ["▁the", -2]],
  },
});

describe("a text is taken apart as its files say", () => {
  test.each([
    ["pairs of bytes", { ...PAIR }, {}, "the the", ["the", "Ġthe"]],
    ["bytes that are no text alone", PAIR, {}, "é\n😀", ["é", "Ċ", "<0xF0><0x9F>", "<0x98>", "<0x80>"]],
    [
      "a blank before the text",
      { ...PAIR, ...named("GPT2Tokenizer", { add_prefix_space: true }) },
      {},
      "the",
      ["Ġthe"],
    ],
    [
      "the blank of the settings, against tokenizer.json",
      { "tokenizer.json": BPE_JSON, "tokenizer_config.json": { add_prefix_space: true } },
      ...[{}, "the", ["Ġthe"]],
    ],
    ["GPT-2 with an <s> among its pieces", PAIR, { model_type: "gpt2" }, "the", ["the"]],
    ["RoBERTa", PAIR, { model_type: "roberta" }, "the <mask>", ["<s>", "the", "<mask>", "</s>"]],
    [
      "the class before the kind of model",
      { ...PAIR, ...named("GPT2Tokenizer") },
      { model_type: "roberta" },
      "the",
      ["the"],
    ],
    ["GPT-2's numbers", PAIR, { model_type: "gpt2" }, "the 11", ["the", "Ġ", "1", "1"]],
    ["GPT-1", GPT1, { model_type: "openai-gpt" }, "The ths", ["the</w>", "th", "s</w>"]],
    [
      "tokens that were added",
      {
        ...PAIR,
        "added_tokens.json": { "<|a|>": 20 },
        "tokenizer_config.json": { added_tokens_decoder: { 21: { content: "<|b|>" } } },
      },
      ...[{}, "the<|a|><|b|>the", ["the", "<|a|>", "<|b|>", "the"]],
    ],
    [
      "BERT",
      LIST,
      {},
      "The Cafés, [MASK]!",
      ["[CLS]", "the", "cafe", "##s", "[UNK]", "[MASK]", "!", "[SEP]"],
    ],
    [
      "BERT with case",
      { ...LIST, "tokenizer_config.json": { do_lower_case: false } },
      {},
      "The Cafés",
      ["[CLS]", "The", "Café", "##s", "[SEP]"],
    ],
    [
      "other names in special_tokens_map.json",
      {
        "vocab.txt": "<u>\n<c>\n<e>\nthe",
        "special_tokens_map.json": { unk_token: "<u>", cls_token: { content: "<c>" }, sep_token: "<e>" },
      },
      ...[{}, "the s", ["<c>", "the", "<u>", "<e>"]],
    ],
    ["Llama", { "tokenizer.json": llama(ends("<s>")) }, {}, "th é", ["<s>", "▁th", "▁", ...C3A9]],
    ["Llama's empty text", { "tokenizer.json": llama(ends("<s>")) }, {}, "", ["<s>"]],
    [
      "add_bos_token: false",
      { "tokenizer.json": llama(ends("<s>")), ...named("LlamaTokenizer", { add_bos_token: false }) },
      ...[{}, "th", ["▁th"]],
    ],
    [
      "add_bos_token and add_eos_token: true",
      {
        "tokenizer.json": llama(null),
        ...named("LlamaTokenizer", {
          add_bos_token: true,
          add_eos_token: true,
          bos_token: { content: "<s>" },
          eos_token: "</s>",
        }),
      },
      ...[{}, "th", ["<s>", "▁th", "</s>"]],
    ],
    ["unigrams", { "tokenizer.json": unigram(false) }, {}, "the é", ["▁the", "▁", "<unk>"]],
    [
      "unigrams that fall back to bytes",
      { "tokenizer.json": unigram(true) },
      {},
      "the é",
      ["▁the", "▁", ...C3A9],
    ],
  ] as const)("%s", async (_, files, config, text, pieces) => {
    expect(await piecesOf(files, String(text), config)).toEqual(pieces);
  });

  test("Qwen2 keeps digits apart from the blank before them and breaks behind words", async () => {
    // GPT-2 splits "1\n\n1" as 1, \n, \n, 1: the last break stands with what follows; Qwen2 takes both breaks together.
    const files = { "vocab.json": ids(["1", "Ċ", "ĊĊ"]), "merges.txt": "Ċ Ċ" };
    expect(await piecesOf(files, "1\n\n1", { model_type: "gpt2" })).toEqual(["1", "Ċ", "Ċ", "1"]);
    expect(await piecesOf(files, "1\n\n1", { model_type: "qwen2" })).toEqual(["1", "ĊĊ", "1"]);
  });

  test("and put together with the blanks that its pieces have", async () => {
    const tokenizer = await tokenizerOf({ "vocab.json": ids(["a", "Ġ", "!", "Ã", "©"]), "merges.txt": "" });
    expect(tokenizer?.decode([0, 1, 2, 3, 4])).toBe("a !é");
  });
});

describe("a tokenizer that cannot be used is an error with a way on", () => {
  test.each([
    ["not JSON", "m/tokenizer.json", { "tokenizer.json": '{"version":' }],
    ['no object "model"', "m/tokenizer.json", { "tokenizer.json": { version: "1.0" } }],
    [
      'no "merges"',
      "m/tokenizer.json",
      { "tokenizer.json": { ...BPE_JSON, model: { type: "BPE", vocab: VOCAB } } },
    ],
    ["Moon", "m/tokenizer.json", { "tokenizer.json": { ...BPE_JSON, pre_tokenizer: { type: "Moon" } } }],
    ["not merges.txt", "m", { "vocab.json": VOCAB }],
    ["BertJapaneseTokenizer", "m", { ...LIST, ...named("BertJapaneseTokenizer") }],
    ["no [CLS], no [SEP]", "m/vocab.txt", { "vocab.txt": "[UNK]\nthe" }],
    ["tokenizer.model", "m", { "tokenizer.model": "…" }],
    [
      "bos_token",
      "m/tokenizer.json",
      { "tokenizer.json": llama(null), ...named("L", { add_bos_token: true }) },
    ],
  ] as const)("%s", async (words, source, files) => {
    const error = await tokenizerOf(files).catch((thrown: unknown) => thrown);
    if (!(error instanceof UserError)) throw error;
    expect(error.message).toContain(words);
    expect(error.details).toMatchObject({
      location: { source },
      hint: expect.stringContaining(setting("ids")),
    });
  });

  test("there is none without files", async () => {
    expect(await tokenizerOf({})).toBeUndefined();
  });
});

// Signs by GPT-2's table: é C3 A9 is Ã©, Ġ C4 A0 is Äł, a lone C3 is Ã, byte 7 is ć, 猫 E7 8C AB is çĮ«.
test.each([
  ["Ġthe", "Ġthe"],
  ["ĠcafÃ©", "Ġcafé"],
  ["çĮ«", "猫"],
  ["aÃ", "a<0xC3>"],
  ["Ċĉć", "Ċĉ<0x07>"],
  ["Äł", "<0xC4><0xA0>"],
  ["<|fin→|>", "<|fin→|>"],
])("the piece %s is read as %s", (piece, read) => {
  expect(readablePiece(piece)).toBe(read);
});
