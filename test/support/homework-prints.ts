import type { Block, SheetForm, Work } from "./document-forms.js";

// Sheets as programs print them, and as people type matrices without a formula editor.

type Rows = Block["rows"];
type Titles = Readonly<Record<string, string>>;

const all = ({ inputs, steps }: Work): readonly Block[] => [...inputs, ...steps];
const rowsOf = (work: Work, key: string): Rows => all(work).find((block) => block.key === key)?.rows ?? [];
const listed = (rows: Rows) => `[${rows.map((row) => `[${row.join(", ")}]`).join(", ")}]`;
const form = (name: string, write: SheetForm["write"]): SheetForm => ({ name, isAloneToo: true, write });
const each =
  (write: (block: Block, at: number, work: Work) => string, between = "\n\n"): SheetForm["write"] =>
  (work) =>
    all(work)
      .map((block, at) => write(block, at, work))
      .join(between);

const LETTERS: Titles = {
  ...{
    query: "Q",
    key: "K",
    value: "V",
    scores: "S",
    "scaled-scores": "S_scaled",
    weights: "W",
    output: "Z",
  },
};
const NAMES: Titles = {
  query: "Q matrix",
  key: "K matrix",
  value: "V matrix",
  scores: "Raw attention scores",
  "scaled-scores": "Scaled attention scores",
  weights: "Attention weights",
  output: "Final output",
};
const given = (work: Work, sign = "=") =>
  work.inputs.map(({ key, rows }) => `${LETTERS[key]} ${sign} ${listed(rows)}`).join("\n");
const block = (text: string) => (text === "" ? "" : `${text}\n\n`);

const arrayOf = (rows: Rows, open = "array(") =>
  `${open}[${rows.map((row) => `[${row.map((cell) => cell.padStart(5)).join(", ")}]`).join(`,\n${" ".repeat(open.length + 1)}`)}])`;

const CODE: Titles = {
  scores: "S = Q @ K.T\n>>> S",
  "scaled-scores": "S_scaled = S / math.sqrt(K.shape[1])\n>>> S_scaled.round(2)",
  weights: "W = softmax(S_scaled, axis=-1)\n>>> W.round(2)",
  output: "Z = W @ V\n>>> Z.round(2)",
};
const session = (work: Work) =>
  [
    ">>> import numpy as np, math",
    ...work.inputs.map(({ key, rows }) => `>>> ${LETTERS[key]} = np.array(${listed(rows)})`),
    ...work.steps.map(({ key, rows }) => `>>> ${CODE[key]}\n${arrayOf(rows)}`),
  ].join("\n");

const torchPrints = each(
  ({ key, rows }) =>
    `${NAMES[key].toLowerCase()}:\n${arrayOf(rows, "tensor(")} torch.Size([${rows.length}, ${rows[0].length}])`,
  "\n",
);

const octave = each(({ key, rows }) => {
  const isInput = ["query", "key", "value"].includes(key);
  if (isInput) return `>> ${LETTERS[key]} = [${rows.map((row) => row.join(" ")).join("; ")}];`;
  const body = rows.map((row) => row.map((cell) => cell.padStart(9)).join("")).join("\n");
  return `>> ${LETTERS[key]}\n${LETTERS[key]} =\n\n${body}\n`;
}, "\n");

const printedByR = each(({ key, rows }) => {
  const head = `     ${rows[0].map((_, at) => `[,${at + 1}]`.padStart(5)).join(" ")}`;
  const body = rows.map((row, at) => `[${at + 1},] ${row.map((cell) => cell.padStart(5)).join(" ")}`);
  return [`> ${LETTERS[key]}`, head, ...body].join("\n");
}, "\n");

const ASKED: Titles = {
  scores: "Q1. Compute the raw attention scores (dot product of each query with each key).",
  "scaled-scores": "Q2. Scale the scores by the square root of d_k.",
  weights: "Q3. Apply softmax to each row to get the attention weights.",
  output: "Q4. What is the output of the attention layer?",
};
const answered = (work: Work) =>
  `${block(given(work))}${work.steps
    .map(({ key, rows }) => `${ASKED[key]}\nAnswer:\n${rows.map((row) => row.join("   ")).join("\n")}`)
    .join("\n\n")}\n`;

const PARTS: Titles = {
  scores: "(a) QKᵀ",
  "scaled-scores": "(b) QKᵀ/√d_k",
  weights: "(c) softmax(QKᵀ/√d_k)",
  output: "(d) softmax(QKᵀ/√d_k) V",
};
const lettered = (work: Work) =>
  `${block(given(work))}Exercise 3\n${work.steps
    .map(({ key, rows }) => `${PARTS[key]} =\n${rows.map((row) => `    ${row.join("  ")}`).join("\n")}`)
    .join("\n")}\n`;

const mail = (work: Work) =>
  `Subject: Homework 3\n\nHi Prof. Turing,\n\nhere are my results, sorry for the delay (2 days).\n\n${each(
    ({ key, rows }) => `${NAMES[key]}:\n${rows.map((row) => row.join(", ")).join("\n")}`,
  )(work)}\n\nBest regards,\nAda\n\n--\nAda Lovelace, 3rd semester\n+44 20 7946 0958\n`;

/** Writes weights as fractions of exponentials, and rounded. */
const fractions = (work: Work) => {
  const scaled = rowsOf(work, "scaled-scores");
  const lines = rowsOf(work, "weights").map((row, at) => {
    const powers = scaled[at].map((cell) => Math.exp(Number(cell)).toFixed(2));
    const sum = powers.reduce((total, cell) => total + Number(cell), 0).toFixed(2);
    return `w_${at + 1} = [${powers.map((power) => `${power}/${sum}`).join(", ")}] = [${row.join(", ")}]`;
  });
  const others = (key: string) =>
    rowsOf(work, key)
      .map((row) => `[${row.join(", ")}]`)
      .join("\n");
  return `${block(given(work))}Scores (QK^T):\n${others("scores")}\n\nScaled (divide by √2):\n${others("scaled-scores")}\n\nSoftmax:\n${lines.join("\n")}\n\nOutput (weights times V):\n${others("output")}\n`;
};

const arrows = (work: Work) => {
  const [scores, scaled, weights, output] = work.steps.map(({ rows }) => rows);
  return `${block(given(work))}${work.tokens
    .map(
      (token, at) =>
        `${token}: scores [${scores[at].join(", ")}] → scaled [${scaled[at].join(", ")}] → softmax [${weights[at].join(", ")}] → output [${output[at].join(", ")}]`,
    )
    .join("\n")}\n`;
};

/** One table per query, with a line per key and a column per step, and its output below. */
const tablePerQuery = (work: Work) => {
  const [scores, scaled, weights, output] = work.steps.map(({ rows }) => rows);
  return `${block(given(work))}${work.tokens
    .map((token, at) => {
      const lines = work.tokens.map(
        (key, col) => `| ${key} | ${scores[at][col]} | ${scaled[at][col]} | ${weights[at][col]} |`,
      );
      return `Query: ${token}\n\n| key | score | scaled score | weight |\n|---|---|---|---|\n${lines.join("\n")}\n\noutput = (${output[at].join(", ")})`;
    })
    .join("\n\n")}\n`;
};

const tall = (rows: Rows) => {
  const widths = rows[0].map((_, col) => Math.max(...rows.map((row) => row[col].length)));
  const last = rows.length - 1;
  return rows.map((row, at) => {
    const [open, close] = at === 0 ? "⎡⎤" : at === last ? "⎣⎦" : "⎢⎥";
    return `${open} ${row.map((cell, col) => cell.padStart(widths[col])).join("  ")} ${close}`;
  });
};
const FORMULAS: Titles = {
  query: "Q",
  key: "K",
  value: "V",
  scores: "S = QKᵀ",
  "scaled-scores": "S/√2",
  weights: "A = softmax(S/√2)",
  output: "A·V",
};
const tallBrackets = each(({ key, rows }) => `${FORMULAS[key]} =\n${tall(rows).join("\n")}`);

/** The name and the equals sign are beside the middle row. */
const besideMiddle = each(({ key, rows }) => {
  const lead = `${FORMULAS[key]} = `;
  const middle = Math.floor((rows.length - 1) / 2);
  return rows
    .map(
      (row, at) =>
        `${at === middle ? lead : " ".repeat(lead.length)}[ ${row.map((cell) => cell.padStart(4)).join("  ")} ]`,
    )
    .join("\n");
});

const remarks: Titles = {
  scores: "this is every query times every key, took me a while",
  "scaled-scores": "I rounded to 2 decimals, √2 = 1.41",
  weights: "every row adds up to 1 (0.99 or 1.01 because of rounding)",
  output: "this is my final answer!",
};
const remarked = each(
  ({ key, rows }) => `${FORMULAS[key]} = ${listed(rows)}${remarks[key] ? `\n(${remarks[key]})` : ""}`,
  "\n",
);

const tableOfSteps = (work: Work) =>
  `| Step | Result |\n|------|--------|\n${all(work)
    .map(({ key, rows }) => `| ${NAMES[key]} | ${listed(rows)} |`)
    .join("\n")}\n`;

const bullets = each(
  ({ key, rows }) =>
    `• ${NAMES[key]} (${FORMULAS[key]}):\n${rows.map((row) => `   ${row.join(" | ")}`).join("\n")}`,
);

const fromTo = (work: Work) => {
  const cells = (rows: Rows) =>
    rows
      .map((row, at) =>
        row.map((cell, col) => `${work.tokens[at]} → ${work.tokens[col]}: ${cell}`).join("\n"),
      )
      .join("\n");
  const text = work.steps.map(({ key, rows }) =>
    key === "output"
      ? `Output vectors\n${rows.map((row, at) => `${work.tokens[at]}: (${row.join(", ")})`).join("\n")}`
      : `${NAMES[key]}\n${cells(rows)}`,
  );
  return `${block(given(work))}${text.join("\n\n")}\n`;
};

const underlined = each(({ key, rows }) => {
  const title = NAMES[key].toUpperCase();
  return `${title}\n${"=".repeat(title.length)}\n${rows.map((row) => `${row.join(", ")},`).join("\n")}`;
});

const typst = each(
  ({ key, rows }) =>
    `= ${NAMES[key]}\n$ ${LETTERS[key]} = mat(${rows.map((row) => row.join(", ")).join("; ")}) $`,
);

const wordLinear = each(
  ({ key, rows }) => `${LETTERS[key]}=[■(${rows.map((row) => row.join("&")).join("@")})]`,
  "\n",
);

const rowsByName = each(
  ({ key, rows }, _, { tokens }) =>
    `${NAMES[key]}\n${rows.map((row, at) => `  ${tokens[at].padEnd(8)} ( ${row.join(" , ")} )`).join("\n")}`,
);

/** The second half of the forms. */
export const PRINTED_HOMEWORK: readonly SheetForm[] = [
  form("a session of Python", session),
  form("prints of torch with their sizes", torchPrints),
  form("a session of Octave", octave),
  form("prints of R", printedByR),
  form("answers below the questions", answered),
  form("parts with letters and formulas", lettered),
  form("a mail with a greeting and a signature", mail),
  form("weights as fractions of exponentials", fractions),
  form("a line a word with arrows", arrows),
  form("a table a query", tablePerQuery),
  form("tall brackets", tallBrackets),
  form("names beside the middle row", besideMiddle),
  form("lists with remarks below", remarked),
  form("a table of steps", tableOfSteps),
  form("bullets and bars", bullets),
  form("from word to word", fromTo),
  form("capitals, underlined, commas at the ends", underlined),
  form("Typst", typst),
  form("equations of Word in a line", wordLinear),
  form("names and parentheses", rowsByName),
];
