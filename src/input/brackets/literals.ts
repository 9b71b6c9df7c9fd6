import type { Value } from "../value.js";
import { accept, type BracketScan, noteForm } from "./scan.js";
import { checkShape, sizesOf } from "./shape.js";

/** A list after its opening bracket. */
export interface OpenList {
  readonly start: number;
  readonly close: string;
  readonly depth: number;
  /** A semicolon ends a row, unless it separates items (OCaml) or repeats the item before it (Rust). */
  readonly semicolon?: "separates" | "repeats" | undefined;
}

/** How a programming language starts an array. Group 1 of the pattern contains the sizes that it gives. */
interface Opening {
  readonly pattern: RegExp | string;
  readonly form: string;
  readonly close: string;
  readonly semicolon?: OpenList["semicolon"];
  /** Set if it begins with a bracket, like most plain lists. */
  readonly isBracket?: true;
}

const TYPES = "(?:float|double|int|long|float32|float64|int32|int64)";

const OPENINGS: readonly Opening[] = [
  // Float64[1 2; 3 4]
  {
    pattern: /(?:Float|Int|UInt|Bool|Real|Rational|Any)\w*(?:\{\w+\})?\[/y,
    form: "Julia literal",
    close: "]",
  },
  // vec![vec![1.0, 2.0], vec![3.0, 4.0]]; nalgebra's matrix![1.0, 2.0; 3.0, 4.0]
  { pattern: /&?(?:vec|array)!\s*\[|&\[/y, form: "Rust literal", close: "]", semicolon: "repeats" },
  { pattern: /d?matrix!\s*\[/y, form: "Rust literal", close: "]" },
  // [][]float64{{1, 2}, {3, 4}}
  {
    pattern: new RegExp(`((?:\\[(?:\\d{0,12}|\\.\\.\\.)\\]){1,4})${TYPES}\\s*\\{`, "y"),
    form: "Go literal",
    close: "}",
    isBracket: true,
  },
  // new double[][] {{1, 2}, {3, 4}}, new[] {1, 2}
  {
    pattern: new RegExp(`new\\s*(?:${TYPES})?\\s*((?:\\[[,\\d]{0,40}\\]){1,4})\\s*\\{`, "y"),
    form: "Java literal",
    close: "}",
  },
  // rbind(c(1, 2), c(3, 4))
  { pattern: "c(", form: "R vector", close: ")" },
  { pattern: "rbind(", form: "R matrix", close: ")" },
  // Float64Array(3) [ 1, 2, 3 ], as Node prints it
  { pattern: /\w*Array(\(\d+\))\s*\[/y, form: "JavaScript array", close: "]" },
  // [|[|1.; 2.|]; [|3.; 4.|]|]
  { pattern: "[|", form: "OCaml array", close: "|]", semicolon: "separates", isBracket: true },
];

const BRACKET_OPENINGS = OPENINGS.filter(({ isBracket }) => isBracket);
const WORD_OPENINGS = OPENINGS.filter(({ isBracket }) => !isBracket);

/** Reads an array in the syntax of a programming language. Returns undefined if there is none at the position. */
export function readLiteral(
  scan: BracketScan,
  depth: number,
  readItems: (list: OpenList) => Value,
): Value | undefined {
  const { position: start } = scan;
  const openings = scan.text[start] === "[" ? BRACKET_OPENINGS : WORD_OPENINGS;
  for (const { pattern, form, close, semicolon } of openings) {
    const found = accept(scan, pattern);
    if (!found) continue;
    noteForm(scan, form);
    // Start at the bracket itself, so that the list looks the same when it is read again from there. Opening and
    // closing brackets have the same length.
    const from = scan.position - close.length;
    const value = readItems({ start: from, close, depth, semicolon });
    const said = sizesOf((found[1] ?? "").matchAll(/[[(](\d*|\.\.\.)[\])]/g));
    if (said.length > 0) checkShape(scan, start, said, value);
    return value;
  }
  return undefined;
}
