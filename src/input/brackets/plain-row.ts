import { COMMA } from "../bytes.js";
import { numberEnd, TWO_53, toNumber } from "../number.js";
import { type NumbersValue, rowValue } from "../value.js";
import type { OpenList } from "./literals.js";
import { arrayOf, type BracketScan, skipBlanks } from "./scan.js";

const NO_NUMBERS = new Float64Array(0);

/**
 * Reads a list of plain numbers, all separated by commas or all by white space: the fast path for most lists. Returns
 * undefined, with the position unchanged, if the list contains anything else.
 */
export function readPlainRow(
  scan: BracketScan,
  { close, start }: OpenList,
): { readonly value: NumbersValue; readonly commas: boolean } | undefined {
  const { bytes, text, options, spans } = scan;
  const cells: number[] = [];
  const ends: number[] | undefined = spans && [];
  let commas: boolean | undefined;
  let at = skipBlanks(text, scan.position);
  while (!text.startsWith(close, at)) {
    const end = numberEnd(bytes, at);
    const value = end === at ? Number.NaN : toNumber(text.slice(at, end));
    // Not a plain number, or an integer that float64 may not represent exactly.
    if (options.decimalComma || !(value < TWO_53 && value > -TWO_53)) return undefined;
    cells.push(value);
    ends?.push(at, end);
    const next = skipBlanks(text, end);
    if (text.startsWith(close, next)) {
      at = next;
      break;
    }
    const comma = text.charCodeAt(next) === COMMA;
    commas ??= comma;
    if (comma !== commas || (next === end && !comma)) return undefined;
    at = comma ? skipBlanks(text, next + 1) : next;
    if (text.startsWith(close, at)) commas = true;
  }
  for (let cell = 0; ends && cell < ends.length; cell += 2)
    spans?.push({ start: ends[cell], end: ends[cell + 1] });
  scan.position = at + close.length;
  const data = cells.length === 0 ? NO_NUMBERS : arrayOf(scan, cells);
  return { value: rowValue(start, data), commas: commas ?? false };
}
