import { settingsText } from "../setting-names.js";
import type { Sheet } from "./answers.js";
import { givesAll } from "./candidate-fit.js";
import { judgeWhileRight } from "./judge-sheet.js";
import { type Homework, recordOther } from "./mistakes/mistake.js";
import type { Fitting } from "./rank.js";
import { workThrough } from "./rounding-schedules.js";
import { sourcesOf } from "./solution.js";

/**
 * The option with which a mistake is another convention, when the whole sheet is right under it: W transposed once of
 * three times is no convention. Steps that are not taken under it (no scaling) say nothing.
 */
export function conventionOf(
  homework: Homework,
  { mistake, altered }: Pick<Fitting, "mistake" | "altered">,
  sheet: Sheet,
): string | undefined {
  const convention =
    typeof mistake.convention === "function" ? mistake.convention(altered) : mistake.convention;
  // Settings that cannot be used here were followed by nobody.
  const trace = convention && recordOther(homework, convention);
  if (!trace) return undefined;
  const sources = sourcesOf(trace);
  const left = new Map([...sheet].filter(([key]) => sources.has(key)));
  const solutions = workThrough(trace, left);
  const isRight = givesAll(solutions, left) || judgeWhileRight(trace, left, solutions) !== undefined;
  return isRight ? settingsText(convention) : undefined;
}
