/**
 * What numbers an input may hold.
 * - `numbers`: any; NaN and ±Infinity are read with a warning and propagate.
 * - `bias`: finite numbers or −Infinity; NaN and +Infinity are refused.
 * - `mask`: true/false or 1/0.
 * - `dropout`: true/false or 1/0, or 0 and 1/(1 − p).
 */
export type InputKind = "numbers" | "bias" | "mask" | "dropout";

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

const NOTHING_ELSE: Partial<InputRule> = {};

const numbers = (help: string, rest = NOTHING_ELSE): InputRule => ({
  kind: "numbers",
  aliases: [],
  help,
  ...rest,
});

/** Every matrix that a problem can name: bundle keys, file names and options all follow from this table. */
export const INPUTS = {
  query: numbers("queries, n×d_q", { aliases: ["q"] }),
  key: numbers("keys, m×d_k", { aliases: ["k"] }),
  value: numbers("values, m×d_v", { aliases: ["v"] }),
  x: numbers("self-attention: query, key and value", { aliases: ["input", "embeddings"] }),
  memory: numbers("encoder output: key and value, with --x the query", { aliases: ["encoder"] }),
  scores: numbers("scores, n×m, instead of query and key"),
  wq: numbers("projection of the query, in×out", { aliases: ["q_proj"], perHead: "as-stored" }),
  wk: numbers("projection of the key, in×out", { aliases: ["k_proj"], perHead: "as-stored" }),
  wv: numbers("projection of the value, in×out", { aliases: ["v_proj"], perHead: "as-stored" }),
  wo: numbers("output projection, in×out", { aliases: ["o_proj"] }),
  bq: numbers("bias of the query projection, 1×out"),
  bk: numbers("bias of the key projection, 1×out"),
  bv: numbers("bias of the value projection, 1×out"),
  bo: numbers("bias of the output projection, 1×out"),
  wqkv: numbers("W^Q, W^K, W^V packed one after the other, in×(out of all three)"),
  bqkv: numbers("their biases, packed likewise"),
  pastKey: numbers("keys of a KV cache, p×(kv heads · head size), after rotation", { perHead: "columns" }),
  pastValue: numbers("values of a KV cache, p×(kv heads · d_v)", { perHead: "columns" }),
  biasK: numbers("one more key (torch's bias_k), 1×(kv heads · head size)"),
  biasV: numbers("the value of that key, 1×(kv heads · d_v)"),
  mask: { kind: "mask", aliases: [], help: "who may attend, n×m or 1×m of true/false or 1/0" },
  bias: {
    kind: "bias",
    aliases: [],
    help: "added to the scaled scores, n×m or 1×m; with heads also one a head",
    perHead: "rows",
  },
  dropoutMask: {
    kind: "dropout",
    aliases: ["keep_mask", "dropout_keep_mask"],
    help: "the weights that dropout keeps, n×m of 1/0 (1 = kept) or of 1/(1 − p) and 0; with heads also one a head",
    perHead: "rows",
  },
  wa: numbers("W_a of the scoring function"),
  ua: numbers("U_a of additive scoring, d_k×d_a"),
  va: numbers("v_a of additive or concat scoring, d_a×1 or 1×d_a"),
  wc: numbers("W_c of the attentional vector tanh(W_c[c; h]), (d_v + d_q)×d_out, context rows first"),
  w1: numbers("W₁ of the feed-forward, d_model×d_ff"),
  b1: numbers("its bias, 1×d_ff"),
  w2: numbers("W₂ of the feed-forward, d_ff×d_model"),
  b2: numbers("its bias, 1×d_model"),
  w3: numbers("W₃ of a gated feed-forward, which multiplies: d_model×d_ff"),
  b3: numbers("its bias, 1×d_ff"),
  norm1: numbers("weight γ of the norm of the attention, 1×d_model"),
  norm1Bias: numbers("its bias β, 1×d_model"),
  norm2: numbers("weight of the norm of the feed-forward, 1×d_model"),
  norm2Bias: numbers("its bias, 1×d_model"),
  queryNorm: numbers("weight of an RMS norm of each head's queries, 1×d_k"),
  keyNorm: numbers("the same of its keys, 1×d_k"),
  crossNorm: numbers("weight of the norm of the cross-attention, 1×d_model"),
  crossNormBias: numbers("its bias, 1×d_model"),
  crossWq: numbers("W^Q of the attention to memory", { perHead: "as-stored" }),
  crossWk: numbers("its W^K", { perHead: "as-stored" }),
  crossWv: numbers("its W^V", { perHead: "as-stored" }),
  crossWo: numbers("its W^O"),
  crossWqkv: numbers("its W^Q, W^K, W^V, packed"),
  crossBq: numbers("its b^Q"),
  crossBk: numbers("its b^K"),
  crossBv: numbers("its b^V"),
  crossBo: numbers("its b^O"),
  crossBqkv: numbers("its biases, packed"),
  positions: numbers("positions: 0,5,9 (one row or column)"),
  table: numbers("learned encodings, one row a position", { aliases: ["wpe"] }),
  segmentTable: numbers("segment embeddings, types×d", { aliases: ["token_type_embeddings"] }),
  segments: numbers("the segment of each row of x: 0 0 1 1 (one row or column)", {
    aliases: ["token_type_ids"],
  }),
  backward: numbers("the gradient of a loss by the output, n×d_v, or ones: also all gradients", {
    aliases: ["do", "dout", "d_o", "grad_out", "grad_o", "grad_output", "output_gradient", "d_output"],
    perHead: "columns",
    words: { ones: 1 },
  }),
  target: numbers("what --loss compares the output with: n×d_v for mse, an id a row for cross-entropy"),
  encoding: numbers("a table to examine: is it linear in the shift?"),
} as const satisfies Record<string, InputRule>;

export type InputName = keyof typeof INPUTS;

/** The inputs that are matrices of numbers. */
export type MatrixName = Exclude<InputName, "mask">;
