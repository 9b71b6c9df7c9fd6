import { type ClassRow, isRightRow } from "../../render/class-row.js";
import { EXIT } from "../io.js";
import type { ViewSettings } from "../views.js";

/**
 * The exit code of a check: 0 when every sheet is right, else 1. Detailed codes tell a machine's answers that are right for a lower
 * precision (3) and sheets that were read with doubt (4) from what is wrong; of several sheets the worst decides.
 */
export function exitCodeOf(
  rows: readonly ClassRow[],
  { exitCodes }: Pick<ViewSettings, "exitCodes">,
): number {
  const others = rows.filter((row) => !isRightRow(row));
  if (others.length === 0) return EXIT.done;
  const verdicts = others.map((row) => ("check" in row ? row.check.verdict : "differs"));
  if (exitCodes === "plain" || !verdicts.every((verdict) => Object.hasOwn(DETAILED, verdict)))
    return EXIT.different;
  return verdicts.includes("unsure") ? EXIT.unsure : EXIT.lessPrecise;
}

const DETAILED = { "less-precise": true, unsure: true };
