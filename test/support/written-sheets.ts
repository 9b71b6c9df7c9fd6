// One sheet in all forms in which people write it.

/** A step on the sheet: its id, and its cells as text. */
export interface WrittenStep {
  readonly id: string;
  readonly rows: readonly (readonly string[])[];
}

type Write = (steps: readonly WrittenStep[], tokens: readonly string[]) => string;

const NAMES: Readonly<Record<string, string>> = {
  scores: "Scores",
  "scaled-scores": "Scaled scores",
  "masked-scores": "Masked scores",
  exponentials: "Exponentials",
  "row-sums": "Row sums",
  weights: "Weights",
  output: "Output",
};

const FORMULAS: Readonly<Record<string, string>> = {
  ...{
    scores: "QK^T",
    "scaled-scores": "QK^T / sqrt(d_k)",
    "masked-scores": "masked scores",
    exponentials: "exp(S')",
  },
  ...{ "row-sums": "row sums", weights: "softmax(S')", output: "A V" },
};

const DONE: Readonly<Record<string, string>> = {
  scores: "First I computed the dot products of every query with every key:",
  "scaled-scores": "Then I divided everything by √2 = 1.41:",
  "masked-scores": "masked scores:",
  exponentials: "Exponentiate:",
  "row-sums": "Row sums:",
  weights: "After softmax:",
  output: "Finally I multiplied with V and got:",
};

const GERMAN: Readonly<Record<string, string>> = {
  scores: "Skalarprodukte QK^T",
  "scaled-scores": "Skalierung durch Wurzel 2",
  "masked-scores": "masked scores",
  exponentials: "Exponentialwerte",
  "row-sums": "Zeilensummen",
  weights: "Gewichte (Softmax)",
  output: "Ausgabe",
};

const nameOf = (id: string) => NAMES[id] ?? id;
const formulaOf = (id: string) => FORMULAS[id] ?? nameOf(id);
const hasKeys = ({ id }: WrittenStep) => !["q", "k", "v", "output", "row-sums"].includes(id);

/** Writes every step with `write`, with a blank line between. */
const each =
  (write: (step: WrittenStep, index: number, tokens: readonly string[]) => string, before = ""): Write =>
  (steps, tokens) =>
    `${before}${steps.map((step, index) => write(step, index, tokens)).join("\n\n")}\n`;

const lines = ({ rows }: WrittenStep, sign = " ", [open, close] = ["", ""]) =>
  rows.map((row) => `${open}${row.join(sign)}${close}`).join("\n");

const labelled = ({ rows }: WrittenStep, tokens: readonly string[], sign: string, between = " ") =>
  rows.map((row, at) => `${tokens[at]}${sign}${row.join(between)}`).join("\n");

const comma = (step: WrittenStep): WrittenStep => ({
  ...step,
  rows: step.rows.map((row) => row.map((cell) => cell.replace(".", ","))),
});

const columnsOf = (step: WrittenStep, tokens: readonly string[]) =>
  hasKeys(step) ? tokens : step.rows[0].map((_, col) => (step.id === "row-sums" ? "sum" : `v${col}`));

const markdown = (step: WrittenStep, tokens: readonly string[]) =>
  [
    `| | ${columnsOf(step, tokens).join(" | ")} |`,
    `|---|${step.rows[0].map(() => "---:|").join("")}`,
    ...step.rows.map((row, at) => `| ${tokens[at]} | ${row.join(" | ")} |`),
  ].join("\n");

const padded = (cells: readonly string[], width: number, sign: string) =>
  [...cells, ...Array<string>(Math.max(0, width - cells.length)).fill("")].join(sign);

/** A spreadsheet: titles in a cell, names on both sides, rows as wide as the widest table. */
const spreadsheet =
  (sign: string, change: (step: WrittenStep) => WrittenStep = (step) => step): Write =>
  (steps, tokens) => {
    const width = 1 + Math.max(...steps.map(({ rows }) => rows[0].length));
    const table = steps
      .map(change)
      .flatMap((step) => [
        padded([nameOf(step.id)], width, sign),
        padded(["", ...columnsOf(step, tokens)], width, sign),
        ...step.rows.map((row, at) => padded([tokens[at], ...row], width, sign)),
        padded([], width, sign),
      ]);
    return `${table.join("\r\n")}\r\n`;
  };

/** `ant·bee = 2, …` for cells of a query and a key. */
const cellByCell = (step: WrittenStep, tokens: readonly string[], sign: string) =>
  hasKeys(step)
    ? step.rows
        .map((row, at) => row.map((cell, col) => `${tokens[at]}${sign}${tokens[col]} = ${cell}`).join(", "))
        .join("\n")
    : lines(step);

/** Writes the sums after the exponentials, instead of as a step of their own. */
const withSums: Write = (steps, tokens) => {
  const sums = steps.find(({ id }) => id === "row-sums");
  const text = (step: WrittenStep) => {
    const rows = labelled(step, tokens, ": ", ", ").split("\n");
    const isSummed = step.id === "exponentials" && sums !== undefined;
    return isSummed
      ? rows.map((row, at) => `${row}  -> sum ${sums.rows[at][0]}`).join("\n")
      : rows.join("\n");
  };
  return steps
    .filter(({ id }) => id !== "row-sums" || !steps.some((step) => step.id === "exponentials"))
    .map((step) => `${nameOf(step.id)}\n${text(step)}\n`)
    .join("\n");
};

const matrix = ({ rows }: WrittenStep) =>
  `\\begin{bmatrix}\n${rows.map((row) => row.join(" & ")).join(" \\\\\n")}\n\\end{bmatrix}`;

/** The forms, by what is special about each. */
export const SHEET_FORMS: Readonly<Record<string, Write>> = {
  "a colon": each((step) => `${nameOf(step.id)}:\n${lines(step)}`),
  "a name and a date above": each(
    (step) => `${nameOf(step.id)}:\n${lines(step)}`,
    "Name: Ada Lovelace\nDate: 10 December 2024\nHomework 2\n\n",
  ),
  "a bracket behind the number": each((step, at) => `${at + 1}) ${nameOf(step.id)}\n${lines(step)}`),
  "numbered steps": each((step, at) => `Step ${at + 1}: ${nameOf(step.id).toLowerCase()}\n${lines(step)}`),
  "Markdown and its tables": each((step, _, tokens) => `## ${nameOf(step.id)}\n\n${markdown(step, tokens)}`),
  "bold names": each((step) => `**${nameOf(step.id)}**\n\n${lines(step)}`),
  "bold names with a colon within, and code": each(
    (step) => `**${nameOf(step.id)}:**\n\`\`\`\n${lines(step)}\n\`\`\``,
  ),
  formulas: each((step) => `${formulaOf(step.id)} =\n${lines(step)}`),
  "formulas behind names": each((step) => `${nameOf(step.id)}: ${formulaOf(step.id)}\n${lines(step, ", ")}`),
  "the answer behind the name": each(
    (step) => `${nameOf(step.id)}: ${step.rows.map((row) => row.join(" ")).join("; ")}`,
  ),
  "lists of lists behind names": each(
    (step) => `${nameOf(step.id)} = [${step.rows.map((row) => `[${row.join(", ")}]`).join(", ")}]`,
    "My answers\n",
  ),
  commas: each((step) => `${nameOf(step.id)}\n${lines(step, ",")}`),
  bars: each((step) => `${nameOf(step.id)}\n${lines(step, " | ")}`),
  "rows in brackets": each((step) => `${nameOf(step.id)}:\n${lines(step, " ", ["[", "]"])}`),
  "rows in parentheses": each((step) => `${nameOf(step.id)}:\n${lines(step, ", ", ["(", ")"])}`),
  "labels with a colon": each((step, _, tokens) => `${nameOf(step.id)}:\n${labelled(step, tokens, ": ")}`),
  "labels without a colon, columns under their names": each((step, _, tokens) => {
    const above = hasKeys(step) ? `        ${tokens.join("  ")}\n` : "";
    return `${nameOf(step.id)}:\n${above}${labelled(step, tokens, "  ", "  ")}`;
  }),
  "rows by their number": each(
    (step) =>
      `${nameOf(step.id)}:\n${step.rows.map((row, at) => `row ${at + 1}: ${row.join(" ")}`).join("\n")}`,
  ),
  bullets: each((step) => `${nameOf(step.id)}\n${lines(step, " ", ["* ", ""])}`),
  "sentences between": each(
    (step, at) =>
      `${nameOf(step.id)}:\n${["I multiplied each query with each key.", "This is what comes of it!"][at % 2]}\n${lines(step)}\n\nThat was step ${at + 1}.`,
  ),
  "a spreadsheet with commas": spreadsheet(","),
  "a spreadsheet with tabs": spreadsheet("\t"),
  "a spreadsheet with semicolons and decimal commas": spreadsheet(";", comma),
  "decimal commas between blanks": each((step) => `${nameOf(step.id)}:\n${lines(comma(step), "  ")}`),
  "LaTeX sections": (steps) =>
    `\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n${steps
      .map((step) => `\\section{${nameOf(step.id)}}\n\\[\n${matrix(step)}\n\\]`)
      .join("\n\n")}\n\\end{document}\n`,
  "LaTeX equations": each((step) => `\\[ ${formulaOf(step.id)} = ${matrix(step)} \\]`, "Solution\n\n"),
  YAML: (steps) =>
    `name: Ada\ndate: 2024-12-10\n${steps
      .map((step) => `${step.id.replace("-", "_")}:\n${lines(step, ", ", ["  - [", "]"])}`)
      .join("\n")}\n`,
  "YAML, a number a line": (steps) =>
    `${steps
      .map(
        (step) =>
          `${step.id.replace("-", "_")}:\n${step.rows
            .map((row) => row.map((cell, at) => `${at === 0 ? "- - " : "  - "}${cell}`).join("\n"))
            .join("\n")}`,
      )
      .join("\n")}\n`,
  "letters, formulas, and rows for a word": each(
    (step, at, tokens) =>
      `${"abcdefgh"[at]}) ${formulaOf(step.id)}:\n${step.rows.map((row, token) => `for "${tokens[token]}": ${row.join(" ")}`).join("\n")}`,
  ),
  "a title a row": each((step, _, tokens) =>
    step.rows.map((row, at) => `${nameOf(step.id)} for ${tokens[at]} = ${row.join(" ")}`).join("\n"),
  ),
  "a bar behind the name of the row": each(
    (step, _, tokens) => `${nameOf(step.id)}\n${labelled(step, tokens, " | ")}`,
  ),
  "cells by the names of their query and key": each(
    (step, _, tokens) => `${nameOf(step.id)}:\n${cellByCell(step, tokens, "·")}`,
  ),
  "sums behind the rows": withSums,
  "commas between the rows of a line": each(
    (step) =>
      `${nameOf(step.id)} = ${step.rows.map((row) => row.join(" ")).join(step.rows[0].length > 1 ? ", " : " ")}`,
  ),
  "what was done, in sentences": each((step) => `${DONE[step.id] ?? `${step.id}:`}\n${lines(step)}`),
  "German words and numbers": each(
    (step, at) => `${at + 1}. ${GERMAN[step.id] ?? nameOf(step.id)}\n${lines(comma(step), "\t")}`,
    "Aufgabe 3\nMatrikelnr. 4711123\n\n",
  ),
  "Markdown with emphasis everywhere": each(
    (step, at, tokens) =>
      `${at + 1}. **${nameOf(step.id)}** (worked out)\n\n${markdown(
        step,
        tokens.map((token) => `**${token}**`),
      )}`,
  ),
  "underlined names": each((step) => `${nameOf(step.id)}\n=======\n${lines(step, "\t")}`),
};
