import { type ClassRow, isRightRow } from "../../render/class-row.js";
import { EXIT } from "../io.js";
import type { ViewSettings } from "../views.js";

/**
 * Returns the exit code of a check: 0 if every sheet is right, else 1. Detailed codes are 3 for a machine's answers
 * that are right for a lower precision, and 4 for a sheet that was read with doubt. Of several sheets the worst
 * decides.
 */
export function exitCodeOf(rows: readonly ClassRow[], { exitCodes }: ViewSettings): number {
  const others = rows.filter((row) => !isRightRow(row));
  if (others.length === 0) return EXIT.done;
  const verdicts = others.map((row) => ("check" in row ? row.check.verdict : "differs"));
  if (exitCodes === "plain" || !verdicts.every((verdict) => Object.hasOwn(DETAILED, verdict)))
    return EXIT.different;
  return verdicts.includes("unsure") ? EXIT.unsure : EXIT.lessPrecise;
}

const DETAILED = { "less-precise": true, unsure: true };
