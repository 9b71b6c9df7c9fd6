/**
 * What numbers an input may hold.
 * - `numbers`: any; NaN and ±Infinity are read with a warning and propagate.
 * - `bias`: finite numbers or −Infinity; NaN and +Infinity are refused.
 * - `mask`: true/false or 1/0.
 */
export type InputKind = "numbers" | "bias" | "mask";

/** How an input is named and read. */
export interface InputRule {
  readonly kind: InputKind;
  /** Other names, compared without case, `_` and `-`. */
  readonly aliases: readonly string[];
  readonly help: string;
  /** May be given as a list of one matrix a head, which stand side by side, below each other, or as W are stored. */
  readonly perHead?: "columns" | "rows" | "as-stored";
  /** Words that may stand for the whole matrix: the number that is in every cell. */
  readonly words?: Readonly<Record<string, number>>;
}

/** Every matrix that a problem can name: bundle keys, file names and options all follow from this table. */
export const INPUTS = {
  query: { kind: "numbers", aliases: ["q"], help: "queries, n×d_q" },
  key: { kind: "numbers", aliases: ["k"], help: "keys, m×d_k" },
  value: { kind: "numbers", aliases: ["v"], help: "values, m×d_v" },
  x: { kind: "numbers", aliases: ["input", "embeddings"], help: "self-attention: query, key and value" },
  memory: {
    kind: "numbers",
    aliases: ["encoder"],
    help: "encoder output: key and value, with --x the query",
  },
  scores: { kind: "numbers", aliases: [], help: "scores, n×m, instead of query and key" },
  wq: { kind: "numbers", aliases: ["q_proj"], help: "projection of the query, in×out", perHead: "as-stored" },
  wk: { kind: "numbers", aliases: ["k_proj"], help: "projection of the key, in×out", perHead: "as-stored" },
  wv: { kind: "numbers", aliases: ["v_proj"], help: "projection of the value, in×out", perHead: "as-stored" },
  wo: { kind: "numbers", aliases: ["o_proj"], help: "output projection, in×out" },
  bq: { kind: "numbers", aliases: [], help: "bias of the query projection, 1×out" },
  bk: { kind: "numbers", aliases: [], help: "bias of the key projection, 1×out" },
  bv: { kind: "numbers", aliases: [], help: "bias of the value projection, 1×out" },
  bo: { kind: "numbers", aliases: [], help: "bias of the output projection, 1×out" },
  wqkv: {
    kind: "numbers",
    aliases: [],
    help: "W^Q, W^K, W^V packed one after the other, in×(out of all three)",
  },
  bqkv: { kind: "numbers", aliases: [], help: "their biases, packed likewise" },
  pastKey: {
    kind: "numbers",
    aliases: [],
    help: "keys of a KV cache, p×(kv heads · head size), after rotation",
    perHead: "columns",
  },
  pastValue: {
    kind: "numbers",
    aliases: [],
    help: "values of a KV cache, p×(kv heads · d_v)",
    perHead: "columns",
  },
  biasK: { kind: "numbers", aliases: [], help: "one more key (torch's bias_k), 1×(kv heads · head size)" },
  biasV: { kind: "numbers", aliases: [], help: "the value of that key, 1×(kv heads · d_v)" },
  mask: { kind: "mask", aliases: [], help: "who may attend, n×m or 1×m of true/false or 1/0" },
  bias: {
    kind: "bias",
    aliases: [],
    help: "added to the scaled scores, n×m or 1×m; with heads also one a head",
    perHead: "rows",
  },
  wa: { kind: "numbers", aliases: [], help: "W_a of the scoring function" },
  ua: { kind: "numbers", aliases: [], help: "U_a of additive scoring, d_k×d_a" },
  va: { kind: "numbers", aliases: [], help: "v_a of additive or concat scoring, d_a×1 or 1×d_a" },
  wc: {
    kind: "numbers",
    aliases: [],
    help: "W_c of the attentional vector tanh(W_c[c; h]), (d_v + d_q)×d_out, context rows first",
  },
  w1: { kind: "numbers", aliases: [], help: "W₁ of the feed-forward, d_model×d_ff" },
  b1: { kind: "numbers", aliases: [], help: "its bias, 1×d_ff" },
  w2: { kind: "numbers", aliases: [], help: "W₂ of the feed-forward, d_ff×d_model" },
  b2: { kind: "numbers", aliases: [], help: "its bias, 1×d_model" },
  w3: { kind: "numbers", aliases: [], help: "W₃ of a gated feed-forward, which multiplies: d_model×d_ff" },
  b3: { kind: "numbers", aliases: [], help: "its bias, 1×d_ff" },
  norm1: { kind: "numbers", aliases: [], help: "weight γ of the norm of the attention, 1×d_model" },
  norm1Bias: { kind: "numbers", aliases: [], help: "its bias β, 1×d_model" },
  norm2: { kind: "numbers", aliases: [], help: "weight of the norm of the feed-forward, 1×d_model" },
  norm2Bias: { kind: "numbers", aliases: [], help: "its bias, 1×d_model" },
  queryNorm: { kind: "numbers", aliases: [], help: "weight of an RMS norm of each head's queries, 1×d_k" },
  keyNorm: { kind: "numbers", aliases: [], help: "the same of its keys, 1×d_k" },
  crossNorm: { kind: "numbers", aliases: [], help: "weight of the norm of the cross-attention, 1×d_model" },
  crossNormBias: { kind: "numbers", aliases: [], help: "its bias, 1×d_model" },
  crossWq: { kind: "numbers", aliases: [], help: "W^Q of the attention to memory", perHead: "as-stored" },
  crossWk: { kind: "numbers", aliases: [], help: "its W^K", perHead: "as-stored" },
  crossWv: { kind: "numbers", aliases: [], help: "its W^V", perHead: "as-stored" },
  crossWo: { kind: "numbers", aliases: [], help: "its W^O" },
  crossWqkv: { kind: "numbers", aliases: [], help: "its W^Q, W^K, W^V, packed" },
  crossBq: { kind: "numbers", aliases: [], help: "its b^Q" },
  crossBk: { kind: "numbers", aliases: [], help: "its b^K" },
  crossBv: { kind: "numbers", aliases: [], help: "its b^V" },
  crossBo: { kind: "numbers", aliases: [], help: "its b^O" },
  crossBqkv: { kind: "numbers", aliases: [], help: "its biases, packed" },
  positions: { kind: "numbers", aliases: [], help: "positions: 0,5,9 (one row or column)" },
  table: { kind: "numbers", aliases: ["wpe"], help: "learned encodings, one row a position" },
  segmentTable: { kind: "numbers", aliases: ["token_type_embeddings"], help: "segment embeddings, types×d" },
  segments: {
    kind: "numbers",
    aliases: ["token_type_ids"],
    help: "the segment of each row of x: 0 0 1 1 (one row or column)",
  },
  backward: {
    kind: "numbers",
    aliases: ["grad_output", "output_gradient", "d_output"],
    help: "the gradient of a loss by the output, n×d_v, or ones: also all gradients",
    words: { ones: 1 },
  },
  target: {
    kind: "numbers",
    aliases: [],
    help: "what --loss compares the output with: n×d_v for mse, an id a row for cross-entropy",
  },
  encoding: { kind: "numbers", aliases: [], help: "a table to examine: is it linear in the shift?" },
} as const satisfies Record<string, InputRule>;

export type InputName = keyof typeof INPUTS;

/** The inputs that are matrices of numbers. */
export type MatrixName = Exclude<InputName, "mask">;
