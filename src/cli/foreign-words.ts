// First words that other programs or people use, one table per kind of meaning. foreign-options.ts has the options.

/** Words by their meaning, which is written as on the command line. Blanks separate the words. */
export type Meanings = Readonly<Record<string, string>>;

/** Returns the meaning of a word in one of these tables, or undefined if it is not there. In it, `$&` is the word. */
export const meaningOf = (word: string, meanings: Meanings) =>
  Object.keys(meanings)
    .find((line) => isIn(meanings[line], word))
    ?.replace("$&", word);

export const isIn = (names: string, name: string) => names.split(" ").includes(name);

/**
 * First words that mean a command line, in lower case without punctuation. Input after the word replaces the example of
 * the line.
 */
export const FIRST_WORDS: Meanings = {
  "--version": "-V -v version",
  "--help": "man",
  "-h": "example examples --example --examples tutorial",
  "attend --demo": "demo",
  attend:
    "attention selfattention crossattention sdpa dotproductattention scaleddotproductattention attentionweights show attn calc calculate compute run solve work flashattention flashattnfunc flashattn flashattnvarlenfunc",
  "attend --verbose": "inspect shape shapes ls cat",
  "attend --only x --transpose x --x": "transpose",
  "attend --only scores --transpose key": "matmul mm",
  multihead: "mha multiheadattention",
  posenc:
    "positionalencoding positionalencodings positionencoding positionalembedding positionembedding pe positional position pos encoding encodings sinusoid sinusoids sinusoidal sincos embedding embeddings",
  "posenc --kind t5": "t5 t5bias relativepositionbias relativeposition",
  "rope --scaling yarn": "ropeyarn",
  "rope --scaling ntk": "ropentk",
  diff: "allclose",
  exercise: "quiz worksheet homework problem problems task tasks practice exam moodle gift generate",
  systems: "preset presets list llama papers paper params parameters info describe card systemcard",
  check: "mark grade judge verify validate test debug grader grading marks class sheets correct gradescope",
  explain: "why derive trace where",
  "compare-scoring": "compare scoring scorings saturation sweep",
  "attend --demo --steps entropy": "entropy entropies",
  "attend --demo --only $&": "scores weights",
  "attend --demo --only output": "outputs result",
  "attend --demo --causal": "causal",
  "multihead --demo": "multi",
  "help mask": "masked windowed swa slidingwindow",
  "help heads": "gqa mqa groupedquery groupedqueryattention multiquery kvcache",
  "help positions": "relative longrope",
  "layer --demo": "transformer block encoder decoder residual",
  "layer --demo --part norm": "layernorm norm",
  "layer --demo --part norm --norm-kind rms": "rmsnorm",
  "layer --demo --part feed-forward": "ffn feedforward mlp",
  "softmax --demo --only log-sum-exp": "logsumexp lse",
  "attend --demo --scoring cosine": "cosine cosinesimilarity",
  "compare-scoring --random --only costs": "cost costs flops complexity memory",
  "attend --demo --scoring additive": "bahdanau additive",
  "attend --demo --random --scoring general": "luong multiplicative bilinear",
  "attend --demo --scoring dot": "dotproduct dot",
  softmax: "smax normalize normalise exp logits probabilities",
  rope: "rotary rotate rotation",
  "rope --d-model 8 --scaling yarn:factor=4,original=8192": "yarn",
  "rope --d-model 8 --scaling ntk:factor=4": "ntk",
  identify: "kernel probe fingerprint",
  "attend --demo --emit torch": "emit export torch pytorch script code",
  "attend --demo --emit numpy": "numpy python",
  "attend --demo --emit onnx": "onnx",
  "attend --demo --as flash": "flash",
  alibi: "linearbias linearbiases",
  "systems gpt1": "gpt",
  "systems $&": "gpt1 gpt2 gpt3 bert roberta palm macaw",
  "systems transformer": "vaswani attentionisallyouneed",
  help: "docs usage commands topics options",
  "attend --demo --backward ones": "gradient gradients grad backprop backpropagation backward derivative",
  "attend --demo --plot heatmap": "plot heatmap picture draw visualize visualise view",
};

/** First words of a question. The answer explains the subject of the question. */
export const QUESTIONS = "what how why when where which is are does can";

/** Subjects that qkv does not compute, in lower case without punctuation, by the nearest topic. */
export const NEAR_TOPICS: Meanings = {
  heads: "mla multiheadlatentattention latent latentattention paged pagedattention vllm lora",
  mask: "sink sinks attentionsink attentionsinks streamingllm sparse sparseattention bigbird longformer nsa dsa moba",
  scoring: "product multiply linear linearattention performer linformer hyena deltanet differential",
  positions: "xpos cope fire kerple",
  layers: "sigmoid tanh moe experts mamba ssm rwkv retnet mixer",
};
