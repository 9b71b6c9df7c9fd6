import { rowOf } from "../../../math/matrix.js";
import { type DumpRules, type PreparedBatch, precisionOf } from "../dumped-batch.js";
import { strictRounding } from "../expected-error.js";
import { comparedRows } from "../judge-output.js";
import { readKeysOfRow } from "../keys-of-rows.js";
import { type RangeRule, type RowRange, ruleOf } from "../keys-used.js";
import { findTarget } from "../target.js";
import { spread } from "../where.js";
import type { SettingChanges, VariedSettings } from "./setting-changes.js";

const MAX_ROWS = 8;

/**
 * Finds settings under which each query of the first output sees exactly the keys that it used. Returns an empty list
 * if no rule describes these keys.
 */
export function windowsRead(
  { attentions, answers, homework }: PreparedBatch,
  { dtype }: DumpRules,
): readonly SettingChanges[] {
  const [answer] = answers;
  const target = answer && findTarget(attentions, answer);
  const { settings, mask } = homework.problem;
  const { causal, window, windowLeft, windowRight, keyLength } = settings as VariedSettings;
  const isSaid = mask !== undefined || (window ?? windowLeft ?? windowRight ?? keyLength) !== undefined;
  if (target?.of?.what !== "output" || target.got.cols < 2 || isSaid) return [];
  const { task, statistics } = target.of;
  const rounding = strictRounding(precisionOf(attentions, answer, dtype));
  const { rows: keys } = task.key;
  const seen: RowRange[] = [];
  for (const row of spread(comparedRows(target.expected, target.got), MAX_ROWS)) {
    const got = rowOf(target.got, row);
    const { seen: range } = readKeysOfRow(task, row, got, rounding, statistics.meanSquares);
    // A user who set causal did not want keys after the query.
    if (!range || (causal && range.high - 1 > row + Math.max(0, keys - task.query.rows))) return [];
    seen.push({ row, range });
  }
  const rule = ruleOf(seen, keys);
  const found = rule ? settingsOf(rule, task.query.rows, keys) : [];
  return found.filter((other) => !causal || other.causal === true);
}

/** Writes a rule as settings, once for each corner that query 0 may be aligned with. */
function settingsOf({ first, last }: RangeRule, queries: number, keys: number): readonly SettingChanges[] {
  if (first.offset === undefined && last.offset === undefined)
    return first.of(0) === 0 ? [{ keyLength: last.of(0) + 1 }] : [];
  // If one end is the same in all rows, it must be the first or the last key.
  if (first.offset === undefined && first.of(0) !== 0) return [];
  if (last.offset === undefined && last.of(0) !== keys - 1) return [];
  const corners = queries === keys ? [{}] : [{ align: "top-left" }, { align: "bottom-right" }];
  return corners.flatMap((corner, at) => {
    const place = at * (keys - queries);
    const left = first.offset === undefined ? undefined : place - first.offset;
    const right = last.offset === undefined ? undefined : last.offset - place;
    if ((left ?? 0) < 0 || (right ?? 0) < 0) return [];
    const sides: SettingChanges =
      right === 0
        ? { causal: true, ...(left !== undefined && { window: left + 1 }) }
        : {
            ...(left !== undefined && { windowLeft: left }),
            ...(right !== undefined && { windowRight: right }),
          };
    return [{ ...corner, ...sides }];
  });
}
