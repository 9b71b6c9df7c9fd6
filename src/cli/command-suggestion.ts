import { distance } from "fastest-levenshtein";
import { topicNamed } from "./topics/registry.js";

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
  const topic = topicNamed(plain);
  const explained = topic && `help ${topic}`;
  return begun ?? meant ?? explained ?? names.find((name) => isMistyped(plain, name));
}

/** Whether a word may be a slip of the finger: the same letters in another order, or one letter more, less or other, of long words two. */
export function isMistyped(typed: string, right: string): boolean {
  const sorted = (text: string) => [...text].sort().join("");
  if (typed[0] !== right[0]) return false;
  // Of a short word one letter makes another word: --user is not --uses.
  const most = typed.length < 5 ? 0 : typed.length < 8 ? 1 : 2;
  return sorted(typed) === sorted(right) || distance(typed, right) <= most;
}

const isMatrix = (word: string) => /^[-\d.[(][-\d.,;\s[\]()e+]*$/.test(word);
