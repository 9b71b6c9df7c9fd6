import { asList, type Cells, type Forms, joined, type Page } from "./writing.js";

const given = (p: Page) =>
  `Q = ${asList(p.of("query"))}\nK = ${asList(p.of("key"))}\nV = ${asList(p.of("value"))}\n`;

const ORDINALS = ["first", "second", "third"];
const listed = (row: readonly string[]) => `${row.slice(0, -1).join(", ")} and ${row.at(-1)}`;

/** A block of a German spreadsheet: a title in the corner, k1, k2 above it, and q1, q2 at its left. */
const german = (title: string, rows: Cells) =>
  [
    [title, ...rows[0].map((_, at) => `k${at + 1}`)],
    ...rows.map((row, at) => [`q${at + 1}`, ...row.map((cell) => cell.replace(".", ","))]),
  ]
    .map((row) => row.join(";"))
    .join("\n");

/** A Markdown table whose columns are counted from 0. */
const counted = (rows: Cells) =>
  [rows[0].map((_, at) => String(at)), rows[0].map(() => "---"), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");

/**
 * Sheets in a fourteenth style: what newcomers hand in. At the first look, 167 of 182 were read rightly, and no wrong
 * one was called right.
 */
export const FOURTEENTH_LOOK: Forms = {
  "Rows in sentences that count them": (p) => `${given(p)}
${p
  .of("weights", 3)
  .map((row, at) =>
    at === 0
      ? `The first query attends with weights ${listed(row)}.`
      : `For the ${ORDINALS[at]} query the weights are ${listed(row)}.`,
  )
  .join(" ")}

The outputs are therefore ${listed(p.of("output", 3).map((row) => `(${row.join(", ")})`))}.
`,
  "Blocks of a German spreadsheet": (p) => `${given(p)}
${[
  german("Punktprodukte", p.of("scores")),
  german("Skaliert", p.of("scaled-scores", 2)),
  german("Gewichte", p.of("weights", 3)),
].join("\n\n")}
`,
  "Cosines between the steps": (p) => `${given(p)}
Scores
${joined(p.of("scores"))}

Cosine
${joined(p.way("scores", (x) => (x / 7.3).toFixed(2)))}

Weights
${joined(p.of("weights", 3))}

Output
${joined(p.of("output", 3))}
`,
  "Weights with a sum under a title of two cells": (p) => `${given(p)}
Scores
${joined(p.of("scores"), "\t")}

Weights\tsum
${p
  .of("weights", 3)
  .map((row) => [...row, "1.00"].join("\t"))
  .join("\n")}
`,
  "Markdown below numbers of columns": (p) => `${given(p)}
### Weights
${counted(p.of("weights", 3))}

### Output
${counted(p.of("output", 3))}
`,
  "Parts by their letters below a question": (p) => `${given(p)}
Homework 4, Q2
(a)
${joined(p.of("scores"))}
(b)
${joined(p.of("scaled-scores", 2))}
(c)
${joined(p.of("weights", 3))}
(d)
${joined(p.of("output", 3))}
`,
  "Cells with slashes between them": (p) => `${given(p)}
Weights
${joined(p.of("weights", 3), " / ")}

Output
${joined(p.of("output", 3), " / ")}
`,
  "Columns in blocks": (p) => {
    const blocks = (rows: Cells) =>
      `\n Columns 1 and 2:\n\n${joined(
        rows.map((row) => row.slice(0, 2)),
        "   ",
      )}\n\n Column 3:\n\n${joined(
        rows.map((row) => row.slice(2)),
        "   ",
      )}\n`;
    const whole = (rows: Cells) => (rows[0].length === 3 ? blocks(rows) : joined(rows, "   "));
    return `${given(p)}
weights =
${whole(p.of("weights", 4))}
output =
${whole(p.of("output", 4))}
`;
  },
  "Something forgotten, and put right": (p) => `${given(p)}
Weights
${joined(p.way("weights", (x) => (x / 1.1).toFixed(3)))}
forgot the scaling, again:
${joined(p.of("weights", 3))}

Output
${joined(p.of("output", 3))}
`,
};
