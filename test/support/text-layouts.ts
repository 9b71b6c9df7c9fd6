import type { Rows } from "./homework.js";

// How programs lay out a matrix as text.

export const lines = (rows: Rows, cell: (row: readonly number[], index: number) => string, between = "\n") =>
  rows.map(cell).join(between);

/** `[[1, 2], [3, 4]]`, with other signs. */
export const nested =
  (
    open: string,
    separator: string,
    close: string,
    comma: string,
    number: (value: number) => string = String,
  ) =>
  (rows: Rows) =>
    open + lines(rows, (row) => open + row.map(number).join(comma) + close, separator) + close;

export const json = nested("[", ", ", "]", ", ");
export const braces = nested("{", ", ", "}", ", ");
/** With a decimal point, as a float type is printed. */
export const pointed = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));
export const separated = (separator: string) => (rows: Rows) =>
  `${lines(rows, (row) => row.join(separator))}\n`;

/** Rows in columns of equal width. */
export const padded = (rows: Rows, gap = "  ") => {
  const width = Math.max(...rows.flat().map((value) => String(value).length));
  return rows.map((row) => row.map((value) => gap + String(value).padStart(width)).join(""));
};

export const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

export function boxed(rows: Rows): string {
  const rule = (left: string, middle: string, right: string) =>
    left + rows[0].map(() => "────────").join(middle) + right;
  const line = (cells: readonly string[]) => `│${cells.map((cell) => cell.padStart(8)).join("│")}│`;
  return [
    rule("┌", "┬", "┐"),
    line(names(rows[0].length)),
    rule("├", "┼", "┤"),
    ...rows.map((row) => line(row.map(String))),
    rule("└", "┴", "┘"),
  ].join("\n");
}

export function drawn(rows: Rows): string {
  const text = padded(rows).map((line) => line.slice(2));
  if (text.length === 1) return `[${text[0]}]`;
  const sides = (index: number) => (index === 0 ? "⎡⎤" : index === text.length - 1 ? "⎣⎦" : "⎢⎥");
  return text.map((line, index) => `${sides(index)[0]}${line}${sides(index)[1]}`).join("\n");
}

export const markdown = (rows: Rows) =>
  [
    `|     | ${names(rows[0].length).join(" | ")} |`,
    `|-----|${rows[0].map(() => "----:").join("|")}|`,
    ...rows.map((row, index) => `| r${index}x | ${row.join(" | ")} |`),
  ].join("\n");

/** What psql prints. */
export const ruled = (rows: Rows) =>
  [
    names(rows[0].length)
      .map((name) => ` ${name.padStart(6)} `)
      .join("|"),
    rows[0].map(() => "--------").join("+"),
    ...rows.map((row) => row.map((value) => ` ${String(value).padStart(6)} `).join("|")),
    `(${rows.length} row${rows.length === 1 ? "" : "s"})`,
  ].join("\n");

export const pandas = (rows: Rows) =>
  [
    `   ${names(rows[0].length)
      .map((name) => name.padStart(7))
      .join("")}`,
    ...rows.map(
      (row, index) => `${String(index).padEnd(3)}${row.map((value) => pointed(value).padStart(7)).join("")}`,
    ),
  ].join("\n");

/** A row as an object: {"c0":1,"c1":2}. */
export const record = (row: readonly number[]) =>
  JSON.stringify(Object.fromEntries(names(row.length).map((name, col) => [name, row[col]])));

/** Column by column, with the shape. */
export const dput = (rows: Rows) => {
  const cells = rows[0].flatMap((_, col) => rows.map((row) => row[col]));
  return `structure(c(${cells.join(", ")}), dim = c(${rows.length}L, ${rows[0].length}L))`;
};

export const r = (rows: Rows) =>
  [
    `    ${rows[0].map((_, col) => `[,${col + 1}]`.padStart(7)).join("")}`,
    ...rows.map((row, index) => `[${index + 1},]${row.map((value) => String(value).padStart(7)).join("")}`),
  ].join("\n");

export const latex = (environment: string) => (rows: Rows) =>
  `\\begin{${environment}} ${lines(rows, (row) => row.join(" & "), " \\\\ ")} \\end{${environment}}`;

export const shape = (rows: Rows) => `${rows.length}×${rows[0].length}`;
export const sizes = (rows: Rows) => `[${rows.length}][${rows[0].length}]`;
