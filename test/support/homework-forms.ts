import type { Block, SheetForm, Work } from "./document-forms.js";

// Sheets as students write them, not made for a program: prose, worked lines, exports and prints.

type Rows = Block["rows"];
type Titles = Readonly<Record<string, string>>;

const STEPS = ["scores", "scaled-scores", "weights", "output"] as const;

const all = ({ inputs, steps }: Work): readonly Block[] => [...inputs, ...steps];
const rowsOf = (work: Work, key: string): Rows => all(work).find((block) => block.key === key)?.rows ?? [];
const hasInputs = ({ inputs }: Work) => inputs.length > 0;
const comma = (text: string) => text.replace(/(\d)\.(\d)/g, "$1,$2");
const listed = (rows: Rows) => `[${rows.map((row) => `[${row.join(", ")}]`).join(", ")}]`;
const transposed = (rows: Rows): Rows => rows[0].map((_, col) => rows.map((row) => row[col]));
const columns = (rows: Rows) => {
  const widths = rows[0].map((_, col) => Math.max(...rows.map((row) => row[col].length)));
  return rows.map((row) => row.map((cell, col) => cell.padStart(widths[col])).join("  "));
};

const form = (name: string, write: SheetForm["write"]): SheetForm => ({ name, isAloneToo: true, write });

/** Joins the blocks that `write` makes, with a blank line between them. */
const each =
  (write: (block: Block, work: Work) => string, between = "\n\n"): SheetForm["write"] =>
  (work) =>
    all(work)
      .map((block) => write(block, work))
      .join(between);

const LETTERS: Titles = {
  ...{ query: "Q", key: "K", value: "V", scores: "S", "scaled-scores": "S/√2", weights: "A", output: "O" },
};

/** Writes the inputs as `name: Q = …` lines, if the sheet has them. */
const given = (work: Work, write: (rows: Rows) => string = listed) =>
  work.inputs.map(({ key, rows }) => `${LETTERS[key]} = ${write(rows)}`).join("\n");

const perWord = (work: Work) => {
  const [scores, scaled, weights, output] = STEPS.map((key) => rowsOf(work, key));
  const words = work.tokens.map(
    (token, at) =>
      `For the word "${token}", the dot products with the keys are ${scores[at].join(", ")}. After dividing by √2 ≈ 1.414 we get ${scaled[at].join(", ")}. Softmax of this row gives ${weights[at].join(", ")}. So its output is (${output[at].join(", ")}).`,
  );
  const problem = hasInputs(work) ? `We are given\n${given(work)}\n\n` : "";
  return `Assignment 4 - self-attention\nAda L.\n\n${problem}${words.join("\n\n")}\n`;
};

const factor = (cell: string) => (cell.startsWith("-") ? `(${cell})` : cell);

/** Writes every cell on a line of its own, with its arithmetic. */
function everyCell(work: Work): string {
  const [scores, scaled, weights, output] = STEPS.map((key) => rowsOf(work, key));
  const lines = (name: string, rows: Rows, how: (row: number, col: number) => string) =>
    rows
      .flatMap((row, i) => row.map((cell, j) => `${name}_${i + 1}${j + 1} = ${how(i, j)} = ${cell}`))
      .join("\n");
  const [query, key] = [rowsOf(work, "query"), rowsOf(work, "key")];
  const product = (i: number, j: number) =>
    hasInputs(work)
      ? query[i].map((cell, at) => `${factor(cell)}·${factor(key[j][at])}`).join(" + ")
      : `q${i + 1}·k${j + 1}`;
  return `${hasInputs(work) ? `Given:\n${given(work)}\n\n` : ""}1) Scores S = Q K^T
${lines("s", scores, product)}

2) Scale by sqrt(2) = 1.414
${lines("s'", scaled, (i, j) => `${scores[i][j]}/1.414`)}

3) Softmax, row by row
${lines("a", weights, (i, j) => `e^${scaled[i][j]} / Σ`)}

4) Output = A V
${lines("o", output, (i) => weights[i].map((cell, at) => `${cell}·v${at + 1}`).join(" + "))}
`;
}

const TEX: Titles = {
  query: "Q",
  key: "K",
  value: "V",
  scores: "S = QK^{\\top}",
  "scaled-scores": "\\tilde{S} = \\frac{S}{\\sqrt{d_k}}",
  weights: "A = \\operatorname{softmax}(\\tilde{S})",
  output: "Z = AV",
};
const TEX_HEADS: Titles = {
  query: "Queries",
  key: "Keys",
  value: "Values",
  scores: "Attention scores",
  "scaled-scores": "Scaling",
  weights: "Softmax",
  output: "Output",
};
const ampersands = (rows: Rows) => rows.map((row) => `  ${row.join(" & ")}`).join(" \\\\\n");

const latexDocument = (work: Work) =>
  `\\documentclass[11pt]{article}\n\\usepackage{amsmath}\n\\title{Exercise sheet 5}\n\\author{Ada Lovelace}\n\\begin{document}\n\\maketitle\n${all(
    work,
  )
    .map(
      ({ key, rows }) =>
        `\\section*{${TEX_HEADS[key]}}\n\\begin{equation}\n${TEX[key]} =\n\\begin{bmatrix}\n${ampersands(rows)}\n\\end{bmatrix}\n\\end{equation}`,
    )
    .join("\n")}\n\\end{document}\n`;

const latexArrays = each(
  ({ key, rows }) =>
    `$$${TEX[key]} \\approx \\left(\\begin{array}{${"c".repeat(rows[0].length)}}\n${ampersands(rows)}\n\\end{array}\\right)$$`,
);

const FRENCH: Titles = {
  query: "Requêtes Q",
  key: "Clés K",
  value: "Valeurs V",
  scores: "1. Produits scalaires Q·Kᵀ",
  "scaled-scores": "2. Mise à l'échelle (÷ √2)",
  weights: "3. Poids d'attention (softmax)",
  output: "4. Sortie",
};
const frenchTables = (work: Work) => {
  const text = all(work)
    .map(({ key, rows }) => {
      const isPair = ["scores", "scaled-scores", "weights"].includes(key);
      const head = isPair ? work.tokens : rows[0].map((_, at) => `d${at + 1}`);
      const body = rows.map((row, at) => `| ${work.tokens[at]} | ${row.join(" | ")} |`).join("\n");
      return `### ${FRENCH[key]}\n\n| | ${head.join(" | ")} |\n|${" --- |".repeat(head.length + 1)}\n${body}`;
    })
    .join("\n\n");
  return `## Devoir 2 : attention\n\n${comma(text)}\n`;
};

const GERMAN: Titles = {
  query: "Gegeben ist Q mit den Zeilen",
  key: "K mit den Zeilen",
  value: "und V mit den Zeilen",
  scores: "Zuerst berechne ich die Skalarprodukte QK^T:",
  "scaled-scores": "Dann teile ich durch √2 und erhalte",
  weights: "Die Softmax ergibt die Gewichte",
  output: "Als Ausgabe erhalte ich schließlich",
};
const germanProse = (work: Work) =>
  `Übungsblatt 7, Aufgabe 2b\n\n${comma(
    each(
      ({ key, rows }) => `${GERMAN[key]}\n${rows.map((row) => `(${row.join("; ")})`).join("\n")}`,
      "\n\n",
    )(work),
  )}\n`;

const SPANISH: Titles = {
  query: "Consultas (Q)",
  key: "Claves (K)",
  value: "Valores (V)",
  scores: "Puntuaciones QK^T",
  "scaled-scores": "Puntuaciones escaladas",
  weights: "Pesos de atención",
  output: "Salida",
};
const spanishCsv = (work: Work) => {
  const width = Math.max(...all(work).map(({ rows }) => rows[0].length));
  const line = (cells: readonly string[]) =>
    [...cells, ...Array<string>(width - cells.length).fill("")].join(";");
  const lines = all(work).flatMap(({ key, rows }) => [
    line([SPANISH[key]]),
    ...rows.map((row) => line(row)),
    line([]),
  ]);
  return `${comma(lines.join("\r\n"))}\r\n`;
};

const ITALIAN: Titles = {
  query: "Query",
  key: "Chiavi",
  value: "Valori",
  scores: "Punteggi",
  "scaled-scores": "Punteggi / √2",
  weights: "Pesi (softmax)",
  output: "Uscita",
};
const italianSpreadsheet = each(({ key, rows }, { tokens }) => {
  const isPair = ["scores", "scaled-scores", "weights"].includes(key);
  const head = isPair ? tokens : rows[0].map((_, at) => `x${at + 1}`);
  return [
    `${ITALIAN[key]}\t${head.join("\t")}`,
    ...rows.map((row, at) => `${tokens[at]}\t${comma(row.join("\t"))}`),
  ].join("\n");
});

const CHINESE: Titles = {
  query: "查询矩阵 Q",
  key: "键矩阵 K",
  value: "值矩阵 V",
  scores: "第一步：计算注意力分数 QKᵀ",
  "scaled-scores": "第二步：除以 √2（缩放）",
  weights: "第三步：softmax 得到注意力权重",
  output: "第四步：加权求和得到输出",
};
const chinese = (work: Work) =>
  `作业三\n姓名：王小明　学号：20240101\n\n${each(({ key, rows }) => `${CHINESE[key]}\n${rows.map((row) => `［${row.join("，")}］`).join("\n")}`)(work)}\n`;

/** Text recognition of a print: letters for digits, dots for the commas of lists, a lost blank line. */
const recognised = (work: Work) =>
  all(work)
    .map(({ key, rows }) => {
      const cells = rows.map((row) => row.map((cell) => cell.replace(/^0\.0/, "O.O").replace(/^1/, "l")));
      return `${TEX_HEADS[key].replace("tt", "t t")} :\n${cells.map((row) => `| ${row.join("   ")} |`).join("\n")}`;
    })
    .join("\n");

const percentages = each(({ key, rows }, { tokens }) => {
  const cells =
    key === "weights" ? rows.map((row) => row.map((cell) => `${Math.round(Number(cell) * 100)} %`)) : rows;
  const names = key === "weights" ? "How much each word attends (in percent)" : TEX_HEADS[key];
  return `${names}\n${cells.map((row, at) => `${tokens[at]}\t${row.join("\t")}`).join("\n")}`;
});

const inColumns = (work: Work) =>
  `(I write every token as a column.)\n\n${each(({ key, rows }) => {
    const turned = transposed(rows);
    return `${LETTERS[key]}^T =\n${columns(turned)
      .map((line) => `[ ${line} ]`)
      .join("\n")}`;
  })(work)}\n`;

/** A spreadsheet table with one line per token, all steps side by side without a gap. */
const wideTable = (work: Work) => {
  const blocks = all(work);
  const head = blocks.flatMap(({ key, rows }) => rows[0].map((_, at) => (at === 0 ? TEX_HEADS[key] : "")));
  const lines = work.tokens.map((token, at) => [token, ...blocks.flatMap(({ rows }) => rows[at])].join("\t"));
  return [["", ...head].join("\t"), ...lines].join("\n");
};

/** The first half of the forms. */
export const WRITTEN_HOMEWORK: readonly SheetForm[] = [
  form("a paragraph of prose for each word", perWord),
  form("every cell on a line with how it was worked out", everyCell),
  form("a whole document of LaTeX", latexDocument),
  form("arrays of LaTeX, about equal", latexArrays),
  form("French, tables of Markdown, decimal commas", frenchTables),
  form("German sentences, semicolons between decimal commas", germanProse),
  form("Spanish, CSV of a European spreadsheet", spanishCsv),
  form("Italian, a spreadsheet with the names of the words", italianSpreadsheet),
  form("Chinese, signs of full width", chinese),
  form("recognised print", recognised),
  form("percent, and the names of the words", percentages),
  form("a token in each column", inColumns),
  form("one wide table", wideTable),
];
