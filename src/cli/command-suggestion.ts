import { nearest } from "../suggestion.js";

/** What people call what a command does, in plain letters. */
const MEANINGS: Readonly<Record<string, string>> = {
  attend:
    "attention attn selfattention crossattention sdpa scaleddotproductattention dotproduct scores weights calc compute run solve flashattention",
  "attend --causal": "causal mask masked masking",
  "attend --check": "verify test diff debug validate",
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

/** The command line that someone may have meant who typed a word that is no command, or undefined. */
export function suggestCommand(word: string, names: readonly string[]): string | undefined {
  if (isMatrix(word)) return `softmax '${word}'`;
  if (/\.\w+$/.test(word)) return `attend ${word}`;
  const plain = word.toLowerCase().replace(/[^a-z\d]/g, "");
  const begun = names.find((name) => plain.length > 1 && name.startsWith(plain));
  const meant = Object.keys(MEANINGS).find((line) => MEANINGS[line].split(" ").includes(plain));
  // Of a short word every short name is near.
  return begun ?? meant ?? (plain.length > 4 ? nearest(plain, names) : undefined);
}

const isMatrix = (word: string) => /^[-\d.[(][-\d.,;\s[\]()e+]*$/.test(word);
