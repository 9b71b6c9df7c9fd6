// The ways to write a matrix on a sheet.

/** The cells of a matrix as they are written, and the names of its rows and columns. */
export interface WrittenMatrix {
  readonly cells: Cells;
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
  /** What stands above the names of the rows. */
  readonly corner?: string;
  /** What stands between two numbers: no comma where commas are decimal points. */
  readonly between: string;
}

type Cells = readonly (readonly string[])[];
type Writers = Readonly<Record<string, (matrix: WrittenMatrix) => readonly string[]>>;

const aligned = (cells: Cells): Cells => {
  const widths = cells[0].map((_, col) => Math.max(...cells.map((row) => row[col].length)));
  return cells.map((row) => row.map((cell, col) => cell.padStart(widths[col])));
};

const rows = (cells: Cells, between: string, open = "", close = "") =>
  cells.map((row) => open + row.join(between) + close);

const listed = ({ cells, between }: WrittenMatrix, open: string, close: string) => [
  open + rows(cells, between, open, close).join(between) + close,
];

/** Returns the cells between the names of their rows and columns. */
const labelled = ({ cells, rowNames, columnNames, corner = "" }: WrittenMatrix): Cells => [
  [corner, ...columnNames.slice(0, cells[0].length)],
  ...cells.map((row, at) => [rowNames[at], ...row]),
];

const markdown = (cells: Cells) => {
  const [head, ...others] = rows(cells, " | ", "| ", " |");
  return ["", head, `|${"---|".repeat(cells[0].length)}`, ...others];
};

const box = (cells: Cells) => {
  const [head, ...others] = rows(aligned(cells), " | ", "| ", " |");
  const rule = head.replaceAll(/[^|]/g, "-").replaceAll("|", "+");
  return [rule, head, rule, ...others, rule];
};

const latex = ({ cells }: WrittenMatrix, kind: string, sign: string) => {
  const inside = rows(cells, " & ").join(" \\\\ ").replaceAll("∞", "\\infty");
  return [`${sign}\\begin{${kind}} ${inside} \\end{${kind}}${sign}`];
};

/** An array as a library prints it. */
const printed = ({ cells }: WrittenMatrix, between: string, open: string, close: string) => {
  const text = rows(aligned(cells), between, "[", "]").join(
    `${between.trimEnd()}\n${" ".repeat(open.length)}`,
  );
  return (open + text + close).split("\n");
};

/** On one line, behind the title. */
export const LISTS: Writers = {
  lists: (matrix) => listed(matrix, "[", "]"),
  braces: (matrix) => listed(matrix, "{", "}"),
  semicolons: ({ cells }) => [`[${rows(cells, " ").join("; ")}]`],
  "LaTeX on a line": (matrix) => latex(matrix, "bmatrix", "$"),
};

/** Below the title. */
export const TABLES: Writers = {
  columns: ({ cells }) => rows(aligned(cells), "  "),
  commas: ({ cells, between }) => rows(cells, between),
  tabs: ({ cells }) => rows(cells, "\t"),
  brackets: ({ cells }) => rows(aligned(cells), "  ", "[ ", " ]"),
  bars: ({ cells }) => rows(aligned(cells), "  ", "| ", " |"),
  "labels with colons": ({ cells, rowNames, between }) =>
    rows(cells, between).map((row, at) => `${rowNames[at]}: ${row}`),
  "labels without colons": ({ cells, rowNames }) =>
    rows(aligned(cells), "  ").map((row, at) => `${rowNames[at]}  ${row}`),
  vectors: ({ cells, rowNames, between }) =>
    rows(cells, between, "(", ")").map((row, at) => `${rowNames[at]} = ${row}`),
  YAML: ({ cells, between }) => rows(cells, between, "  - [", "]"),
};

/** Below the title, with names of rows and columns. */
export const LABELLED: Writers = {
  "a table": (matrix) => rows(aligned(labelled(matrix)), "  "),
  "a spreadsheet": (matrix) => rows(labelled(matrix), "\t"),
  "a box": (matrix) => box(labelled(matrix)),
  "a Markdown table": (matrix) => markdown(labelled(matrix)),
};

/** Below the title, in Markdown. */
export const MARKDOWN: Writers = {
  "a Markdown table without names": ({ cells }) => markdown([cells[0].map(() => ""), ...cells]),
  "a code block": ({ cells }) => ["```", ...rows(aligned(cells), " "), "```"],
  LaTeX: (matrix) => latex(matrix, "pmatrix", "$$"),
};

/** Below the title, as programs print. None of them knows decimal commas. */
export const PRINTS: Writers = {
  NumPy: (matrix) => printed(matrix, " ", "[", "]"),
  torch: (matrix) => printed(matrix, ", ", "tensor([", "])"),
  MATLAB: ({ cells }) => ["", ...rows(aligned(cells), "    ", "    ")],
  R: ({ cells }) =>
    rows(
      aligned([
        ["", ...cells[0].map((_, at) => `[,${at + 1}]`)],
        ...cells.map((row, at) => [`[${at + 1},]`, ...row]),
      ]),
      " ",
    ),
};
