import type { Sheet } from "./answers.js";
import { givesAll } from "./candidate-fit.js";
import { judgeWhileRight } from "./judge-sheet.js";
import type { Homework } from "./mistakes/mistake.js";
import type { Fitting } from "./rank.js";
import { workThrough } from "./rounding-schedules.js";
import { sourcesOf } from "./solution-numbers.js";

/**
 * The option with which a mistake is another convention, when the whole sheet is right under it: W transposed once of
 * three times is no convention. Steps that are not taken under it (no scaling) say nothing.
 */
export function conventionOf(
  { problem, record }: Homework,
  { mistake, altered }: Pick<Fitting, "mistake" | "altered">,
  sheet: Sheet,
): string | undefined {
  const convention =
    typeof mistake.convention === "function" ? mistake.convention(altered) : mistake.convention;
  if (convention === undefined) return undefined;
  try {
    const trace = record({ ...problem, settings: { ...problem.settings, ...settingsFrom(convention) } });
    const sources = sourcesOf(trace);
    const left = new Map([...sheet].filter(([key]) => sources.has(key)));
    const workings = workThrough(trace, left);
    const isRight = givesAll(workings, left) || judgeWhileRight(trace, left, workings) !== undefined;
    return isRight ? convention : undefined;
  } catch {
    return undefined; // the option cannot be used here, so nobody followed it
  }
}

/** `--columns halves --exponent paper` as settings. */
function settingsFrom(options: string): Readonly<Record<string, string | number>> {
  const pairs = [...options.matchAll(/--(\S+) (\S+)/g)].map(([, flag, written]) => {
    const name = flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return [name, Number.isNaN(Number(written)) ? written : Number(written)] as const;
  });
  return Object.fromEntries(pairs);
}
