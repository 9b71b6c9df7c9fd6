import { UserError } from "../../errors.js";
import { startBrackets } from "../brackets/scan.js";
import { readBracketValue } from "../brackets/value.js";
import type { Span } from "../forms/form.js";
import { inRows } from "./items.js";

/** A matrix in R: `matrix(c(1, 2, 3, 4), nrow = 2, byrow = TRUE)`. */
const R_MATRIX = /\bmatrix\s*\(\s*(?:data\s*=\s*)?c\s*\(/g;

/** Maple's `Matrix(2, 3, [[…]])`, which gives the size before the rows. */
const SIZED_MATRIX = /\bMatrix\(\s*\d+\s*,\s*\d+\s*,\s*(?=[[{])/g;

/** The screen of a calculator, which names its matrices A, B, C: `[A] (= Q)`. */
const OF_CALCULATOR = /(\[[A-J]\])\s*\(=\s*(\w+)\s*\)/g;

/** Writes the matrices of a calculator with the names that the person gave them. */
const withNamesGiven = (text: string): string =>
  [...text.matchAll(OF_CALCULATOR)].reduce(
    (rest, [both, screen, name]) => rest.replaceAll(both, `${name}:`).replaceAll(screen, ` ${name} `),
    text,
  );

/** A table in Typst: the number of its columns, then its cells in brackets. */
const TYPST_TABLE = /#?table\(\s*columns:\s*(\d+),((?:\s*\w+:[^,[\]]*,|\s*\[[^[\]]*\]\s*,?)*)\s*\)/g;

/** Rows in braces, `{{1, 0}, {0, 1}}`, which LaTeX would take for groups. */
const IN_BRACES = /\{\s*(?:\{[^{}\\\p{L}]*\d[^{}\\\p{L}]*[,;][^{}\\\p{L}]*\}\s*[,;]?\s*)+\}/gu;

const withBrackets = (text: string): string =>
  text.replace(IN_BRACES, (rows) => rows.replaceAll("{", "[").replaceAll("}", "]"));

export const countLines = (text: string): number => text.split("\n").length - 1;

/** Returns a table that is written in another way as rows of cells with TABs between them, in as many lines. */
export function rowsInPlaceOf(whole: string, cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.join("\t"));
  return `\n${rows.join("\n")}${"\n".repeat(Math.max(0, countLines(whole) - rows.length))}`;
}

const withRowsOfTypst = (text: string): string =>
  text.replace(TYPST_TABLE, (whole, columns: string, body: string) => {
    const cells = Array.from(body.matchAll(/\[([^[\]]*)\]/g), ([, cell]) => cell.trim());
    const cols = Number(columns);
    return rowsInPlaceOf(whole, inRows(cells, { rows: Math.ceil(cells.length / cols), cols }));
  });

/**
 * Rewrites the matrices of calculators, of Typst and of R (one list of numbers each) as named rows. The number of lines
 * stays the same.
 */
export function withPlainMatrices(text: string): string {
  let rest = withRowsOfTypst(withNamesGiven(withBrackets(text))).replace(SIZED_MATRIX, "(");
  for (const { index } of [...rest.matchAll(R_MATRIX)].reverse()) {
    const call = rest.slice(index);
    const { rows, end } = rowsOf(call) ?? {};
    if (rows === undefined) continue;
    const lines = "\n".repeat(countLines(call.slice(0, end)));
    rest = `${rest.slice(0, index)}[${rows.join(", ")}]${lines}${call.slice(end)}`;
  }
  return rest;
}

const OPTIONS = { subject: "a matrix", decimalComma: false, header: undefined, emptyCells: "nan" } as const;

/**
 * Returns the rows of the matrix call at the start of a text, with the numbers as written. Returns undefined if the
 * numbers do not fill the rows.
 */
function rowsOf(call: string): { readonly rows: readonly string[]; readonly end: number } | undefined {
  const spans: Span[] = [];
  const source = { name: "", kind: "literal", bytes: Buffer.from(call, "latin1") } as const;
  const scan = startBrackets(source, OPTIONS, { position: 0, spans });
  try {
    const value = readBracketValue(scan);
    if (value.kind !== "numbers") return undefined;
    const cells = spans.map(({ start, end }) => call.slice(start, end));
    return { rows: inRows(cells, value).map((row) => `[${row.join(", ")}]`), end: scan.position };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
