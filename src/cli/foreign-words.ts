import { OTHER_NAMES } from "../attention/other-names.js";
import { optionOf } from "../setting-names.js";

// Words of other programs, and of people: one table for each place where they stand. Names of options are in small letters with dashes.

/** Words by what they mean, as the command line says it; a blank between them. */
type Meanings = Readonly<Record<string, string>>;

/** What a word means by one of these tables; undefined where it does not stand there. */
export const meaningOf = (word: string, meanings: Meanings): string | undefined =>
  Object.keys(meanings).find((line) => isIn(meanings[line], word));

export const isIn = (names: string, name: string): boolean => names.split(" ").includes(name);

/** First words that are read as something else. */
export const FIRST_WORDS: Meanings = {
  "--version": "-V -v version",
  "--help": "man",
  "-h": "example examples tutorial",
  "attend --demo": "demo",
  attend: "attention self-attention cross-attention sdpa show inspect info",
  multihead: "mha multi-head multi-head-attention",
  posenc: "positional-encoding position-encoding pe",
  exercise: "quiz worksheet",
  systems: "system preset presets",
  completion: "completions",
  check: "mark grade judge verify validate",
  explain: "why",
  "compare-scoring": "compare",
};

/** What people call what a command does, in plain letters. */
export const ERRANDS: Meanings = {
  attend:
    "attention attn selfattention crossattention sdpa scaleddotproductattention dotproduct scores weights calc compute run solve flashattention",
  "attend --causal": "causal mask masked masking",
  "attend --check": "test debug",
  check: "grader grading marks class sheets correct gradescope",
  exercise: "worksheet quiz exam homework problem problems task practice moodle gift",
  multihead: "mha multiheadattention multi heads gqa mqa groupedquery kvcache",
  layer: "transformer block encoder decoder ffn feedforward mlp layernorm norm residual",
  posenc:
    "positional positionalencoding position positions pe pos encoding encodings sinusoid sinusoidal sincos t5 relative embedding embeddings",
  "compare-scoring": "scoring scorings bahdanau luong additive saturation sweep temperature",
  softmax: "smax normalize normalise exp logits probabilities",
  rope: "rotary rotate rotation yarn ntk longrope",
  identify: "kernel probe fingerprint",
  "attend --demo --emit torch": "emit export torch pytorch script code",
  "attend --demo --emit onnx": "onnx",
  "attend --demo --as flash": "flash",
  alibi: "linearbias linearbiases",
  explain: "derive trace show where",
  systems: "presets preset models model list llama papers paper",
  "systems gpt2": "gpt2 gpt",
  "systems bert": "bert",
  "systems palm": "palm",
  help: "docs usage info commands",
  "attend --demo --backward ones": "gradient gradients grad backprop backpropagation backward derivative",
  "attend --demo --plot heatmap": "plot heatmap picture draw visualize visualise view",
};

/** What qkv does not work, in plain letters, by the topic that is near. */
export const NEAR_TOPICS: Meanings = {
  heads: "mla multiheadlatentattention latent latentattention paged pagedattention vllm lora",
  mask: "sink sinks attentionsink attentionsinks streamingllm sparse sparseattention bigbird longformer nsa dsa moba",
  scoring: "linear linearattention performer linformer hyena deltanet differential",
  positions: "xpos cope fire kerple",
  layers: "moe experts mamba ssm rwkv retnet mixer",
};

/** What a letter may mean, of which a command has some. */
export const LETTERS: Readonly<Record<string, readonly string[]>> = {
  "-q": ["--query", "--quiet"],
  "-k": ["--key"],
  "-v": ["--value", "--version"],
  "-V": ["--version"],
  "-f": ["--format"],
  "-j": ["--json"],
  "-n": ["--length"],
  "-d": ["--d-model"],
  "-p": ["--precision"],
  "-H": ["--heads"],
};

/** Options that can mean one thing alone, beside the other names of inputs. */
export const OPTIONS: Meanings = {
  "-o csv": "csv",
  "-o tsv": "tsv",
  "-o html": "html",
  "-o latex": "latex tex",
  "-o markdown": "markdown md",
  "-o jsonl": "jsonl",
  "-o junit": "junit junit-xml",
  "--output": "out outfile out-file output-file save",
  ...Object.fromEntries(Object.entries(OTHER_NAMES).map(([name, words]) => [optionOf(name), words])),
  "--d-model": "embed-dim embedding-dim dim d n-embd hidden-size dmodel",
  "--d-ff": "dim-feedforward ffn-dim intermediate-size d-ffn",
  "--why": "explain",
  "--steps": "step show print display",
  "--steps all": "step-by-step stepwise all-steps show-steps",
  "--scoring": "scoring-function score-function scoring-type score-type attention attention-type",
  "--preset": "system",
  "--kind": "type encoding-type",
  "--emit": "code script",
  "--layers": "num-layers n-layers n-layer num-hidden-layers",
  "--vocabulary": "vocab-size vocab",
  "--length": "seq-len seqlen seq-length n-ctx len max-len n num-positions",
  "--positions": "position pos",
  "--level": "difficulty",
  "--text": "prompt",
  "--generate": "max-new-tokens",
  "--base": "rope-theta rope-base theta",
  "--activation": "hidden-act activation-function",
  "--eps": "norm-eps layer-norm-eps rms-norm-eps",
  "--norm pre": "norm-first",
  "--scale none": "no-scale no-scaling unscaled",
  "--temperature": "temp tau softmax-temperature",
  "--window": "sliding-window",
  "--add-zero-attention": "add-zero-attn",
  "--average-weights": "average-attn-weights",
  "--dtype float16": "fp16 half float16",
  "--dtype bfloat16": "bf16 bfloat16",
  "--dtype float32": "fp32 float32",
  "--atol": "abs-tol",
  "--rtol": "rel-tol",
  "--plot heatmap": "heatmap",
  "--plot none": "no-plot",
  "--ascii": "no-unicode",
  "--color": "colour",
  "--no-color": "no-colour",
  "--quiet": "silent",
};

/** Words in the place of a value that mean another option: --mask causal. */
export const VALUES: Readonly<Record<string, Meanings>> = {
  "--mask": {
    "--causal": "causal tril lower lowertriangular triangular lookahead subsequent autoregressive",
  },
};

/** An option that changes nothing here, or that may mean one of ours. */
interface Unsure {
  readonly names: string;
  /** It is so of these values alone, and then of nothing else. */
  readonly value?: RegExp;
  /** Why it changes nothing. */
  readonly idle?: string;
  /** What takes its place; `VALUE` stands for what is given with it. Nothing: it is left out, with its value. */
  readonly say?: string;
  /** The value as ours has it. */
  reshape?(given: string): string;
  /** What else it may have been, or why there is no such thing. */
  readonly or?: string;
  /** What the output goes to. */
  readonly pipe?: string;
  /** It stands alone. */
  readonly isFlag?: true;
}

/** The first that is so of an option says what it is. */
export const UNSURE: readonly Unsure[] = [
  {
    names: "enable-gqa",
    isFlag: true,
    idle: "keys and values may have fewer heads anyway (--kv-heads)",
  },
  { names: "batch-first", isFlag: true, idle: "--axes says how arrays with a batch lie" },
  {
    names: "need-weights output-attentions return-attention-scores",
    isFlag: true,
    idle: "weights are always worked out",
  },
  {
    names: "self self-attention",
    isFlag: true,
    idle: "one matrix alone is x, which query, key and value all come from",
  },
  { names: "pretty", isFlag: true, idle: "JSON is set out on lines" },
  { names: "indent", value: /^\d+$/, idle: "JSON is set out on lines" },
  { names: "axis dim", value: /^-?1$/, idle: "the softmax is along rows" },
  { names: "dim", value: /^(?:0|-2)$/, or: "The softmax is along rows; --transpose turns a matrix" },
  { names: "axis dim", or: "The softmax is along rows; --transpose turns a matrix" },
  {
    names: "dropout attn-dropout attention-dropout",
    value: /^0?\.?0*$/,
    idle: "qkv works without dropout",
  },
  {
    names: "dropout attn-dropout attention-dropout",
    or: "Without the mask that was drawn (--dropout-mask FILE --dropout-p P) qkv works as in evaluation, without dropout",
  },
  {
    names: "round digits decimals places",
    say: "--precision VALUE",
    or: "To round at each step, as on paper, say --carry",
  },
  { names: "export", value: /^(?:numpy|torch|pytorch|jax|keras|onnx)$/i, say: "--emit VALUE" },
  { names: "export to", say: "-o VALUE" },
  { names: "score", value: /^[a-z][a-z-]*$/i, say: "--scoring VALUE" },
  { names: "tolerance tol", say: "--atol VALUE" },
  {
    names: "dk d-k",
    say: "--scale 1/sqrt(VALUE)",
    or: "Without it d_k is the number of columns of the keys",
  },
  { names: "fields select", value: /,/, say: "--steps VALUE -o jsonl" },
  { names: "fields select", say: "--only VALUE -o csv" },
  { names: "raw raw-output", isFlag: true, say: "-o csv" },
  { names: "answer answers solution expected reference verify compare compare-with", say: "--check VALUE" },
  { names: "problem against", say: "VALUE" },
  {
    names: "attn-mask attention-mask",
    say: "--mask VALUE",
    or: "Where true means masked, as in torch's MultiheadAttention, add --mask-true drop; numbers that are added are --bias",
  },
  {
    names: "key-padding-mask",
    say: "--mask VALUE --mask-true drop",
    or: "Where true means that a key is there, leave --mask-true out",
  },
  {
    names: "sliding-window",
    value: /[,(]/,
    say: "--window VALUE",
    reshape: (given) => given.replaceAll(/[()[\]\s]/g, "").replaceAll("-1", ""),
    or: "W is that many keys with the query's own; A,B is A keys before it and B behind it",
  },
  { names: "alibi-slopes", say: "--alibi", or: "qkv works out the slopes of the paper" },
  { names: "rope-scaling", say: "--scaling VALUE" },
  { names: "compact compact-output", isFlag: true, say: "--json", pipe: "jq -c ." },
];
