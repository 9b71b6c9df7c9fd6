import type { Value } from "../value.js";
import { readCall, readTensorFlow } from "./call.js";
import { readBracketCell } from "./cell.js";
import { isDictionary, readDictionary, readString } from "./dictionary.js";
import { valueOfList } from "./list.js";
import { type OpenList, readLiteral } from "./literals.js";
import { type BracketScan, fail, matchAt, noteForm, refuseOpen, skipGap } from "./scan.js";

const DEEPEST = 200;
/** The first characters of arrays in programming languages. Most values are numbers, which begin otherwise. */
const MAY_OPEN = /[A-Za-z&[]/;
const CLOSERS: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}" };

/** Reads the value at the position: brackets, a constructor around them, a number, a word or a string. */
export function readBracketValue(scan: BracketScan, depth = 0): Value {
  skipGap(scan);
  const { text, position } = scan;
  if (depth > DEEPEST) {
    fail(scan, position, `brackets are nested more than ${DEEPEST} deep.`, "A matrix is a list of rows.");
  }
  const sign = text[position];
  const nested = () => readBracketValue(scan, depth + 1);
  if (sign === "{" && isDictionary(scan)) return readDictionary(scan, nested);
  const literal = MAY_OPEN.test(sign) ? readLiteral(scan, depth, (list) => readItems(scan, list)) : undefined;
  if (literal) return literal;
  if (sign === "[" || sign === "{" || (sign === "(" && isTuple(scan))) {
    scan.position++;
    return readItems(scan, { start: position, close: CLOSERS[sign], depth });
  }
  if (sign === "<" && !matchAt(scan, /<NA>/iy)) return readTensorFlow(scan, nested);
  if (sign === '"' || sign === "'") return readString(scan);
  return readCall(scan, nested) ?? readBracketCell(scan);
}

/**
 * Reads the items of a list up to its closing bracket. Commas or white space separate items; a semicolon ends a row.
 */
function readItems(scan: BracketScan, list: OpenList): Value {
  const { text } = scan;
  const items: Items = { rows: [[]], separator: "", commas: false };
  const breaks = new Set<Value>();
  for (;;) {
    const broken = skipGap(scan);
    const sign = text[scan.position];
    const row = items.rows[items.rows.length - 1];
    if (sign === undefined) refuseOpen(scan, list.start);
    if (text.startsWith(list.close, scan.position)) break;
    if (sign === "," || sign === ";") {
      readSeparator(scan, list, items, sign);
      continue;
    }
    const item = readBracketValue(scan, list.depth + 1);
    if (broken && items.separator === "" && row.length > 0) breaks.add(item);
    row.push(item);
    items.separator = "";
  }
  scan.position += list.close.length;
  const { rows, commas } = items;
  if (rows.length > 1 && rows[rows.length - 1].length === 0) rows.pop();
  return packItems(scan, list, endRowsAtBreaks(scan, list, rows, breaks, commas), commas);
}

/** The items of a list that were read so far. */
interface Items {
  readonly rows: Value[][];
  /** The comma or semicolon after the last item, if there is one. */
  separator: string;
  /** Whether commas were read. */
  commas: boolean;
}

/** Reads a comma or semicolon. Throws EMPTY_CELL after another one, except on a sheet. */
function readSeparator(scan: BracketScan, list: OpenList, items: Items, sign: string): void {
  const { rows, separator } = items;
  const row = rows[rows.length - 1];
  if (separator !== "" || row.length === 0)
    row.push(emptyCell(scan, sign, separator || scan.text[list.start]));
  if (sign === ";" && list.semicolon === "repeats") {
    const message = "after this semicolon Rust expects how often to repeat the value.";
    fail(scan, scan.position, message, "Write every number: vec![0.0, 0.0, 0.0].");
  }
  if (sign === ";" && list.semicolon !== "separates") rows.push([]);
  if (sign === ",") items.commas = true;
  items.separator = sign;
  scan.position++;
}

function packItems(
  scan: BracketScan,
  list: OpenList,
  rows: readonly (readonly Value[])[],
  commas: boolean,
): Value {
  const { subject } = scan.options;
  if (rows.length > 1 && list.close !== "}" && list.close !== ")") noteForm(scan, "MATLAB literal");
  else noteList(scan, list, commas);
  if (rows.length > 1 && rows.some((row) => row.length > 1 && row.some((item) => item.kind !== "scalar"))) {
    const message = `${subject}: these brackets have blocks side by side.`;
    fail(scan, list.start, message, "Write the rows of the whole matrix.");
  }
  // `[[1; 2]; [3; 4]]` has two rows in OCaml, but is one column in MATLAB.
  const isColumn = (item: Value) =>
    item.kind === "numbers" && item.cols === 1 && item.rows > 1 && !opensTwice(scan, item.start);
  const column = rows.flat().find(isColumn);
  if (column) {
    const message = `${subject}: semicolons in the inner brackets may separate the cells of a row, as in OCaml, or end rows, as in MATLAB.`;
    fail(scan, column.start, message, "Write [1 2; 3 4], or commas: [[1, 2], [3, 4]].", "AMBIGUOUS");
  }
  return valueOfList(list.start, rows);
}

/** Whether the rows have brackets around them all. */
function opensTwice({ text }: BracketScan, start: number): boolean {
  return /^[[({]\s*[[({]/.test(text.slice(start, start + 80));
}

/** Sets the form of a list without semicolons. */
function noteList(scan: BracketScan, { close, depth }: OpenList, commas: boolean): void {
  if (close === "}") noteForm(scan, "Wolfram list");
  else if (close === ")") noteForm(scan, "Python tuple");
  else if (depth > 0) noteForm(scan, commas ? "Python list" : "NumPy print");
}

/**
 * Splits rows at line breaks. With commas or semicolons, a line break between two cells ends a row. Without them NumPy
 * may have wrapped a long row, so it counts as a space; for the outermost brackets a remark says so. Throws AMBIGUOUS
 * if these lines are equally long, because they may also be rows.
 */
function endRowsAtBreaks(
  scan: BracketScan,
  list: OpenList,
  rows: readonly Value[][],
  breaks: ReadonlySet<Value>,
  commas: boolean,
): readonly Value[][] {
  if (breaks.size === 0 || list.semicolon || rows.some((row) => row.some((item) => item.kind !== "scalar")))
    return rows;
  const lines = rows.flatMap((row) => splitAt(row, breaks));
  if (rows.length > 1 || commas) return lines;
  if (list.depth > 0) return rows;
  const [{ length }] = lines;
  if (lines.every((line) => line.length === length)) {
    const message = `${scan.options.subject}: these ${lines.length} lines may be ${lines.length} rows, or one row of ${lines.length * length} numbers that NumPy wrapped.`;
    const hint = "Write ; at the end of each row for the first, commas between all numbers for the second.";
    fail(scan, list.start, message, hint, "AMBIGUOUS");
  }
  scan.remarks.add("line breaks read as spaces: write ; between rows");
  return rows;
}

function splitAt(row: readonly Value[], breaks: ReadonlySet<Value>): Value[][] {
  const lines: Value[][] = [[]];
  for (const item of row) {
    if (breaks.has(item)) lines.push([]);
    lines[lines.length - 1].push(item);
  }
  return lines;
}

/** Returns the empty cell between two commas, which is allowed on a sheet. Throws EMPTY_CELL elsewhere. */
function emptyCell(scan: BracketScan, sign: string, before: string): Value {
  const { options, text, position } = scan;
  if (options.emptyCells === "unanswered" && sign === "," && before !== ";") {
    scan.spans?.push({ start: position, end: position });
    return { kind: "scalar", start: position, value: Number.NaN };
  }
  const between = JSON.stringify(`${before} ${text[position]}`);
  const message = `${options.subject}: a cell is empty here, in ${between}.`;
  return fail(scan, position, message, "Write a number there, or NaN.", "EMPTY_CELL");
}

/**
 * Whether a parenthesis starts a tuple: `(1, 2)` is a tuple, `(1 + 2)/3` and `(1)` are numbers. A tuple contains a
 * comma or a bracket, or is empty.
 */
function isTuple({ text, position }: BracketScan): boolean {
  let depth = 0;
  for (let at = position; at < text.length; at++) {
    const sign = text[at];
    if (sign === "[" || sign === "{" || sign === ",") return true;
    // Deeper nesting is refused later, so stop here.
    if (sign === "(" && ++depth > DEEPEST) return true;
    if (sign === ")" && --depth === 0) return text[at - 1] === "(";
  }
  return true;
}
