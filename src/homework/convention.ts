import type { Sheet } from "./answers.js";
import { judgeWhileRight } from "./compare.js";
import { workThrough } from "./follow.js";
import type { Homework, Mistake } from "./mistakes/mistake.js";
import { sourcesOf } from "./numbers.js";

/**
 * The option with which a mistake is another convention, when the whole sheet is right under it: W transposed once of
 * three times is no convention. Steps that are not taken under it (no scaling) say nothing.
 */
export function conventionOf(
  { problem, record }: Homework,
  { convention }: Pick<Mistake, "convention">,
  sheet: Sheet,
): string | undefined {
  if (convention === undefined) return undefined;
  const [flag, value] = convention.split(" ");
  const name = flag.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  try {
    const trace = record({ ...problem, settings: { ...problem.settings, [name]: value } });
    const sources = sourcesOf(trace);
    const left = new Map([...sheet].filter(([key]) => sources.has(key)));
    return judgeWhileRight(trace, left, workThrough(trace, left)) ? convention : undefined;
  } catch {
    return undefined; // the option cannot be used here, so nobody followed it
  }
}
