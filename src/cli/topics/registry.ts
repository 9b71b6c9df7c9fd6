/** A topic of `qkv help`: a page of the documentation or a section of it, with options. */
export interface Topic {
  readonly summary: string;
  /** The path below docs/. */
  readonly page: string;
  /** The title of the section. Absent if the whole page is shown. */
  readonly section?: string;
  /** Other words for the topic. */
  readonly aliases: readonly string[];
  /** The groups of settings whose options the topic explains. A group has at most one topic. */
  readonly groups: readonly string[];
}

/** Returns a topic that is a page ("scale" in topics/, or "../mistakes") or a section of the reference ("#JSON"). */
function topic(place: string, summary: string, aliases: string, groups = "") {
  const isSection = place.startsWith("#");
  return {
    summary,
    page: isSection ? "reference.md" : `topics/${place}.md`.replace("topics/../", ""),
    ...(isSection && { section: place.slice(1) }),
    aliases: aliases.split(" "),
    groups: groups.split(", "),
  };
}

/**
 * Every topic, in the order of the list. A setting is explained by the topic of its group. A group without a topic
 * belongs to one command, whose help explains it.
 */
export const TOPICS: Readonly<Record<string, Topic>> = {
  inputs: topic(
    "#Where matrices come from",
    "where matrices come from, and their names",
    "input files bundles reading transpose form forms header batch axes layout tokens",
    "Matrices, Reading",
  ),
  mask: topic("mask", "which keys a query may see", "masks masking causal padding window", "Masks"),
  scale: topic(
    "scale",
    "the factor of the scores, and why",
    "scaling softcap temperature sqrt divide divided scaled sharpness",
    "Scale",
  ),
  scoring: topic(
    "scoring",
    "how a score is computed from a query and a key",
    "scorings score comparison sweep",
    "Scores, Comparison, Sweep",
  ),
  heads: topic(
    "heads",
    "many heads, shared keys, projections, KV caches",
    "head kv cache projections projection",
    "Projections, Heads",
  ),
  positions: topic(
    "positions",
    "sinusoids, RoPE, ALiBi and the others",
    "posenc encodings positional position rope alibi",
    "Positions, Sinusoid, Rotation, ALiBi, Relative positions",
  ),
  layers: topic(
    "layers",
    "norms, feed-forward, attention to an encoder",
    "norm norms feed-forward ffn cross",
    "Layer",
  ),
  gradients: topic(
    "gradients",
    "gradients of a loss, step by step",
    "gradient grad backward loss",
    "Gradients",
  ),
  presets: topic(
    "presets",
    "published systems, and drawn numbers",
    "preset random drawn sizes seed",
    "Systems",
  ),
  check: topic(
    "check",
    "is my answer right, is my dump right: --check",
    "homework grading answers tolerance",
    "Check",
  ),
  rounding: topic("rounding", "rounding as on paper: --carry", "carry round", "Rounding"),
  precision: topic(
    "precision",
    "how many digits are shown, and float32, float16 …",
    "digits decimals dtype",
    "Precision",
  ),
  output: topic(
    "output",
    "the output: steps, --why, pictures, colours",
    "why steps plot colour color width",
    "Output",
  ),
  formats: topic(
    "#Formats",
    "formats to write: JSON, CSV, LaTeX, NumPy …",
    "format csv jsonl latex npz",
    "Formats",
  ),
  libraries: topic(
    "libraries",
    "the run in PyTorch, JAX, NumPy …, and under their conventions",
    "library torch pytorch jax numpy onnx emit flash sdpa",
    "Libraries",
  ),
  json: topic("#JSON", "the JSON of a run, key by key", "schema-of-json"),
  mistakes: topic("../mistakes", "every mistake that --check knows", "mistake"),
  conventions: topic("../conventions", "where papers and libraries disagree", "defaults"),
  "exit-codes": topic(
    "#Exit codes and streams",
    "exit codes, standard output and standard error",
    "exit status",
  ),
  errors: topic("#Error codes", "the codes of errors", "error"),
  glossary: topic("glossary", "every word and sign in the output", "words symbols terms"),
};

/** Returns the name of a topic by its name or by another word for it. */
export function topicNamed(word: string): string | undefined {
  const plain = word.toLowerCase().replaceAll(/[ _]/g, "-");
  return namesOfTopics.find((name) => name === plain || TOPICS[name].aliases.includes(plain));
}

/** Returns the name of the topic that explains the options of a group. */
export const topicOfGroup = (group: string) =>
  namesOfTopics.find((name) => TOPICS[name].groups.includes(group));

const namesOfTopics = Object.keys(TOPICS);
