import { countOf, ndArray } from "../../math/nd-array.js";
import type { EmptyCells } from "../blank.js";
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../bytes.js";
import { takeNumbers } from "../growing.js";
import { foundText } from "../number.js";
import { type Source, textOf } from "../source.js";
import {
  type ArrayValue,
  addEntry,
  type Entry,
  gridValue,
  type ListValue,
  type NumbersValue,
  type ObjectValue,
  rowValue,
  type ScalarValue,
  type Value,
} from "../value.js";
import { ahead, placeOf } from "../window.js";
import { scanGrid, scanRow } from "./numbers.js";
import { fail, type JsonScan, quotedEnd, skipSpace, startScan, wordAt, wordEnd } from "./scan.js";

/** The maximum depth of nesting, so that no text can overflow the stack. */
const DEEPEST = 200;

const MISSING_VALUE = "A comma must be between two values, and ] must close every list.";
const MISSING_MARK = "Is a comma, a quote or a bracket missing?";

/**
 * Parses a JSON text. A rectangular array of numbers becomes one Float64Array, without an object per number. Beyond
 * JSON it accepts NaN and ±Infinity, bare or as strings, and numbers such as `1.`, `.5`, `+1` and `−1`. Missing values
 * in a list become NaN unless `emptyCells` is "refused". A comma may follow the last item, as in JSON5 and Python. Throws SYNTAX, DUPLICATE_KEY, INTEGER_TOO_LARGE and
 * NOT_A_NUMBER, each with its place.
 */
export function readJson(source: Source, emptyCells: EmptyCells = "refused"): Value {
  const scan = startScan(source, 0, emptyCells);
  const first = readValue(scan, 0);
  const value = first.kind === "object" ? withFurtherObjects(scan, first) : first;
  if (skipSpace(scan) !== -1 && !endsWithNote(scan)) {
    const message = `after the end of the JSON value ${foundText(scan)}.`;
    fail(scan, message, 'Give one matrix, or several with names: {"query": [[1, 0]], "key": [[1, 1]]}.');
  }
  return value;
}

/** Joins objects that follow each other, as in JSON Lines and Miller, to a list. */
function withFurtherObjects(scan: JsonScan, first: ObjectValue): Value {
  const items: Value[] = [first];
  while (skipSpace(scan) === OPEN_BRACE) items.push(readObject(scan, 0));
  return items.length > 1 ? { kind: "list", start: first.start, items } : first;
}

/** Whether only the end of a statement or Python's `# note` follows the last bracket. */
function endsWithNote({ bytes, position, after }: JsonScan): boolean {
  return after === 0 && /^[;,]?\s*(?:#[^\r\n]*(?:[\r\n]\s*)?)?$/.test(textOf(bytes, position, bytes.length));
}

function readValue(scan: JsonScan, depth: number): Value {
  const byte = skipSpace(scan);
  ahead(scan);
  if (depth > DEEPEST)
    fail(scan, `lists are nested more than ${DEEPEST} deep.`, "A matrix is a list of rows.");
  if (byte === OPEN_BRACKET) return readArray(scan, depth);
  if (byte === OPEN_BRACE) {
    const object = readObject(scan, depth);
    return shapedArray(object) ?? object;
  }
  if (byte === QUOTE) return { kind: "scalar", start: placeOf(scan), value: readString(scan) };
  return readScalar(scan);
}

function readArray(scan: JsonScan, depth: number): NumbersValue | ListValue {
  const start = placeOf(scan);
  scan.firstBoolean = -1;
  const count = scanRow(scan, start);
  if (count >= 0) return rowValue(start, takeNumbers(scan.numbers), scan.firstBoolean);
  const grid = scanGrid(scan);
  if (grid) return gridValue(start, { ...grid, data: takeNumbers(scan.numbers) }, scan.firstBoolean);
  return readList(scan, depth);
}

/**
 * Reads an array that is no rectangle of numbers: a list of heads or of strings, or an error that is reported later.
 */
function readList(scan: JsonScan, depth: number): ListValue {
  const start = placeOf(scan);
  const items: Value[] = [];
  do {
    scan.position++;
    if (skipSpace(scan) === CLOSE_BRACKET) break;
    items.push(readValue(scan, depth + 1));
  } while (skipSpace(scan) === COMMA);
  expect(scan, CLOSE_BRACKET, "a comma or ]");
  return { kind: "list", start, items };
}

function readObject(scan: JsonScan, depth: number): ObjectValue {
  const start = placeOf(scan);
  const entries = new Map<string, Entry>();
  do {
    scan.position++;
    if (skipSpace(scan) === CLOSE_BRACE) break;
    readEntry(scan, entries, depth);
  } while (skipSpace(scan) === COMMA);
  expect(scan, CLOSE_BRACE, "a comma or }");
  return { kind: "object", start, entries };
}

/** Reads numbers in one list with their shape as an array: `{"data": [1, 0, 0, 1], "shape": [2, 2]}`. */
function shapedArray({ entries }: ObjectValue): NumbersValue | ArrayValue | undefined {
  const [numbers, shape] = ["data", "shape"].map((name) => entries.get(name)?.value);
  if (numbers?.kind !== "numbers" || shape?.kind !== "numbers" || !numbers.flat) return undefined;
  const axes = Array.from(shape.data);
  const { start, data, firstBoolean } = numbers;
  if (countOf(axes) !== data.length) return undefined;
  const [rows, cols] = axes;
  return axes.length === 2
    ? gridValue(start, { rows, cols, data }, firstBoolean)
    : { kind: "array", start, array: ndArray(axes, data), pickedAs: "data" };
}

function readEntry(scan: JsonScan, entries: Map<string, Entry>, depth: number): void {
  if (skipSpace(scan) !== QUOTE) {
    const message = `a key in double quotes is expected here, but ${foundText(scan)}.`;
    fail(scan, message, 'Write {"query": [[1, 0], [0, 1]]}.');
  }
  ahead(scan);
  const keyStart = placeOf(scan);
  const key = readString(scan);
  addEntry(entries, key, { source: scan.source, keyStart }, () => {
    skipSpace(scan);
    expect(scan, COLON, `a colon after the key ${JSON.stringify(key)}`);
    return readValue(scan, depth + 1);
  });
}

function readString(scan: JsonScan): string {
  const end = quotedEnd(scan);
  if (end < 0) fail(scan, "this string is not closed.", "Add the closing double quote.");
  try {
    const text: unknown = JSON.parse(textOf(scan.bytes, scan.position, end));
    scan.position = end;
    return String(text);
  } catch {
    // JSON.parse's message counts characters within the string. The place of the string in the file is more useful.
    const message = "this string has a line break or an escape that JSON does not allow.";
    return fail(scan, message, "In a JSON string a line break is \\n, a backslash \\\\.");
  }
}

function readScalar(scan: JsonScan): ScalarValue {
  const { bytes, position } = scan;
  const start = placeOf(scan);
  const end = wordEnd(bytes, position);
  // An empty cell between two commas, on a sheet.
  const isBlank = scan.emptyCells === "unanswered" && bytes[position] === COMMA;
  if (end === position && !isBlank)
    fail(scan, `a value is expected here, but ${foundText(scan)}.`, MISSING_VALUE);
  const value = wordAt(scan, position, end);
  if (typeof value === "object" && value) return fail(scan, `${value.message}.`, value.hint, value.code);
  scan.position = end;
  return { kind: "scalar", start, value };
}

function expect(scan: JsonScan, byte: number, what: string): void {
  if (scan.bytes[scan.position] !== byte)
    fail(scan, `${what} is expected here, but ${foundText(scan)}.`, MISSING_MARK);
  scan.position++;
}
