import type { Entry, ObjectValue, ScalarValue, Value } from "../value.js";
import { accept, type BracketScan, decoded, fail, foundText, noteForm, skipGap } from "./scan.js";

const WRITE = "Write {'query': [[1, 0], [0, 1]]}.";

/** True for a brace before a key, in quotes or not, or with nothing in it. */
export function isDictionary({ text, position }: BracketScan): boolean {
  const dictionary = /\{\s*(?:["'}]|[A-Za-z_]\w*\s*:)/y;
  dictionary.lastIndex = position;
  return dictionary.test(text);
}

/** Python's `{'Q': array([[1., 0.]]), 'K': [[1, 2]]}`, or JavaScript's `{ Q: [[1, 0]] }`. Throws SYNTAX or DUPLICATE_KEY. */
export function readDictionary(scan: BracketScan, nested: () => Value): ObjectValue {
  const { position: start } = scan;
  const entries = new Map<string, Entry>();
  noteForm(
    scan,
    /^\{\s*\w/.test(scan.text.slice(start, start + 80)) ? "JavaScript object" : "Python dictionary",
  );
  do {
    scan.position++;
    skipGap(scan);
    if (scan.text[scan.position] === "}") break;
    readEntry(scan, entries, nested);
    skipGap(scan);
  } while (scan.text[scan.position] === ",");
  expect(scan, "}", "a comma or }");
  return { kind: "object", start, entries };
}

function readEntry(scan: BracketScan, entries: Map<string, Entry>, nested: () => Value): void {
  const keyStart = scan.position;
  const bare = accept(scan, /[A-Za-z_]\w*/y)?.[0];
  if (bare === undefined && !/["']/.test(scan.text[keyStart] ?? "")) {
    fail(scan, keyStart, `a key should stand here, but ${foundText(scan)}.`, WRITE);
  }
  const key = bare ?? String(readString(scan).value);
  if (entries.has(key)) {
    fail(scan, keyStart, `the key "${key}" is given twice.`, "Remove one of the two.", "DUPLICATE_KEY");
  }
  skipGap(scan);
  expect(scan, ":", "a colon");
  entries.set(key, { keyStart, value: nested() });
}

function expect(scan: BracketScan, sign: string, what: string): void {
  if (scan.text[scan.position] !== sign) {
    fail(scan, scan.position, `${what} should stand here, but ${foundText(scan)}.`, WRITE);
  }
  scan.position++;
}

/** The string at the position, in either kind of quotes. */
export function readString(scan: BracketScan): ScalarValue {
  const { position: start } = scan;
  const match = accept(scan, /"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'/y);
  if (!match) fail(scan, start, "this string is not closed.", "Add the closing quote.");
  scan.spans?.push({ start, end: scan.position });
  const value = decoded(scan, start + 1, scan.position - 1).replace(/\\(.)/g, "$1");
  return { kind: "scalar", start, value };
}
