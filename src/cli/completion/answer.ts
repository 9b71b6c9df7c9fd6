import type { Io } from "../../runs/io.js";
import { complete } from "./complete.js";
import { recordSteps } from "./recorded-steps.js";

/** Says that names of files may stand there, too. No word that is offered begins with a colon. */
const FILES = ":files";

/**
 * What the scripts of the shells ask: the words before the cursor, and behind a `=`, since some shells drop empty words, what of
 * the current one stands before it. Prints a word a line, its help behind a tab, and `:files` where files may stand.
 */
export async function answerShell(argv: readonly string[], io: Io): Promise<void> {
  const current = (argv.at(-1) ?? "").replace(/^=/, "");
  const { candidates, takesFiles } = await complete(argv.slice(0, -1), current, recordSteps(io));
  const lines = candidates.map(({ word, help }) =>
    help ? `${word}\t${help.replaceAll(/\s+/g, " ")}` : word,
  );
  const all = [...lines, ...(takesFiles ? [FILES] : [])];
  io.write(all.map((line) => `${line}\n`).join(""));
}
