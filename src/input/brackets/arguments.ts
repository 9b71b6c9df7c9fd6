import { accept, type BracketScan, expect, refuseOpen, skipGap } from "./scan.js";

/**
 * Reads the arguments of a call, from after its open parenthesis to after the closing one. `read` reads the value of
 * each argument, and gets its key if it has one.
 */
export function eachArgument(scan: BracketScan, read: (key: string | undefined) => void): void {
  const open = scan.position - 1;
  for (skipGap(scan); scan.text[scan.position] !== ")"; skipGap(scan)) {
    read(accept(scan, /([A-Za-z_.][\w.]*|`[^`]*`|"[^"]*")\s*=(?!=)\s*/y)?.[1]);
    skipGap(scan);
    if (scan.position >= scan.text.length) refuseOpen(scan, open);
    endArgument(scan);
  }
  scan.position++;
}

/** Moves past the comma after an argument, or to the parenthesis after the last. Throws SYNTAX. */
const endArgument = (scan: BracketScan) =>
  expect(scan, /\s*(?:,|(?=\)))/y, "a comma or )", "Is a bracket missing?");

/** Returns the text of an argument without parsing it. Moves to the comma or parenthesis after it. */
export function skipArgument(scan: BracketScan, open: number): string {
  const { text, position: start } = scan;
  let depth = 0;
  for (; scan.position < text.length; scan.position++) {
    const sign = text[scan.position];
    if (depth === 0 && (sign === "," || sign === ")")) return text.slice(start, scan.position);
    if ("([{<".includes(sign)) depth++;
    else if (")]}>".includes(sign)) {
      depth--;
      if (depth !== 0) continue;
      scan.position++;
      const { position: end } = scan;
      endArgument(scan);
      scan.position = end;
      return text.slice(start, end);
    } else if (sign === "'" || sign === '"') {
      const end = text.indexOf(sign, scan.position + 1);
      if (end < 0) refuseOpen(scan, scan.position);
      scan.position = end;
    }
  }
  return refuseOpen(scan, open);
}
