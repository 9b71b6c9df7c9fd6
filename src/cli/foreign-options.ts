import { OTHER_NAMES } from "../attention/names.js";
import { STEPS } from "../attention/steps.js";
import { optionOf } from "../errors.js";
import type { Meanings } from "./foreign-words.js";

// The meanings of other programs' options here. Their names are in small letters with dashes.

/** Other names for an option, or for an option with its value. */
export const OPTIONS: Meanings = {
  "--query": "-Q",
  "--verbose": "-v",
  "--format": "-f fmt output-format export to",
  "--json": "-j",
  "--precision": "-p",
  "-o csv": "raw raw-output",
  "-o latex": "tex",
  "-o markdown": "md",
  "-o junit": "junit-xml",
  "--output": "export-json export-csv export-markdown out outfile out-file output-file save report",
  ...Object.fromEntries(Object.entries(OTHER_NAMES).map(([name, words]) => [optionOf(name), words])),
  "--heads": `-H ${OTHER_NAMES.heads}`,
  "--mask-fill": "mask-value fill-value mask-fill-value",
  "--softcap": `cap ${OTHER_NAMES.softcap}`,
  "--d-model": "-d head-dim embed-dim embedding-dim dim d n-embd hidden-size dmodel",
  "--d-ff": "dim-feedforward ffn-dim intermediate-size d-ffn",
  "--why": "explain",
  "--steps": "show print display",
  "--steps all": "step-by-step stepwise all-steps show-steps trace",
  "--scoring": "scoring-function score-function scoring-type score-type attention attention-type",
  "--preset": "system model",
  "--kind": "type encoding-type",
  "--emit": "code script",
  "--emit numpy": "to-numpy as-numpy",
  "--emit torch": "to-torch to-pytorch as-pytorch",
  "--layers": "num-layers n-layers n-layer num-hidden-layers",
  "--vocabulary": "vocab-size vocab",
  "--length": "-n seq seq-len seqlen seq-length n-ctx len max-len n num-positions",
  "--count": "-n n num num-problems students variants problems exercises questions num-students",
  "--check":
    "answer answers solution expected expect reference ref verify compare compare-with gt golden ground-truth",
  "--key":
    "answer answers solution solutions -K -k with-solutions with-solution with-answers with-key with-keys",
  "--demo": "example",
  "--pairs half-split": "neox is-neox is-neox-style rotate-half",
  "--positions": "pos",
  "--level": "difficulty",
  "--text": "prompt",
  "--ids": "input-ids token-ids tokens",
  "--generate": "max-new-tokens",
  "--base": "rope-theta rope-base theta",
  "--activation": "hidden-act activation-function",
  "--eps": "norm-eps layer-norm-eps rms-norm-eps",
  "--norm pre": "norm-first pre-norm prenorm pre-ln",
  "--norm post": "post-norm postnorm post-ln",
  "--scale none": "no-scale no-scaling unscaled",
  "--temperature": "temp tau t softmax-temperature",
  "--window": "sliding-window",
  "--no-causal": "no-mask bidirectional non-causal not-causal",
  "--add-zero-attention": "add-zero-attn",
  "--average-weights": "average-attn-weights",
  "--dtype float16": "fp16 half float16",
  "--dtype bfloat16": "bf16 bfloat16",
  "--dtype float32": "fp32 float32",
  "--dtype float64": "fp64 float64 double",
  "--atol": "abs-tol tolerance tol threshold",
  "--scaling": "rope-scaling",
  "--rtol": "rel-tol",
  "--norm-kind rms": "rmsnorm rms-norm",
  "--norm-kind layer": "layernorm layer-norm",
  "--plot none": "no-plot",
  "--ascii": "no-unicode",
  "--color": "colour",
  "--no-color": "no-colour",
  "--quiet": "silent -q",
};

/** The meaning of an option here, the reason why it changes nothing, or the fact that qkv does not have it. */
export interface Meaning {
  readonly names: string;
  /** The values for which this holds. An option that qkv has can only get another meaning through its value. */
  readonly value?: RegExp;
  /** The words to use here: `$&` is the value, `$1` a part of it. Absent if qkv has nothing for it. */
  readonly equivalent?: string;
  /** The reason why it changes nothing. */
  readonly idle?: string;
  /** A sentence that is added to the note or hint. */
  readonly also?: string;
  /** The setting that a command must have for this to hold. */
  readonly needsSetting?: string;
}

const FILE = /^[^-].*\.\w+$/s;
/** The name of a step, which is no name of a file. */
const STEP = new RegExp(`^(?:${Object.keys(STEPS).join("|")})$`);
const CELL = /^[[(]?(\d+)\s*,\s*(\d+)[\])]?$/;

/** Options that change nothing here, by the reason. */
const IDLE: Meanings = {
  "keys and values may have fewer heads anyway (--kv-heads)": "enable-gqa",
  "qkv computes on the CPU": "cuda cpu gpu",
  "--axes gives the layout of arrays with a batch": "batch-first",
  "weights are always computed":
    "need-weights output-attentions return-attention-scores return-attn return-attention return-weights return-attn-probs return-softmax",
  "it is about how a kernel computes, not about what": "deterministic use-cache",
  "a single matrix is x, from which query, key and value are computed": "self self-attention",
  "this command writes no notes": "quiet",
  "the exit code is 1 if something is wrong, and GitHub Actions shows the place":
    "ci fail-on-error strict exit-code",
  "answers are shown only with --key": "no-answers no-solutions",
  "JSON is always indented": "pretty pretty-print",
  "this output has no other form": "json",
  "--why output[0,0] gives the exact form of a number": "exact fraction fractions",
  "the formulas are those of the papers; --preset NAME uses the sizes of a system": "paper",
};

/** The meanings in order. The first that fits an option is used. */
export const MEANINGS: readonly Meaning[] = [
  // Options that qkv has, with values that belong to another option.
  {
    names: "mask attn-mask attention-mask",
    value:
      /^(?:causal|tril|lower[-_ ]?triangular|lower|triangular|look[-_ ]?ahead|subsequent|autoregressive)$/i,
    equivalent: "--causal",
  },
  { names: "mask attn-mask attention-mask", value: /^(?:none|no|off|false)$/i, equivalent: "--no-causal" },
  {
    names: "precision",
    value: /^(?:bf16|bfloat16|fp16|fp32|fp64|float16|float32|float64|half|single|double)$/i,
    equivalent: "--dtype $&",
  },
  { names: "dtype", value: /^(?:torch|np|numpy|jnp|tf|mx)\.(\w+)$/, equivalent: "--dtype $1" },
  {
    names: "output as",
    value: /^(?:table|jsonl?|csv|tsv|markdown|latex|html|svg|png|numpy|octave|npy|npz|safetensors)$/,
    equivalent: "-o $&",
  },
  { names: "output", value: STEP, equivalent: "--only $&" },
  { names: "only", value: /,/, equivalent: "--steps $&" },
  // Many people call the order of the axes a layout: --layout BSHD.
  {
    names: "layout format",
    value: /^(?:b[hnst]{2}d|b(?:tn|nt)h|sbhd|thd|hsd|shd|bs3hd|b3hsd)$/i,
    equivalent: "--axes $&",
  },
  // A number is how many tokens there are. Several words are names of rows.
  { names: "tokens", value: /^\d+$/, needsSetting: "keyTokens", equivalent: "--length $&" },
  { names: "labels", value: /^(?![ct]sv$)\p{L}+(?:[\s,]+\p{L}+)*$/u, equivalent: "--tokens $&" },
  { names: "key", needsSetting: "gradescope", value: /\.json$/, equivalent: "$&" },

  // Options that the command does not have.
  ...Object.entries(IDLE).map(([idle, names]) => ({ names, idle })),
  { names: "-V", value: /./s, equivalent: "--value $&" },
  { names: "device", value: /^\w+(?::\d)?$/, idle: "qkv computes on the CPU" },
  {
    names:
      "threads num-threads workers num-workers jobs num-splits block-size page-size attn-implementation max-seqlen max-seqlen-q max-seqlen-k",
    value: /^\w+$/,
    idle: "it is about how a kernel computes, not about what",
  },
  { names: "indent", value: /^\d+$/, idle: "JSON is always indented" },
  {
    names: "heads num-heads n-heads nheads",
    value: /^\d+$/,
    needsSetting: "shift",
    idle: "every head is rotated in the same way",
  },
  { names: "axis dim", value: /^-?1$/, idle: "the softmax is along rows" },
  {
    names: "axis dim",
    value: /^(?:0|-2)$/,
    needsSetting: "query",
    also: "The softmax is along rows; --transpose transposes a matrix",
  },
  {
    names: "axis dim",
    value: /^(?:0|-2)$/,
    equivalent: "--transpose scores",
    also: "The softmax is along rows, which are now the columns",
  },
  {
    names: "dropout attn-dropout attention-dropout",
    value: /^0?\.?0*$/,
    idle: "qkv computes without dropout",
  },
  {
    names: "dropout attn-dropout attention-dropout",
    value: /^/,
    also: "Without the drawn mask (--dropout-mask FILE --dropout-p P) qkv computes as in evaluation, without dropout",
  },
  { names: "pdf", equivalent: "-o html", also: "A browser can print the page as a PDF" },
  {
    names: "round digits decimals places num-decimals sig-figs sigfigs significant-digits ndigits",
    equivalent: "--precision $&",
    also: "To round at each step, as on paper, use --carry",
  },
  { names: "export", value: /^(?:numpy|torch|pytorch|jax|keras|onnx)$/i, equivalent: "--emit $&" },
  { names: "score", value: /^[a-z][a-z-]*$/i, equivalent: "--scoring $&" },
  {
    names: "dk d-k",
    value: /^\d+$/,
    equivalent: "--scale 1/sqrt($&)",
    also: "Without it d_k is the number of columns of the keys",
  },
  { names: "fields select", value: /,/, equivalent: "--steps $& -o jsonl" },
  { names: "fields select", equivalent: "--only $& -o csv" },
  // The command that marks finds out which file is which.
  {
    names: `solution solutions actual ${OPTIONS["--check"]}`,
    needsSetting: "gradescope",
    value: /\.\w+$/,
    equivalent: "$&",
  },
  { names: "compare", needsSetting: "shift", also: "One kind is shown at a time, such as --kind rope" },
  { names: "model model-path", needsSetting: "textFile", equivalent: "$&" },
  { names: "context", equivalent: "--memory $&", also: "As the answer, O, write --check context=FILE" },
  { names: "problem given task against state-dict checkpoint ckpt", equivalent: "$&" },
  {
    names: "-i inputs input file in infile input-file data source sheet sheets dump student submission",
    value: FILE,
    equivalent: "$&",
  },
  {
    names: "names for",
    value: /^/,
    needsSetting: "moodle",
    also: "--count 20 makes 20 problems, one per student; problems have no names",
  },
  { names: "topic type kind", needsSetting: "moodle", equivalent: "$&" },
  { names: "random", needsSetting: "moodle", idle: "problems are always drawn; --seed chooses them" },
  { names: "sentence text words", needsSetting: "keyTokens", equivalent: "--tokens $& --random" },
  { names: "shape size", value: /^(\d+)\s*[x×,]\s*(\d+)$/, equivalent: "--random --length $1 --d-model $2" },
  { names: "cell", value: CELL, equivalent: "--why output[$1,$2]" },
  { names: "cell", equivalent: "--why $&" },
  {
    names: "row token query-row",
    value: /^\d+$/,
    equivalent: "--why output[$&,0]",
    also: "Without it all rows are shown",
  },
  { names: "factor rope-factor", value: /^\d/, equivalent: "--scaling-factor $&" },
  ...[{ value: /^\d/ }, {}].map((value) => ({
    names: "points marks grade",
    ...value,
    equivalent: "-o csv",
    also: "It counts the answered cells and steps, and names the first wrong step; --gradescope is for one submission to Gradescope",
  })),
  {
    names: "similarity similarities distance distances",
    needsSetting: "shift",
    equivalent: "--shift 1",
    also: "The similarity of two positions depends only on their distance",
  },
  { names: "compact compact-output", equivalent: "--json", also: "jq -c . puts it on one line" },
  ...Object.entries(OPTIONS).map(([equivalent, names]) => ({ names, equivalent })),
];
