import { asList, type Cells, type Forms, joined, type Page } from "./writing.js";

const given = (p: Page) =>
  `Q = ${asList(p.of("query"))}\nK = ${asList(p.of("key"))}\nV = ${asList(p.of("value"))}\n`;

const COLUMN = 28;
/** Joins blocks side by side, each below its title. */
const beside = (...blocks: readonly (readonly [title: string, rows: Cells])[]) => {
  const columns = blocks.map(([title, rows]) => [title, ...rows.map((row) => row.join("  "))]);
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, at) =>
    columns
      .map((column) => (column[at] ?? "").padEnd(COLUMN))
      .join("")
      .trimEnd(),
  ).join("\n");
};

/** Sheets in a tenth style. */
export const TENTH_LOOK: Forms = {
  "Q and K beside each other": (p) => `${beside(["Q", p.of("query")], ["K", p.of("key")])}

V
${joined(p.of("value"), "  ")}

${beside(["QK^T", p.of("scores")], ["QK^T / sqrt(dk)", p.of("scaled-scores", 2)])}

${beside(["softmax", p.of("weights", 2)], ["output", p.of("output", 2)])}
`,
  "Titles beside each other that name nothing": (p) => `${given(p)}
My work:

${beside(["first", p.of("scores")], ["second", p.of("weights", 2)], ["third", p.of("output", 2)])}
`,
  "Text of a slide": (p) => `Scaled Dot-Product Attention – Worked Example
• Q = ${asList(p.of("query"))}
• K = ${asList(p.of("key"))}
• V = ${asList(p.of("value"))}
• Scores: ${asList(p.of("scores"))}
• Softmax: ${asList(p.of("weights", 2))}
• Output: ${asList(p.of("output", 2))}
Lecture 9 | Deep Learning | Spring 2025                                  17
`,
  "Captions below the tables": (p) =>
    ["Q:query", "K:key", "V:value", "Attention weights:weights", "Output:output"]
      .map((one, at) => {
        const [title, key] = one.split(":");
        return `${joined(p.of(key, at > 2 ? 3 : undefined), "\t")}\nTable ${at + 1}: ${title}`;
      })
      .join("\n\n"),
  "CSV with names in the first column": (p) =>
    ["Q:query", "K:key", "V:value", "S:scores", "W:weights", "O:output"]
      .flatMap((one, at) => {
        const [name, key] = one.split(":");
        return p
          .of(key, at > 3 ? 3 : undefined)
          .map((row, index) => [`${name}${index + 1}`, ...row].join(","));
      })
      .join("\n"),
};

/** X and its weights, in parts of an exercise. */
export const TENTH_PROJECTED: Forms = {
  "Projections in parts with letters": (p) => `Input embeddings X:
${joined(p.of("x"), "  ")}

Weights
Wq:
${joined(p.of("wq"), "  ")}
Wk:
${joined(p.of("wk"), "  ")}
Wv:
${joined(p.of("wv"), "  ")}

a) Q = X Wq
${joined(p.of("q"), "  ")}
K = X Wk
${joined(p.of("k"), "  ")}
V = X Wv
${joined(p.of("v"), "  ")}

b) Q K^T
${joined(p.of("scores"), "  ")}

c) softmax(Q K^T / sqrt(2))
${joined(p.of("weights", 3), "  ")}

d) times V
${joined(p.of("output", 3), "  ")}
`,
};
