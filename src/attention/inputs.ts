import { setting } from "../errors.js";

/**
 * The numbers that an input may contain.
 * - `numbers`: any. NaN and ±Infinity give a warning and propagate.
 * - `bias`: finite numbers or −Infinity. NaN and +Infinity are errors.
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
  /** The same as for a setting: see `Setting`. */
  readonly group: string;
  readonly brief?: string;
  /**
   * May be given as a list with one matrix per head. They are joined side by side, one below the other, or in the
   * layout of W.
   */
  readonly perHead?: "columns" | "rows" | "as-stored";
  /** One number per head: read as one row, however many axes the array has. */
  readonly isRow?: true;
  /** Words that replace the whole matrix, with the number in every cell. */
  readonly words?: Readonly<Record<string, number>>;
}

/** What else an input may have. Its aliases are written as one text, with blanks between them. */
type Extras = Partial<Omit<InputRule, "aliases">> & { readonly aliases?: string };

const inputIn =
  (group: string, kind: InputKind = "numbers") =>
  (help: string, { aliases, ...rest }: Extras = {}) => ({
    kind,
    aliases: aliases?.split(" ") ?? [],
    group,
    help,
    ...rest,
  });

const numbers = inputIn("Matrices");
const projection = inputIn("Projections");
const headInput = inputIn("Heads");
const scoreInput = inputIn("Scores");
const layerInput = inputIn("Layer");
const positionInput = inputIn("Positions");
const gradientInput = inputIn("Gradients");

/** The help of `-h` for a matrix. */
const MATRIX_FORMS = "numbers such as '1 0; 0 1', a file, or -";

/** Every matrix that a problem can have. Bundle keys, file names and options are derived from this table. */
export const INPUTS = {
  query: numbers("queries, n×d_q", {
    aliases: "q xq queries querys query_states query_layer",
    brief: MATRIX_FORMS,
  }),
  key: numbers("keys, m×d_k", {
    aliases: "k xk keys key_states key_layer k_cache key_cache",
    brief: MATRIX_FORMS,
  }),
  value: numbers("values, m×d_v", {
    aliases: "v xv values value_states value_layer v_cache value_cache",
    brief: MATRIX_FORMS,
  }),
  x: numbers("self-attention: query, key and value", {
    aliases: "input embeddings",
    brief: "self-attention, or vectors: numbers or a file",
  }),
  memory: numbers(`encoder output: key and value, with ${setting("x")} the query`, { aliases: "encoder" }),
  scores: numbers("scores, n×m, instead of query and key"),
  wq: projection("projection of the query, in×out", { aliases: "q_proj w_query", perHead: "as-stored" }),
  wk: projection("projection of the key, in×out", { aliases: "k_proj w_key", perHead: "as-stored" }),
  wv: projection("projection of the value, in×out", { aliases: "v_proj w_value", perHead: "as-stored" }),
  wo: projection("output projection, in×out", { aliases: "o_proj" }),
  bq: projection("bias of the query projection, 1×out"),
  bk: projection("bias of the key projection, 1×out"),
  bv: projection("bias of the value projection, 1×out"),
  bo: projection("bias of the output projection, 1×out"),
  wqkv: projection("W^Q, W^K, W^V side by side in one matrix, in×(out of all three)"),
  bqkv: projection("their biases, packed in the same way"),
  pastKey: headInput("keys of a KV cache, p×(kv heads · head size), after rotation", { perHead: "columns" }),
  pastValue: headInput("values of a KV cache, p×(kv heads · d_v)", { perHead: "columns" }),
  biasK: headInput("one more key (torch's bias_k), 1×(kv heads · head size)"),
  biasV: headInput("the value of that key, 1×(kv heads · d_v)"),
  sinks: headInput(
    "attention sinks: one logit per head, which the softmax counts but which has no value, 1×heads",
    {
      aliases: "sink attention_sinks attn_sinks sink_logits s_aux learnable_sink softmax_offset",
      isRow: true,
    },
  ),
  mask: inputIn("Masks", "mask")("who may attend, n×m or 1×m of true/false or 1/0", {
    brief: "1 where a query may look, 0 where not",
  }),
  bias: inputIn("Masks", "bias")("added to the scaled scores, n×m or 1×m; with heads also one per head", {
    perHead: "rows",
    aliases:
      "attn_bias attention_bias position_bias pos_bias rel_pos_bias relative_position_bias relative_bias",
  }),
  dropoutMask: inputIn("Scores", "dropout")(
    "the weights that dropout kept, n×m of 1/0 (1 = kept) or of 1/(1 − p) and 0; with heads also one per head",
    { aliases: "keep_mask dropout_keep_mask", perHead: "rows" },
  ),
  wa: scoreInput("W_a of the scoring function"),
  ua: scoreInput("U_a of additive scoring, d_k×d_a"),
  va: scoreInput("v_a of additive or concat scoring, d_a×1 or 1×d_a"),
  wc: scoreInput("W_c of the attentional vector tanh(W_c[c; h]), (d_v + d_q)×d_out, context rows first"),
  sublayer: layerInput("the output of the attention, n×d_model, instead of what computes it"),
  w1: layerInput("W₁ of the feed-forward, d_model×d_ff"),
  b1: layerInput("its bias, 1×d_ff"),
  w2: layerInput("W₂ of the feed-forward, d_ff×d_model"),
  b2: layerInput("its bias, 1×d_model"),
  w3: layerInput("W₃ of a gated feed-forward, which multiplies: d_model×d_ff"),
  b3: layerInput("its bias, 1×d_ff"),
  norm1: layerInput("weight γ of the norm of the attention, 1×d_model"),
  norm1Bias: layerInput("its bias β, 1×d_model"),
  norm2: layerInput("weight of the norm of the feed-forward, 1×d_model"),
  norm2Bias: layerInput("its bias, 1×d_model"),
  queryNorm: headInput("weight of an RMS norm of each head's queries, 1×d_k"),
  keyNorm: headInput("the same for its keys, 1×d_k"),
  crossNorm: layerInput("weight of the norm of the cross-attention, 1×d_model"),
  crossNormBias: layerInput("its bias, 1×d_model"),
  crossWq: layerInput("W^Q of the attention to memory", { perHead: "as-stored" }),
  crossWk: layerInput("its W^K", { perHead: "as-stored" }),
  crossWv: layerInput("its W^V", { perHead: "as-stored" }),
  crossWo: layerInput("its W^O"),
  crossWqkv: layerInput("its W^Q, W^K, W^V, packed"),
  crossBq: layerInput("its b^Q"),
  crossBk: layerInput("its b^K"),
  crossBv: layerInput("its b^V"),
  crossBo: layerInput("its b^O"),
  crossBqkv: layerInput("its biases, packed"),
  positions: positionInput("positions: 0,5,9 (one row or column)"),
  table: positionInput("learned encodings, one row per position", { aliases: "wpe" }),
  segmentTable: positionInput("segment embeddings, types×d", { aliases: "token_type_embeddings" }),
  segments: positionInput("the segment of each row of x: 0 0 1 1 (one row or column)", {
    aliases: "token_type_ids",
  }),
  backward: gradientInput("the gradient of a loss by the output, n×d_v, or ones: computes all gradients", {
    aliases:
      "do dout d_o dy d_output output_gradient o_grad out_grad output_grad grad grad_out grad_o grad_output grad_outputs",
    perHead: "columns",
    words: { ones: 1 },
  }),
  target: gradientInput(
    `what ${setting("loss")} compares the output with: n×d_v for mse, one id per row for cross-entropy`,
  ),
  encoding: positionInput("a table to examine: is it linear in the shift?"),
} as const satisfies Record<string, InputRule>;

export type InputName = keyof typeof INPUTS;

export const INPUT_NAMES = Object.keys(INPUTS) as readonly InputName[];

/** The inputs that are matrices of numbers. */
export type MatrixName = Exclude<InputName, "mask">;
