import type { MultiheadSettings } from "../../attention/heads/multihead-settings.js";
import { setting } from "../../errors.js";

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

/** Settings of a run. Undefined means not given. */
type Settings = { readonly [Name in keyof MultiheadSettings]?: MultiheadSettings[Name] | undefined };

/** What a library's behaviour depends on: the settings of a run, and which inputs were given. */
export interface LibraryProblem {
  readonly settings: Settings;
  readonly hasScores: boolean;
  readonly hasMask: boolean;
  /** Whether numbers are added to the scores: a given bias, or ALiBi. */
  readonly hasBias: boolean;
  /** The number of cached keys and values before the new ones. */
  readonly pastKeys: number;
  /** Whether there is a key after the others: torch's bias_k, or a key of zeros. */
  readonly hasOwnKey: boolean;
  readonly queries: number;
  /** All keys, including cached ones. */
  readonly keys: number;
}

/** One convention of a library, as settings for a run. */
export interface LibraryConvention {
  readonly name: string;
  /** A setting that is undefined removes the given one. */
  readonly settings: Settings;
  /** The text after "differs in 2 of 3 rows:". */
  readonly text: string;
}

/** Returns what is true of a library in a run, if it matters for that run. */
type LibraryRule<Of> = (problem: LibraryProblem) => readonly Of[];

/** A library's function for attention: its fixed behaviour, and what it cannot do. One entry of the registry. */
export interface Library {
  /** The call, as written in code. */
  readonly call: string;
  /** Where its conventions are stated, with the version. */
  readonly source: string;
  /** What the call cannot do, one clause each. All are empty if it can compute the run. */
  readonly obstacles: readonly LibraryRule<string>[];
  readonly conventions: readonly LibraryRule<LibraryConvention>[];
  /** Differences that do not change numbers: axes, types, where W is. */
  readonly notes: readonly string[];
}

/** Returns the results of all rules for a run. */
export const applyRules = <Of>(problem: LibraryProblem, rules: readonly LibraryRule<Of>[]): readonly Of[] =>
  rules.flatMap((rule) => rule(problem));

/** Returns the qkv options for these settings: `--align top-left`. */
export function optionsOfSettings(settings: LibraryConvention["settings"]): string {
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      if (value === true) return setting(name);
      return `${setting(name)} ${/^[\w.:-]+$/.test(String(value)) ? value : `'${value}'`}`;
    })
    .join(" ");
}

// Conventions that several libraries share. Each returns nothing if it does not matter for a run.

type Convention = LibraryRule<LibraryConvention>;

/** Whether a window of keys is set. */
export const hasWindow = ({ settings }: LibraryProblem) =>
  settings.window !== undefined || settings.windowLeft !== undefined || settings.windowRight !== undefined;

/** Whether anything other than `causal` masks keys. */
const isMaskedOtherwise = (problem: LibraryProblem) =>
  problem.hasMask || hasWindow(problem) || problem.settings.keyLength !== undefined;

const masksAnything = (problem: LibraryProblem) =>
  problem.settings.causal === true || isMaskedOtherwise(problem);

/** The position of query 0 for a library's own causal mask or window. */
export const aligned =
  (corner: "top-left" | "bottom-right"): Convention =>
  (problem) => {
    const { causal } = problem.settings;
    if (!causal && !hasWindow(problem)) return [];
    const text = `${causal ? "causal mask" : "window"} aligned ${corner}`;
    return [{ name: "alignment", settings: { align: corner, queryOffset: undefined }, text }];
  };

/**
 * Returns the alignment of a call that has its own causal mask but no window. If there is a window, both are passed in
 * one mask, with the user's alignment.
 */
const alignedCausal: Convention = (problem) => (hasWindow(problem) ? [] : aligned("top-left")(problem));

/** What true means in a mask that is given unchanged. */
const maskMeaning =
  (meaning: "keep" | "drop"): Convention =>
  ({ hasMask }) => {
    const text = `true in the mask means ${meaning === "keep" ? "may attend" : "masked"}`;
    return hasMask ? [{ name: "mask", settings: { maskTrue: meaning }, text }] : [];
  };

/** Masked scores are −∞. An empty row becomes what the library returns for it. */
const minusInfinity =
  (emptyRow: "zero" | "nan"): Convention =>
  (problem) => {
    if (!masksAnything(problem)) return [];
    const text = `a row that may attend to no key gives ${emptyRow === "zero" ? "0" : "NaN"}`;
    return [
      { name: "masked scores", settings: { maskFill: "neg-inf" }, text: "masked scores are −∞" },
      { name: "empty row", settings: { emptyRow }, text },
    ];
  };

/**
 * Masked scores are replaced by a finite number, or a finite number is added. A row that may attend to no key then
 * attends to all keys equally.
 */
const finiteFill =
  (maskFill: string, text: string): Convention =>
  (problem) =>
    masksAnything(problem) ? [{ name: "masked scores", settings: { maskFill }, text }] : [];

/** Returns the scale 1/√d_k for calls without an argument for it. */
const fixedScale: Convention = ({ settings }) => {
  if (settings.scale === undefined && settings.temperature === 1 && settings.scoring !== "dot") return [];
  return [
    { name: "scale", settings: { scale: "1/sqrt(d_k)", temperature: 1 }, text: "the scale is always 1/√d_k" },
  ];
};

/**
 * Returns the obstacle that a model with a cache aligns queries with the end of the keys. Its causal mask has no rows
 * for queries before the first key.
 */
const moreQueriesThanKeys: LibraryRule<string> = ({ settings, queries, keys }) =>
  settings.causal && queries > keys ? ["its causal mask has no more queries than keys"] : [];

/** Returns the rule for a call that is always causal. */
const alwaysCausal =
  <Of>(rule: LibraryRule<Of>): LibraryRule<Of> =>
  (problem) =>
    rule({ ...problem, settings: { ...problem.settings, causal: true } });

/**
 * The optional arguments of a call.
 * - `past`: cached keys and values, passed in addition to the new ones, or joined with them by the caller.
 * - `ownKey`: an additional key, or one of zeros.
 * - `groups`: fewer key and value heads than query heads.
 */
type Argument =
  | ("softcap" | "mask" | "bias" | "keyLength" | "window" | "alibi")
  | ("past" | "ownKey" | "groups");

/** Returns what a run needs and a call with only these arguments cannot do. */
const unsupported =
  (...has: readonly Argument[]): LibraryRule<string> =>
  (problem) => {
    const { settings, hasScores, hasMask, hasBias, pastKeys, hasOwnKey } = problem;
    const { scoring = "scaled-dot", heads = 1, kvHeads } = settings;
    const lacks = (name: Argument) => !has.includes(name);
    const isDot = scoring === "scaled-dot" || scoring === "dot";
    const obstacles: readonly (readonly [boolean, string])[] = [
      [hasScores, "it takes a query and a key, not scores"],
      [!hasScores && !isDot, `it has no ${scoring} scoring`],
      [settings.softcap !== undefined && lacks("softcap"), "it has no softcap"],
      [hasMask && lacks("mask"), "its only masks are the causal one and the window"],
      [hasBias && lacks(settings.alibi ? "alibi" : "bias"), "nothing can be added to its scores"],
      [pastKeys > 0 && lacks("past"), "it has no place for keys of earlier steps"],
      [hasOwnKey && lacks("ownKey"), "it adds no key to those it is given (bias_k, zeros)"],
      [settings.keyLength !== undefined && lacks("keyLength"), "it has no argument for the number of keys"],
      [hasWindow(problem) && lacks("window"), "it has no window"],
      [
        kvHeads !== undefined && kvHeads !== heads && lacks("groups"),
        "it has as many key heads as query heads",
      ],
    ];
    return obstacles.flatMap(([isAsked, reason]) => (isAsked ? [reason] : []));
  };

/**
 * Returns the alignment of ONNX's causal mask. It counts from the keys before the queries: those of past_key, or those
 * within nonpad_kv_seqlen. Without either it counts from the first key.
 */
function onnxAlignment(problem: LibraryProblem) {
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

export type LibraryName = keyof typeof LIBRARIES;

export const LIBRARY_NAMES = Object.keys(LIBRARIES) as readonly LibraryName[];
