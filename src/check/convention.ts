import { settingsText } from "../errors.js";
import type { Trace } from "../trace/trace.js";
import type { Sheet } from "./answers.js";
import { type Homework, type Mistake, withSettings } from "./mistakes/mistake.js";
import { isRightThroughout } from "./person/follow.js";
import { sourcesOf } from "./solution.js";

/**
 * Returns the option that makes the whole sheet right, if the mistake is only another convention. If W is transposed
 * once, but not in the other two projections, it is no convention. Steps that do not exist with the option (no scaling)
 * are ignored.
 */
export function conventionOf(
  homework: Homework,
  { mistake, altered }: { readonly mistake: Mistake; readonly altered: Trace },
  sheet: Sheet,
): string | undefined {
  const convention =
    typeof mistake.convention === "function" ? mistake.convention(altered) : mistake.convention;
  // Settings that cannot be used here are no explanation.
  const other = convention && withSettings(homework, convention);
  if (!other) return undefined;
  const sources = sourcesOf(other.trace);
  const left = new Map([...sheet].filter(([key]) => sources.has(key)));
  return isRightThroughout(other, left) ? settingsText(convention) : undefined;
}
