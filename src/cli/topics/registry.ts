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

/** A page below docs/topics/, and other words for what it explains. */
const topic = (page: string, summary: string, aliases: string): Topic => ({
  summary,
  page: `topics/${page}.md`,
  aliases: aliases.split(" "),
});

/** A section of the reference. */
const section = (title: string, summary: string, aliases?: string): Topic => ({
  summary,
  page: "reference.md",
  section: title,
  aliases: aliases?.split(" ") ?? [],
});

/** Every topic, in the order in which they are listed. */
export const TOPICS: Readonly<Record<string, Topic>> = {
  scale: topic("scale", "what scores are multiplied by, and why", "scaling"),
  mask: topic("mask", "which keys a query may see", "masks masking causal padding"),
  check: topic("check", "is my answer right: --check", "homework grading answers"),
  rounding: topic("rounding", "rounding as on paper: --carry", "carry"),
  precision: topic("precision", "how many digits are shown and written", "digits decimals"),
  positions: topic("positions", "sinusoids, RoPE, ALiBi and the others", "posenc encodings positional"),
  inputs: section(
    "Where matrices come from",
    "where matrices come from, and what they are called",
    "input files bundles reading",
  ),
  formats: section(
    "Formats",
    "what is written: JSON, CSV, LaTeX, NumPy …",
    "format csv jsonl latex npz output",
  ),
  json: section("JSON", "the JSON of a run, key by key"),
  mistakes: { summary: "every mistake that --check knows", page: "mistakes.md" },
  conventions: {
    summary: "where papers and libraries disagree",
    page: "conventions.md",
    aliases: ["defaults"],
  },
  "exit-codes": section("Exit codes and streams", "exit codes, and what goes where", "exit status"),
  errors: section("Error codes", "the codes of errors", "error"),
  glossary: topic("glossary", "every word and sign in the output", "words symbols terms"),
};

/** The topic that a word names, by its name or another word for it. */
export function topicNamed(word: string): Topic | undefined {
  const plain = word.toLowerCase().replaceAll(/[ _]/g, "-");
  return Object.entries(TOPICS).find(
    ([name, { aliases = [] }]) => name === plain || aliases.includes(plain),
  )?.[1];
}
