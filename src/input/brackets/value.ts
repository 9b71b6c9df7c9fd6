import type { Value } from "../value.js";
import { readCall, readTensorFlow } from "./call.js";
import { readBracketCell } from "./cell.js";
import { isDictionary, readDictionary, readString } from "./dictionary.js";
import { packList } from "./list.js";
import { accept, type BracketScan, fail, noteForm, refuseOpen, skipGap } from "./scan.js";

const DEEPEST = 200;
const CLOSERS: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}" };

/** The value at the position: brackets, a constructor around them, a number, a word or a string. */
export function readBracketValue(scan: BracketScan, depth = 0): Value {
  skipGap(scan);
  const { text, position } = scan;
  if (depth > DEEPEST) {
    fail(scan, position, `brackets are nested more than ${DEEPEST} deep.`, "A matrix is a list of rows.");
  }
  const sign = text[position];
  const nested = () => readBracketValue(scan, depth + 1);
  if (sign === "{" && isDictionary(scan)) return readDictionary(scan, nested);
  if (sign === "[" || sign === "{" || (sign === "(" && isTuple(scan))) {
    scan.position++;
    return readItems(scan, { start: position, close: CLOSERS[sign], depth });
  }
  if (sign === "<") return readTensorFlow(scan, nested);
  if (sign === '"' || sign === "'") return readString(scan);
  if (accept(scan, /(?:Float|Int|UInt|Bool|Real|Rational|Any)\w*(?:\{\w+\})?\[/y)) {
    noteForm(scan, "Julia literal");
    return readItems(scan, { start: scan.position - 1, close: "]", depth });
  }
  const call = readCall(scan, {
    nested,
    gather: () => readItems(scan, { start: scan.position - 1, close: ")", depth }),
  });
  return call ?? readBracketCell(scan);
}

/** A list whose opening bracket, at `start`, has been read. */
interface OpenList {
  readonly start: number;
  readonly close: string;
  readonly depth: number;
}

/** The items of a list up to its closing bracket. A comma or white space separates them, a semicolon ends a row. */
function readItems(scan: BracketScan, list: OpenList): Value {
  const { text } = scan;
  const rows: Value[][] = [[]];
  const breaks = new Set<Value>();
  let separator = "";
  let commas = false;
  for (;;) {
    const broken = skipGap(scan);
    const sign = text[scan.position];
    const row = rows[rows.length - 1];
    if (sign === undefined) refuseOpen(scan, list.start);
    if (sign === list.close) break;
    if (sign === "," || sign === ";") {
      if (separator !== "" || row.length === 0) refuseEmpty(scan, separator || text[list.start]);
      if (sign === ";") rows.push([]);
      commas ||= sign === ",";
      separator = sign;
      scan.position++;
      continue;
    }
    const item = readBracketValue(scan, list.depth + 1);
    if (broken && separator === "" && row.length > 0) breaks.add(item);
    row.push(item);
    separator = "";
  }
  scan.position++;
  if (rows.length > 1 && rows[rows.length - 1].length === 0) rows.pop();
  return packItems(scan, list, endRowsAtBreaks(scan, list, rows, breaks, commas), commas);
}

function packItems(
  scan: BracketScan,
  list: OpenList,
  rows: readonly (readonly Value[])[],
  commas: boolean,
): Value {
  if (list.close === "}") noteForm(scan, "Wolfram list");
  else if (list.close === ")") noteForm(scan, "Python tuple");
  else if (rows.length > 1) noteForm(scan, "MATLAB literal");
  else if (list.depth > 0) noteForm(scan, commas ? "Python list" : "NumPy print");
  if (rows.length > 1 && rows.some((row) => row.length > 1 && row.some((item) => item.kind !== "scalar"))) {
    const message = `${scan.options.subject}: blocks stand side by side in these brackets.`;
    fail(scan, list.start, message, "Write the rows of the whole matrix.");
  }
  return packList({ start: list.start, rows });
}

/**
 * Where commas or semicolons separate, a line break between two cells ends a row. Without them it may also be where
 * NumPy wrapped a long row, which is what it is taken for; at the outermost brackets with a remark.
 */
function endRowsAtBreaks(
  scan: BracketScan,
  list: OpenList,
  rows: readonly Value[][],
  breaks: ReadonlySet<Value>,
  commas: boolean,
): readonly Value[][] {
  if (breaks.size === 0 || rows.some((row) => row.some((item) => item.kind !== "scalar"))) return rows;
  if (rows.length === 1 && !commas) {
    if (list.depth === 0) scan.remarks.add("line breaks read as spaces: write ; between rows");
    return rows;
  }
  return rows.flatMap((row) => {
    const split: Value[][] = [[]];
    for (const item of row) {
      if (breaks.has(item)) split.push([]);
      split[split.length - 1].push(item);
    }
    return split;
  });
}

function refuseEmpty(scan: BracketScan, before: string): never {
  const { options, text, position } = scan;
  const between = JSON.stringify(`${before} ${text[position]}`);
  const message = `${options.subject}: a cell is empty here, in ${between}.`;
  return fail(scan, position, message, "Write a number there, or NaN.", "EMPTY_CELL");
}

/** `(1, 2)` is a tuple, `(1 + 2)/3` and `(1)` are numbers: a tuple holds a comma or a bracket. */
function isTuple({ text, position }: BracketScan): boolean {
  let depth = 0;
  for (let at = position; at < text.length; at++) {
    const sign = text[at];
    if (sign === "[" || sign === "{" || sign === ",") return true;
    if (sign === "(") depth++;
    else if (sign === ")" && --depth === 0) return text[at - 1] === "(";
  }
  return true;
}
