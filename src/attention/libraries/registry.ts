import { setting } from "../../errors.js";
import {
  aligned,
  alignedCausal,
  alwaysCausal,
  finiteFill,
  fixedScale,
  hasWindow,
  isMaskedOtherwise,
  type Library,
  type LibraryConvention,
  type LibraryProblem,
  type LibraryRule,
  maskMeaning,
  minusInfinity,
  moreQueriesThanKeys,
  unsupported,
} from "./conventions.js";

/** Arguments that can be passed inside a mask. It contains numbers if something is added to the scores. */
const MASK_ARGUMENTS = ["mask", "bias", "alibi", "keyLength", "window"] as const;

/**
 * Arguments of a function that takes queries, keys and values as they are. Its caller puts cached keys before the new
 * ones.
 */
const FUNCTION_ARGUMENTS = [...MASK_ARGUMENTS, "groups", "past"] as const;

/**
 * Returns the obstacle that a whole module computes projections and scores itself, so it cannot rotate queries and keys
 * in between.
 */
const cannotRotate: LibraryRule<string> = ({ settings }) =>
  settings.rope === undefined ? [] : ["it rotates nothing between its projections and its scores"];

export const LIBRARIES = {
  torch: {
    call: "torch.nn.functional.scaled_dot_product_attention",
    source:
      "docs.pytorch.org, scaled_dot_product_attention; torch 2.6 itself for a causal mask with n ≠ m, rows without a key and enable_gqa",
    obstacles: [unsupported(...FUNCTION_ARGUMENTS)],
    conventions: [
      // attn_mask and is_causal cannot be combined. If there is another mask, it must contain the causal one.
      (problem) => (isMaskedOtherwise(problem) || problem.hasBias ? [] : aligned("top-left")(problem)),
      maskMeaning("keep"),
      minusInfinity("zero"),
    ],
    notes: [
      "axes batch × head × row × column; softcap needs flex_attention; ALiBi and other biases are an attn_mask of numbers",
      "is_causal and attn_mask exclude each other by its documentation (in 2.6 the math kernel refuses both, that of the CPU applies both): with another mask the causal one stands in it, aligned as you say",
      "fewer key heads need enable_gqa=True; query head h reads key head ⌊h·G/H⌋",
      "not verified here: versions before 2.5, whose documented formula gives NaN for a row that may attend to nothing",
    ],
  },
  "torch-mha": {
    call: "torch.nn.MultiheadAttention",
    source: "docs.pytorch.org, MultiheadAttention; torch 2.6 itself with need_weights=True, its default",
    obstacles: [unsupported(...MASK_ARGUMENTS, "ownKey"), cannotRotate],
    conventions: [fixedScale, maskMeaning("drop"), minusInfinity("nan")],
    notes: [
      "is_causal needs attn_mask beside it, which says how it is aligned",
      "with need_weights=False it calls scaled_dot_product_attention, and a row that may attend to no key gives 0 before the output projection",
      "its weights are the mean over heads unless average_attn_weights=False",
      "W is stored out × in, and those of query, key and value stand one above another in in_proj_weight",
    ],
  },
  keras: {
    call: "keras.ops.dot_product_attention",
    source: "keras.io, dot_product_attention; keras/src/backend/tensorflow/nn.py (3.x)",
    obstacles: [unsupported(...FUNCTION_ARGUMENTS)],
    conventions: [
      alignedCausal,
      maskMeaning("keep"),
      finiteFill("replace:-2.372671e38", "masked scores become −2.37e38, not −∞"),
    ],
    notes: [
      "axes batch × row × head × column; attn_logits_soft_cap is only for TPU kernels",
      "with the jax backend the call is that of jax, which has another number for masked scores",
      "with the torch backend a mask switches is_causal off, and mask and bias exclude each other: not computed here",
      "keras.layers.Attention is another call: it has no scale by default",
    ],
  },
  onnx: {
    call: "ONNX Attention (opset 23, 24)",
    source:
      "onnx.ai, Attention; onnx/reference/ops/op_attention.py and the errata of onnx pull request 8068 (2026)",
    obstacles: [unsupported(...FUNCTION_ARGUMENTS, "softcap")],
    conventions: [onnxAlignment, maskMeaning("keep"), minusInfinity("zero")],
    notes: [
      "axes batch × head × row × column, or batch × row × all columns with q_num_heads and kv_num_heads; softmax_precision chooses the type of the softmax",
      "softcap comes before the mask; the root of the scale multiplies queries and keys, so the scale cannot be negative",
      "before the errata runtimes differ: onnxruntime's CPU kernel let a single query see all keys, and a row without a key gave NaN or the mean of the values",
    ],
  },
  bert: {
    call: "Hugging Face BertSelfAttention (eager)",
    source: "transformers, modeling_bert.py, get_extended_attention_mask and masking_utils.eager_mask",
    obstacles: [unsupported("mask", "keyLength", "past"), cannotRotate, moreQueriesThanKeys],
    conventions: [
      fixedScale,
      aligned("bottom-right"),
      maskMeaning("keep"),
      finiteFill("add:float32.min", "the lowest finite number is added to masked scores, which are not −∞"),
    ],
    notes: [
      "causal only with is_decoder",
      `early versions add −10000 to masked scores (${setting("maskFill")} add:-1e4)`,
      'with attn_implementation="sdpa" the call is that of torch',
    ],
  },
  gpt2: {
    call: "Hugging Face GPT2Attention (eager)",
    source: "transformers 4, modeling_gpt2.py",
    obstacles: [unsupported("mask", "keyLength", "past"), cannotRotate, alwaysCausal(moreQueriesThanKeys)],
    conventions: [
      fixedScale,
      (problem) =>
        problem.settings.causal
          ? aligned("bottom-right")(problem)
          : [
              {
                name: "causal",
                settings: { causal: true, align: "bottom-right", queryOffset: undefined },
                text: "always causal, aligned bottom-right",
              },
            ],
      maskMeaning("keep"),
      alwaysCausal(
        finiteFill("replace:float32.min", "masked scores become the lowest finite number, not −∞"),
      ),
    ],
    notes: [
      "its cross-attention is not causal",
      "not verified: a row that the causal mask and another one together leave without a key, because one replaces scores and the other is added to them",
      "W is stored in × out (Conv1D), query, key and value beside one another in c_attn",
    ],
  },
  flash: {
    call: "flash_attn_func",
    source: "flash-attention, flash_attn_interface.py (2.1 and later)",
    obstacles: [
      unsupported("softcap", "window", "groups", "past", "alibi"),
      ({ settings: { alibi, causal, symmetric } }) =>
        alibi && !causal && !symmetric
          ? [`its ALiBi falls off on both sides of a query (${setting("symmetric")})`]
          : [],
    ],
    conventions: [aligned("bottom-right"), minusInfinity("zero")],
    notes: [
      "axes batch × row × head × column; only float16 and bfloat16; values are as wide as keys",
      "softmax_lse, which it can return, is a natural logarithm",
      "a cache in place is flash_attn_with_kvcache's; masks of padding are for flash_attn_varlen_func",
      "versions before 2.1 align a causal mask top-left",
    ],
  },
  jax: {
    call: "jax.nn.dot_product_attention",
    source: "docs.jax.dev, dot_product_attention; jax/_src/nn/functions.py (implementation xla)",
    obstacles: [unsupported(...FUNCTION_ARGUMENTS)],
    conventions: [
      aligned("top-left"),
      maskMeaning("keep"),
      finiteFill("replace:-2.3819764e38", "masked scores become 0.7 of the lowest number, not −∞"),
    ],
    notes: [
      "axes batch × row × head × column",
      "local_window_size counts from the top-left corner, too",
      "not verified: implementation cudnn",
    ],
  },
} as const satisfies Record<string, Library>;

/**
 * Returns the alignment of ONNX's causal mask. It counts from the keys before the queries: those of past_key, or those
 * within nonpad_kv_seqlen. Without either it counts from the first key.
 */
function onnxAlignment(problem: LibraryProblem): readonly LibraryConvention[] {
  const { settings, pastKeys, queries } = problem;
  const { causal, keyLength } = settings;
  if (!causal || hasWindow(problem)) return [];
  const counted = (queryOffset: number, text: string) => [
    { name: "alignment", settings: { align: undefined, queryOffset }, text },
  ];
  if (pastKeys > 0) return counted(pastKeys, "the causal mask counts from past_key");
  if (keyLength === undefined) return aligned("top-left")(problem);
  return counted(keyLength - queries, "the causal mask ends at the last key within nonpad_kv_seqlen");
}

export type LibraryName = keyof typeof LIBRARIES;

export const LIBRARY_NAMES = Object.keys(LIBRARIES) as readonly LibraryName[];
