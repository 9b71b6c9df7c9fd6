import { parseSettings, wholeNumber } from "../attention/setting.js";
import { findCell } from "../explain/cell-reference.js";
import { explain as explainCell, explainWithin } from "../explain/why.js";
import { type ExplainedCell, explanationToJson } from "../render/why.js";
import type { Trace } from "../trace/trace.js";
import { inKeys, textsInKeys } from "./in-keys.js";

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
 * `head 1/weights[0,1]`. Throws UNKNOWN_STEP, AMBIGUOUS, USAGE if the text names no cell, and BAD_VALUE for an invalid
 * depth.
 */
export function explain(trace: Trace, cell: string, settings: ExplainSettings = {}): ExplainedCell {
  return inKeys(() => {
    const { depth }: ExplainSettings = parseSettings({ depth: { parse: wholeNumber(1) } }, { ...settings });
    const found = findCell(trace, String(cell));
    const explanation =
      depth === undefined ? explainWithin(found).explanation : explainCell(found.trace, found.cell, depth);
    return textsInKeys(explanationToJson(found.trace, explanation));
  });
}
