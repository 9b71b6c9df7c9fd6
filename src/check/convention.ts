import { settingsText } from "../setting-names.js";
import type { Trace } from "../trace/trace.js";
import type { Sheet } from "./answers.js";
import { type Homework, type Mistake, recordOther } from "./mistakes/mistake.js";
import { isRightThroughout } from "./person/follow.js";
import { sourcesOf } from "./solution.js";

/**
 * The option with which a mistake is another convention, when the whole sheet is right under it: W transposed once of
 * three times is no convention. Steps that are not taken under it (no scaling) say nothing.
 */
export function conventionOf(
  homework: Homework,
  { mistake, altered }: { readonly mistake: Mistake; readonly altered: Trace },
  sheet: Sheet,
): string | undefined {
  const convention =
    typeof mistake.convention === "function" ? mistake.convention(altered) : mistake.convention;
  // Settings that cannot be used here were followed by nobody.
  const trace = convention && recordOther(homework, convention);
  if (!trace) return undefined;
  const sources = sourcesOf(trace);
  const left = new Map([...sheet].filter(([key]) => sources.has(key)));
  return isRightThroughout({ ...homework, trace }, left) ? settingsText(convention) : undefined;
}
