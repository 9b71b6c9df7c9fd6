import { refuse } from "../runs/refuse.js";
import { suggest } from "../suggestion.js";
import { showing } from "./page.js";

/** The files of schema/, by name. */
const NAMES = ["run", "step", "as", "systems", "error"] as const;

export const schema = showing({
  name: "schema",
  summary: "The JSON Schema of what is written: a run, a line of -o jsonl, --as, the systems, an error.",
  examples: [
    ["of a run, as --json writes it", "qkv schema"],
    ["of one line of -o jsonl", "qkv schema step"],
    ["of what stands on standard error", "qkv schema error"],
  ],
  usage: "[NAME] [options]",
  wordsHelp: `${NAMES.join(", ")} (default run)`,
  isPlainText: true,
  offers: async () => NAMES,
  async page(argument = "run", _, { readPackageFile }) {
    const name = NAMES.find((known) => known === argument);
    if (name !== undefined) return readPackageFile(`schema/${name}.json`);
    const message = `There is no schema "${argument}".`;
    refuse(message, suggest(argument, NAMES));
  },
});
