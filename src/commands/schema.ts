import { fileOf, showing } from "./showing.js";

/** The names of the files in schema/. */
const NAMES = ["run", "step", "as", "diff", "systems", "error"] as const;

export const schema = showing({
  name: "schema",
  summary: "The JSON Schema of the output: a run, a line of -o jsonl, --as, the systems, an error.",
  examples: [
    ["of a run, as --json writes it", "qkv schema"],
    ["of one line of -o jsonl", "qkv schema step"],
    ["of what stands on standard error", "qkv schema error"],
  ],
  usage: "[NAME] [options]",
  wordsHelp: `${NAMES.join(", ")} (default run)`,
  isPlainText: true,
  offers: async () => NAMES,
  page: fileOf("schema", Object.fromEntries(NAMES.map((name) => [name, `schema/${name}.json`])), "run"),
});
