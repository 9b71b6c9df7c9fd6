import { OTHER_NAMES } from "../attention/names.js";
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
  "-h": "example examples --example --examples tutorial",
  "attend --demo": "demo",
  attend:
    "attention self-attention cross-attention sdpa dot-product-attention scaled-dot-product-attention attention-weights show",
  "attend --verbose": "inspect shape shapes ls",
  multihead: "mha multi-head multi-head-attention multihead-attention",
  posenc:
    "positional-encoding positional-encodings position-encoding positional-embedding position-embedding pe",
  "posenc --kind t5": "t5 t5-bias relative-position-bias relative-position",
  "rope --scaling yarn": "rope-yarn",
  "rope --scaling ntk": "rope-ntk",
  diff: "allclose",
  exercise: "quiz worksheet",
  systems: "system preset presets",
  completion: "completions",
  check: "mark grade judge verify validate",
  explain: "why",
  "compare-scoring": "compare",
};

/** What people call what a command does, in plain letters. */
export const ERRANDS: Meanings = {
  attend: "attn selfattention crossattention calc calculate compute run solve work flashattention",
  "attend --demo --only scores": "scores",
  "attend --demo --only weights": "weights",
  "attend --demo --only output": "outputs result",
  "attend --demo --causal": "causal",
  "help mask": "mask masked masking windowed swa",
  check: "test debug grader grading marks class sheets correct gradescope",
  exercise: "homework problem problems task tasks practice exam moodle gift generate",
  "multihead --demo": "multi",
  "help heads": "gqa mqa groupedquery groupedqueryattention multiquery kvcache",
  "layer --demo": "transformer block encoder decoder ffn feedforward mlp layernorm norm residual",
  posenc:
    "positional positionalencoding position pos encoding encodings sinusoid sinusoids sinusoidal sincos embedding embeddings",
  "help positions": "positions relative longrope",
  "attend --demo --steps entropy": "entropy",
  "compare-scoring --random --only costs": "cost costs flops complexity memory",
  "compare-scoring": "scoring scorings saturation sweep",
  "attend --demo --scoring additive": "bahdanau additive",
  "attend --demo --random --scoring general": "luong multiplicative bilinear",
  "attend --demo --scoring dot": "dotproduct dot",
  softmax: "smax normalize normalise exp logits probabilities",
  rope: "rotary rotate rotation",
  "rope --d-model 8 --scaling yarn:factor=4,original=8192": "yarn",
  "rope --d-model 8 --scaling ntk:factor=4": "ntk",
  identify: "kernel probe fingerprint whatis",
  "attend --demo --emit torch": "emit export torch pytorch script code",
  "attend --demo --emit numpy": "numpy python",
  "attend --demo --emit onnx": "onnx",
  "attend --demo --as flash": "flash",
  alibi: "linearbias linearbiases",
  explain: "derive trace where",
  systems: "presets preset models list llama papers paper params parameters",
  "systems gpt1": "gpt1 gpt",
  "systems gpt2": "gpt2",
  "systems gpt3": "gpt3",
  "systems bert": "bert",
  "systems roberta": "roberta",
  "systems palm": "palm",
  "systems macaw": "macaw",
  "systems transformer": "vaswani attentionisallyouneed",
  help: "docs usage commands info",
  "attend --demo --backward ones": "gradient gradients grad backprop backpropagation backward derivative",
  "attend --demo --plot heatmap": "plot heatmap picture draw visualize visualise view",
};

/** First words of a question: what it is about is explained. */
export const QUESTIONS = "what how why when where which is are does can";

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
  "-o latex": "tex",
  "-o markdown": "md",
  "-o junit": "junit-xml",
  "--output": "out outfile out-file output-file save",
  ...Object.fromEntries(Object.entries(OTHER_NAMES).map(([name, words]) => [optionOf(name), words])),
  "--d-model": "embed-dim embedding-dim dim d n-embd hidden-size dmodel",
  "--d-ff": "dim-feedforward ffn-dim intermediate-size d-ffn",
  "--why": "explain",
  "--steps": "step show print display",
  "--steps entropy": "entropy",
  "--steps all": "step-by-step stepwise all-steps show-steps",
  "--scoring": "scoring-function score-function scoring-type score-type attention attention-type",
  "--preset": "system model",
  "--kind": "type encoding-type",
  "--emit": "code script",
  "--emit numpy": "to-numpy as-numpy",
  "--emit torch": "to-torch to-pytorch as-pytorch",
  "--layers": "num-layers n-layers n-layer num-hidden-layers",
  "--vocabulary": "vocab-size vocab",
  "--length": "seq-len seqlen seq-length n-ctx len max-len n num-positions",
  "--count": "n num",
  "--key": "with-solutions with-solution with-answers with-key with-keys",
  "--demo": "example",
  "--pairs half-split": "neox is-neox is-neox-style rotate-half",
  "--positions": "position pos",
  "--level": "difficulty",
  "--text": "prompt",
  "--generate": "max-new-tokens",
  "--base": "rope-theta rope-base theta",
  "--activation": "hidden-act activation-function",
  "--eps": "norm-eps layer-norm-eps rms-norm-eps",
  "--norm pre": "norm-first",
  "--scale none": "no-scale no-scaling unscaled",
  "--temperature": "temp tau t softmax-temperature",
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
  "--precision": {
    "--dtype bfloat16": "bfloat16 bf16",
    "--dtype float16": "float16 fp16 half",
    "--dtype float32": "float32 fp32 single",
    "--dtype float64": "float64 fp64 double",
  },
  "--emit": { "--emit numpy": "python py", "--emit torch": "pytorch" },
  "--level": { "--level 1": "easy beginner", "--level 2": "medium normal", "--level 3": "hard difficult" },
};
