import { fileOf, showing } from "./showing.js";

/** The names of the files in schema/. */
const NAMES = ["run", "step", "as", "class", "diff", "exercises", "identify", "systems", "error"] as const;

export const schema = showing({
  name: "schema",
  summary: "The JSON Schema of the output: a run, a line of -o jsonl, --as, a class, the systems, an error …",
  examples: [
    ["the schema of a run, as --json writes it", "qkv schema"],
    ["the schema of a line of -o jsonl", "qkv schema step"],
    ["the schema of an error on standard error", "qkv schema error"],
  ],
  usage: "[NAME] [options]",
  wordsHelp: `${NAMES.join(", ")} (default run)`,
  isPlainText: true,
  offers: async () => NAMES,
  page: fileOf("schema", Object.fromEntries(NAMES.map((name) => [name, `schema/${name}.json`])), () => "run"),
});
