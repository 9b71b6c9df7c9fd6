/** The matrices of a solved problem, as a form writes them on the sheet. */
export interface Page {
  /** Returns the cells of a matrix as text. The sheet counts as containing this matrix. */
  of(key: string, style?: Style): Cells;
  /** Returns the cells of a matrix that the sheet shows only as part of the way to another. */
  way(key: string, style?: Style): Cells;
}

/** A number of decimals, or a function that writes a number. Default: as short as possible, with at most 4 decimals. */
export type Style = number | ((value: number) => string);

export type Cells = readonly (readonly string[])[];

/** A form in which a person writes a sheet with its own Q, K and V. */
export type Form = (page: Page) => string;
export type Forms = Readonly<Record<string, Form>>;

export const joined = (rows: Cells, cell = " ", row = "\n", open = "", close = "") =>
  rows.map((r) => open + r.join(cell) + close).join(row);
export const withCommas = (rows: Cells) => rows.map((r) => r.map((c) => c.replace(".", ",")));
export const padded = (rows: Cells, w = 0, sep = "  ", open = "", close = "") => {
  const width = Math.max(w, ...rows.flat().map((c) => c.length));
  return rows.map((r) => open + r.map((c) => c.padStart(width)).join(sep) + close).join("\n");
};
export const asNumpy = (rows: Cells, lead = "") =>
  `[${rows.map((r) => `[${r.join(" ")}]`).join(`\n ${lead}`)}]`;
export const asList = (rows: Cells) => `[${rows.map((r) => `[${r.join(", ")}]`).join(", ")}]`;
export const inBraces = (rows: Cells) => `{${rows.map((r) => `{${r.join(", ")}}`).join(", ")}}`;
export const asTex = (rows: Cells, env = "bmatrix") =>
  `\\begin{${env}} ${rows.map((r) => r.join(" & ")).join(" \\\\ ")} \\end{${env}}`;
export const asTexLines = (rows: Cells, env = "pmatrix") =>
  `\\begin{${env}}\n${rows.map((r) => `  ${r.join(" & ")}`).join(" \\\\\n")}\n\\end{${env}}`;
export const asMarkdown = (head: readonly string[], rows: Cells) =>
  [head, head.map(() => "---"), ...rows].map((r) => `| ${r.join(" | ")} |`).join("\n");
export const withNames = (names: readonly string[], rows: Cells) => rows.map((r, i) => [names[i], ...r]);
export const counted = (n: number, p: string, from = 1) =>
  Array.from({ length: n }, (_, i) => p + (i + from));
export const asPercent = (rows: Cells) => rows.map((r) => r.map((c) => `${(Number(c) * 100).toFixed(0)}%`));
