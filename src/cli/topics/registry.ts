/** Something that `qkv help` explains: a page of the documentation, or one section of it. */
export interface Topic {
  readonly summary: string;
  /** Below docs/. */
  readonly page: string;
  /** The title of the section; absent: the whole page. */
  readonly section?: string;
  /** Other words for it. */
  readonly aliases?: readonly string[];
}

/** Every topic, in the order in which they are listed. */
export const TOPICS: Readonly<Record<string, Topic>> = {
  scale: { summary: "what scores are multiplied by, and why", page: "topics/scale.md", aliases: ["scaling"] },
  mask: {
    summary: "which keys a query may see",
    page: "topics/mask.md",
    aliases: ["masks", "masking", "causal", "padding"],
  },
  check: {
    summary: "is my answer right: --check",
    page: "topics/check.md",
    aliases: ["homework", "grading", "answers"],
  },
  rounding: { summary: "rounding as on paper: --carry", page: "topics/rounding.md", aliases: ["carry"] },
  precision: {
    summary: "how many digits are shown and written",
    page: "topics/precision.md",
    aliases: ["digits", "decimals"],
  },
  positions: {
    summary: "sinusoids, RoPE, ALiBi and the others",
    page: "topics/positions.md",
    aliases: ["posenc", "encodings", "positional"],
  },
  inputs: {
    summary: "where matrices come from, and what they are called",
    page: "reference.md",
    section: "Where matrices come from",
    aliases: ["input", "files", "bundles", "reading"],
  },
  formats: {
    summary: "what is written: JSON, CSV, LaTeX, NumPy …",
    page: "reference.md",
    section: "Formats",
    aliases: ["format", "csv", "jsonl", "latex", "npz", "output"],
  },
  json: { summary: "the JSON of a run, key by key", page: "reference.md", section: "JSON" },
  mistakes: { summary: "every mistake that --check knows", page: "mistakes.md" },
  conventions: {
    summary: "where papers and libraries disagree",
    page: "conventions.md",
    aliases: ["defaults"],
  },
  "exit-codes": {
    summary: "exit codes, and what goes where",
    page: "reference.md",
    section: "Exit codes and streams",
    aliases: ["exit", "status"],
  },
  errors: {
    summary: "the codes of errors",
    page: "reference.md",
    section: "Error codes",
    aliases: ["error"],
  },
  glossary: {
    summary: "every word and sign in the output",
    page: "topics/glossary.md",
    aliases: ["words", "symbols", "terms"],
  },
};

/** The topic that a word names, by its name or another word for it. */
export function topicNamed(word: string): Topic | undefined {
  const plain = word.toLowerCase().replaceAll(/[ _]/g, "-");
  return Object.entries(TOPICS).find(
    ([name, { aliases = [] }]) => name === plain || aliases.includes(plain),
  )?.[1];
}
