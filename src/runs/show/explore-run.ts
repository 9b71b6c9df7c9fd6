import { setting } from "../../setting-names.js";
import type { FinishedRun } from "../finished-run.js";
import { EXIT, type Io } from "../io.js";
import { refuse } from "../refuse.js";
import { type Output, printRun } from "./print-run.js";

/**
 * Lets the user explore a run, and prints the explanation that they choose at the end. Returns the exit code. Throws
 * USAGE if there is no terminal.
 */
export async function exploreRun(run: FinishedRun, output: Output, io: Io): Promise<number> {
  if (!io.isTerminal("stdin") || !io.isTerminal("stdout")) {
    refuse(
      "explore needs a terminal for its keys and its screen.",
      `Without one, ${setting("why")} 'weights[0,0]' explains a number.`,
    );
  }
  const cell = await io.explore(run.trace);
  if (cell) {
    const why = `${cell.key}[${cell.row},${cell.col}]`;
    await printRun({ ...run, views: { ...run.views, why } }, output, io);
  }
  return EXIT.done;
}
