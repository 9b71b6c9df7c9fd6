import { addEntry, type Entry, type ObjectValue, type ScalarValue, type Value } from "../value.js";
import { accept, type BracketScan, decoded, expect, fail, matchAt, noteForm, skipGap } from "./scan.js";

const WRITE = "Write {'query': [[1, 0], [0, 1]]}.";

/** Whether a brace starts a dictionary: a key follows it, with or without quotes, or the closing brace. */
export const isDictionary = (scan: BracketScan): boolean =>
  matchAt(scan, /\{\s*(?:["'}]|[A-Za-z_]\w*\s*:)/y) !== undefined;

/**
 * Reads Python's `{'Q': array([[1., 0.]]), 'K': [[1, 2]]}` or JavaScript's `{ Q: [[1, 0]] }`. Throws SYNTAX or
 * DUPLICATE_KEY.
 */
export function readDictionary(scan: BracketScan, nested: () => Value): ObjectValue {
  const { position: start, source } = scan;
  const entries = new Map<string, Entry>();
  noteForm(scan, matchAt(scan, /\{\s*\w/y) ? "JavaScript object" : "Python dictionary");
  scan.position++;
  for (skipGap(scan); scan.text[scan.position] !== "}"; skipGap(scan)) {
    const { position: keyStart } = scan;
    const [bare] = expect(scan, /[A-Za-z_]\w*|(?=["'])/y, "a key", WRITE);
    const key = bare === "" ? String(readString(scan).value) : bare;
    addEntry(entries, key, { source, keyStart }, () => {
      skipGap(scan);
      expect(scan, ":", "a colon", WRITE);
      return nested();
    });
    skipGap(scan);
    expect(scan, /,|(?=\})/y, "a comma or }", WRITE);
  }
  scan.position++;
  return { kind: "object", start, entries };
}

/** Reads the string at the position, in single or double quotes. */
export function readString(scan: BracketScan): ScalarValue {
  const { position: start } = scan;
  if (!accept(scan, /"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'/y))
    fail(scan, start, "this string is not closed.", "Add the closing quote.");
  scan.spans?.push({ start, end: scan.position });
  const value = decoded(scan, start + 1, scan.position - 1).replace(/\\(.)/g, "$1");
  return { kind: "scalar", start, value };
}
