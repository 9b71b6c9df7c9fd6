import { parseSettings, wholeNumber } from "../attention/setting.js";
import type { ExplainedCell } from "../render/why.js";
import { explainInJson } from "../runs/show/readers-json.js";
import type { Trace } from "../trace/trace.js";
import { inKeys, textsInKeys } from "./in-keys.js";
import { requireRun } from "./run.js";

export type { CellArithmetic, ExplainedCell } from "../render/why.js";

/** How far a cell is explained. */
export interface ExplainSettings {
  /**
   * The maximum number of steps down. By default it goes down to the given numbers, or until 10,000 numbers are
   * explained.
   */
  readonly depth?: number;
}

/**
 * Explains why a cell is the number it is, as `--why` does: its arithmetic, and the same for every number used in it.
 * `explain(trace, "weights[0,1]")` counts from 0, or from −1 backwards. It also takes names: `weights[study,man]`,
 * `head 1/weights[0,1]`. If an explanation without a given depth was cut, `depth` says how deep it goes. Throws UNKNOWN_STEP, AMBIGUOUS, USAGE if the text names no cell, and BAD_VALUE for an invalid
 * depth.
 */
export function explain(
  trace: Trace,
  cell: string,
  settings: ExplainSettings = {},
): ExplainedCell & { readonly depth?: number } {
  return inKeys(() => {
    requireRun("explain", trace);
    const { depth }: ExplainSettings = parseSettings({ depth: { parse: wholeNumber(1) } }, { ...settings });
    return textsInKeys(explainInJson(trace, String(cell), depth));
  });
}
