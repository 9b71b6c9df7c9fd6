import {
  aligned,
  finiteFill,
  fixedScale,
  isMaskedOtherwise,
  minusInfinity,
  missing,
  polarity,
} from "./conventions.js";
import type { Library, LibraryProblem } from "./library.js";

/** What a mask can say is handed over as one. */
const BY_MASK = { mask: true, bias: true, keyLength: true, window: true } as const;

/** What happens to queries and keys between the projections and the scores of a whole module. */
const insideModule = ({ settings }: LibraryProblem) =>
  settings.rope === undefined ? [] : ["it rotates nothing between its projections and its scores"];

export const LIBRARIES = {
  torch: {
    call: "torch.nn.functional.scaled_dot_product_attention",
    source:
      "docs.pytorch.org, scaled_dot_product_attention and nn.attention.bias; aten attention.cpp (_safe_softmax, 2.5 and later)",
    obstacles: (problem) => missing(problem, { ...BY_MASK, groups: true }),
    conventions: (problem) => [
      // attn_mask and is_causal exclude each other: a run with another mask states the causal one in it.
      ...(isMaskedOtherwise(problem) || problem.hasBias ? [] : aligned(problem, "top-left")),
      ...polarity(problem, "keep"),
      ...minusInfinity(problem, "zero"),
    ],
    notes: [
      "axes batch × head × row × column; softcap needs flex_attention",
      "is_causal and attn_mask exclude each other: with another mask the causal one stands in it, aligned as you say",
      "versions before 2.5 give NaN for a row that may attend to nothing",
    ],
  },
  "torch-mha": {
    call: "torch.nn.MultiheadAttention",
    source: "docs.pytorch.org, MultiheadAttention; need_weights=True, its default",
    obstacles: (problem) => [...missing(problem, BY_MASK), ...insideModule(problem)],
    conventions: (problem) => [
      ...fixedScale(problem),
      ...polarity(problem, "drop"),
      ...minusInfinity(problem, "nan"),
    ],
    notes: [
      "is_causal needs attn_mask beside it, which says how it is aligned",
      "W is stored out × in, and those of query, key and value stand one above another in in_proj_weight",
    ],
  },
  keras: {
    call: "keras.ops.dot_product_attention",
    source: "keras.io, dot_product_attention; keras/src/backend/tensorflow/nn.py (3.x)",
    obstacles: (problem) => missing(problem, { ...BY_MASK, groups: true }),
    conventions: (problem) => [
      ...aligned(problem, "top-left"),
      ...polarity(problem, "keep"),
      ...finiteFill(problem, "replace:-2.372671e38", "masked scores become −2.37e38, not −∞"),
    ],
    notes: [
      "axes batch × row × head × column; a softcap is for TPU kernels alone",
      "with the torch backend the call is torch's, and a row that may attend to nothing gives 0",
      "keras.layers.Attention is another call: it has no scale unless it is asked for one",
    ],
  },
  onnx: {
    call: "ONNX Attention (opset 23, 24)",
    source: "onnx.ai, Attention",
    obstacles: (problem) => missing(problem, { ...BY_MASK, softcap: true, groups: true }),
    conventions: (problem) => [
      ...aligned(problem, "top-left"),
      ...polarity(problem, "keep"),
      ...minusInfinity(problem),
    ],
    notes: [
      "axes batch × head × row × column; softmax_precision chooses the type of the softmax",
      "its page does not say what becomes of a row that may attend to nothing: here it becomes what you say",
    ],
  },
  bert: {
    call: "Hugging Face BertSelfAttention (eager)",
    source: "transformers, modeling_bert.py and get_extended_attention_mask",
    obstacles: (problem) => [...missing(problem, { mask: true, keyLength: true }), ...insideModule(problem)],
    conventions: (problem) => [
      ...fixedScale(problem),
      ...aligned(problem, "bottom-right"),
      ...polarity(problem, "keep"),
      ...finiteFill(
        problem,
        "add:float32.min",
        "the lowest finite number is added to masked scores, which are not −∞",
      ),
    ],
    notes: ["causal with is_decoder alone", "the softmax works in the type of the scores"],
  },
  gpt2: {
    call: "Hugging Face GPT2Attention (eager)",
    source: "transformers, modeling_gpt2.py",
    obstacles: (problem) => [...missing(problem, { mask: true, keyLength: true }), ...insideModule(problem)],
    conventions: (problem) => {
      const causal = { ...problem, settings: { ...problem.settings, causal: true } };
      return [
        ...fixedScale(problem),
        ...(problem.settings.causal
          ? aligned(problem, "bottom-right")
          : [
              {
                name: "causal",
                settings: { causal: true, align: "bottom-right", queryOffset: undefined },
                text: "always causal, aligned bottom-right",
              } as const,
            ]),
        ...polarity(problem, "keep"),
        ...finiteFill(causal, "replace:float32.min", "masked scores become the lowest finite number, not −∞"),
      ];
    },
    notes: ["W is stored in × out (Conv1D), query, key and value beside one another in c_attn"],
  },
  flash: {
    call: "flash_attn_func",
    source: "flash-attention, flash_attn_interface.py (2.1 and later)",
    obstacles: (problem) => missing(problem, { softcap: true, window: true, groups: true }),
    conventions: (problem) => [...aligned(problem, "bottom-right"), ...minusInfinity(problem, "zero")],
    notes: [
      "axes batch × row × head × column; float16 and bfloat16 alone",
      "versions before 2.1 align a causal mask top-left",
    ],
  },
  jax: {
    call: "jax.nn.dot_product_attention",
    source: "docs.jax.dev, dot_product_attention; jax/_src/nn/functions.py (implementation xla)",
    obstacles: (problem) => missing(problem, { ...BY_MASK, groups: true }),
    conventions: (problem) => [
      ...aligned(problem, "top-left"),
      ...polarity(problem, "keep"),
      ...finiteFill(
        problem,
        "replace:-2.3819764e38",
        "masked scores become 0.7 of the lowest number, not −∞",
      ),
    ],
    notes: ["axes batch × row × head × column", "local_window_size counts from the top-left corner, too"],
  },
} as const satisfies Record<string, Library>;

export type LibraryName = keyof typeof LIBRARIES;

export const LIBRARY_NAMES = Object.keys(LIBRARIES) as readonly LibraryName[];
