import { turned } from "./worked.js";
import { asList, asMarkdown, asTex, type Cells, type Forms, joined, type Page, padded } from "./writing.js";

const given = (p: Page) =>
  `Q = ${asList(p.of("query"))}\nK = ${asList(p.of("key"))}\nV = ${asList(p.of("value"))}\n`;

/** Joins blocks of lines side by side. */
export const beside = (...blocks: readonly string[]) => {
  const all = blocks.map((block) => block.split("\n"));
  const widths = all.map((lines) => Math.max(...lines.map((line) => line.length)));
  const height = Math.max(...all.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    all
      .map((lines, at) => (lines[row] ?? "").padEnd(widths[at]))
      .join("     ")
      .trimEnd(),
  ).join("\n");
};

/** Writes a matrix between brackets, with its name before the middle row. */
export const drawn = (name: string, rows: Cells, open = "[", close = "]") => {
  const lead = `${name} = `;
  const middle = (rows.length - 1) >> 1;
  return padded(rows, 0, "  ", `${open} `, ` ${close}`)
    .split("\n")
    .map((line, row) => (row === middle ? lead : " ".repeat(lead.length)) + line)
    .join("\n");
};

const tall = (rows: Cells) =>
  rows
    .map((row, at) => {
      const [open, close] = at === 0 ? "⎡⎤" : at === rows.length - 1 ? "⎣⎦" : "⎢⎥";
      return `${open} ${row.join("  ")} ${close}`;
    })
    .join("\n");

/** Sheets in an eighth style: blocks side by side, sentences, copies of pages and pictures. */
export const EIGHTH_LOOK: Forms = {
  "Percentages in sentences": (p) => `${given(p)}
Raw scores:
${asList(p.of("scores"))}

${p
  .of("weights", (x) => `${(100 * x).toFixed(1)}%`)
  .map(
    (r, i) => `Token ${i + 1} pays ${r.map((c, j) => `${c} of its attention to token ${j + 1}`).join(", ")}.`,
  )
  .join("\n")}

Output: ${asList(p.of("output", 2))}
`,
  "Percentages by the title": (p) =>
    `${given(p)}\nAttention weights in %:\n${joined(
      p.of("weights", (x) => (100 * x).toFixed(1)),
      "  ",
    )}\n\nContext vectors:\n${joined(p.of("output", 2), "  ")}\n`,
  "Beside each other, names in the middle": (p) =>
    [
      beside(drawn("Q", p.of("query")), drawn("K", p.of("key")), drawn("V", p.of("value"))),
      beside(drawn("S", p.of("scores")), drawn("S/√dk", p.of("scaled-scores", 2))),
      beside(drawn("A", p.of("weights", 3)), drawn("AV", p.of("output", 3))),
    ].join("\n\n"),
  "Bars beside each other, names in the middle": (p) =>
    [
      beside(...["Q:query", "K:key", "V:value"].map((one) => drawn(one[0], p.of(one.slice(2)), "|", "|"))),
      drawn("A", p.of("weights", 3), "|", "|"),
      drawn("Z", p.of("output", 3), "|", "|"),
    ].join("\n\n"),
  "Titles beside each other over brackets": (p) =>
    `Given:
${beside(`Q =\n${tall(p.of("query"))}`, `K =\n${tall(p.of("key"))}`, `V =\n${tall(p.of("value"))}`)}

Solution:
${beside(`QKᵀ =\n${tall(p.of("scores"))}`, `softmax(QKᵀ/√d) =\n${tall(p.of("weights", 3))}`)}

Output =
${tall(p.of("output", 3))}
`,
  "Padded columns under titles": (p) => {
    const block = (title: string, rows: Cells) => `${title}\n${padded(rows, 4, " ")}`;
    return `${beside(block("QUERY", p.of("query")), block("KEY", p.of("key")), block("VALUE", p.of("value")))}

${beside(block("SCORES", p.of("scores")), block("WEIGHTS", p.of("weights", 3)), block("OUTPUT", p.of("output", 3)))}
`;
  },
  "JSON lines that name their matrix": (p) =>
    ["query", "key", "value", "scores", "weights", "output"]
      .map((key, at) => `{"step": "${key}", "matrix": ${asList(p.of(key, at > 3 ? 4 : undefined))}}`)
      .join("\n"),
  "A page copied with its footer": (p) => `CS 685 Homework 4 Solutions
Let
Q =
${joined(p.of("query"))}
K =
${joined(p.of("key"))}
V =
${joined(p.of("value"))}
(a) The unnormalized attention scores are
${joined(p.of("scores"))}
Page 1 of 2
CS 685 Homework 4 Solutions
(b) Applying the softmax to each row of the scaled scores gives
${joined(p.of("weights", 3))}
(c) Finally, the output is
${joined(p.of("output", 3))}
Page 2 of 2
`,
  "Letters and digits mixed up by a scanner": (p) => {
    const misread = (rows: Cells) => rows.map((row) => row.map((cell) => cell.replace(/^0(?=\.)/, "O")));
    return `Q\n${joined(p.of("query"))}\nK\n${joined(p.of("key"))}\nV\n${joined(p.of("value"))}\nSc0res\n${joined(p.of("scores"))}\nWeights\n${joined(misread(p.of("weights", 2)))}\nOutput\n${joined(p.of("output", 2))}\n`;
  },
  "A table below the name of each query": (p) => {
    const [s, z, e, w] = [
      p.of("scores"),
      p.of("scaled-scores", 3),
      p.of("exponentials", 3),
      p.of("weights", 3),
    ];
    const tables = s.map(
      (row, i) =>
        `Query q${i + 1}\n${asMarkdown(
          ["key", "q·k", "scaled", "exp", "softmax"],
          row.map((cell, j) => [`k${j + 1}`, cell, z[i][j], e[i][j], w[i][j]]),
        )}`,
    );
    return `${given(p)}\n${tables.join("\n\n")}\n\nOutput\n${joined(p.of("output", 3), "  ")}\n`;
  },
  "Arrays of C": (p) => {
    const number = (cell: string) => (cell.includes(".") ? `${cell}f` : `${cell}.0f`);
    const array = (name: string, rows: Cells) =>
      `float ${name}[${rows.length}][${rows[0].length}] = {\n${rows.map((row) => `    {${row.map(number).join(", ")}},`).join("\n")}\n};`;
    return ["query:Q", "key:K", "value:V", "scores:scores", "weights:weights", "output:output"]
      .map((one, at) => {
        const [key, name] = one.split(":");
        return array(name, p.of(key, at > 3 ? 4 : undefined));
      })
      .join("\n");
  },
  "Formulas within sentences": (p) => {
    const m = (key: string, digits?: number) => asTex(p.of(key, digits), "pmatrix");
    return `Given $Q = ${m("query")}$, $K = ${m("key")}$ and $V = ${m("value")}$, the score matrix is $S = ${m("scores")}$. After dividing by $\\sqrt{d_k}$ and taking the row-wise softmax we obtain $P = ${m("weights", 3)}$, and hence $PV = ${m("output", 3)}$.\n`;
  },
  "Every line double-spaced": (p) =>
    [
      "QUERY MATRIX:query",
      "KEY MATRIX:key",
      "VALUE MATRIX:value",
      "ATTENTION WEIGHTS:weights",
      "OUTPUT:output",
    ]
      .map((one, at) => {
        const [title, key] = one.split(":");
        return `${title}\n\n${joined(p.of(key, at > 2 ? 3 : undefined), "\t", "\n\n")}\n\n`;
      })
      .join(""),
  "Columns that are said to be tokens": (p) => `Columns are tokens here.
Q:
${joined(turned(p.of("query")), "  ")}
K:
${joined(turned(p.of("key")), "  ")}
V:
${joined(turned(p.of("value")), "  ")}
Scores (rows = queries):
${joined(p.of("scores"), "  ")}
Weights (rows = queries):
${joined(p.of("weights", 3), "  ")}
Output (columns are tokens):
${joined(turned(p.of("output", 3)), "  ")}
`,
};
