import { asList, asTex, type Cells, type Forms, joined, type Page, padded } from "./writing.js";

const given = (p: Page) =>
  `Q = ${asList(p.of("query"))}\nK = ${asList(p.of("key"))}\nV = ${asList(p.of("value"))}\n`;
const inOneLine = (rows: Cells) => `[${joined(rows, " ", "; ")}]`;

/** Sheets in a ninth style. */
export const NINTH_LOOK: Forms = {
  "Printed by the call that makes it": (
    p,
  ) => `>> Q = ${inOneLine(p.of("query"))}; K = ${inOneLine(p.of("key"))}; V = ${inOneLine(p.of("value"))};
>> disp(Q*K')
${padded(p.of("scores"), 8, "  ", "  ")}

>> A = exp(S)./sum(exp(S),2)

A =

${padded(p.of("weights", 4), 8, "  ", "  ")}

>> Z = A*V

Z =

${padded(p.of("output", 4), 8, "  ", "  ")}

`,
  "AsciiDoc tables": (p) =>
    ["Query:query", "Key:key", "Value:value", "Weights:weights", "Output:output"]
      .map((one, at) => {
        const [title, key] = one.split(":");
        const rows = p.of(key, at > 2 ? 3 : undefined).map((row) => row.map((cell) => `|${cell}`).join(" "));
        return `.${title}\n|===\n${rows.join("\n")}\n|===`;
      })
      .join("\n\n"),
  "Sums written out as a check": (p) => `${given(p)}
Attention weights:
${p
  .of("weights", 3)
  .map((row) => `${row.join(" + ")} = 1`)
  .join("\n")}

Output:
${joined(p.of("output", 3))}
`,
  "Before and after, with a bar between": (p) => {
    const [z, w] = [p.of("scaled-scores", 3), p.of("weights", 3)];
    const wide = (row: readonly string[]) => row.map((cell) => cell.padStart(7)).join("");
    return `${given(p)}
before softmax          after softmax
${z.map((row, i) => `${wide(row)}    |    ${wide(w[i])}`).join("\n")}

result
${joined(p.of("output", 3), "  ")}
`;
  },
  "The largest score taken off first": (p) => {
    const shifted = p.way("scaled-scores").map((row) => {
      const most = Math.max(...row.map(Number));
      return row.map((cell) => (Number(cell) - most).toFixed(3));
    });
    return `${given(p)}
Scaled scores: ${asList(p.of("scaled-scores", 3))}
Subtract row max for numerical stability: ${asList(shifted)}
Softmax: ${asList(p.of("weights", 3))}
Output: ${asList(p.of("output", 3))}
`;
  },
  "Vectors as columns in LaTeX": (p) => {
    const columns = (letter: string, rows: Cells) =>
      rows
        .map((row, i) => `$${letter}_${i + 1} = \\begin{pmatrix} ${row.join(" \\\\ ")} \\end{pmatrix}$`)
        .join(", ");
    return `Queries: ${columns("q", p.of("query"))}.

Keys: ${columns("k", p.of("key"))}.

Values: ${columns("v", p.of("value"))}.

Attention matrix: $A = ${asTex(p.of("weights", 3))}$.

Outputs: ${columns("z", p.of("output", 3))}.
`;
  },
  "Totals at the right": (p) => {
    const [e, sums] = [p.of("exponentials", 3), p.of("row-sums", 3)];
    return `${given(p)}
exp of the scaled scores, with the row total at the right
${e.map((row, i) => `${row.join("  ")} | ${sums[i][0]}`).join("\n")}

after dividing each row by its total
${joined(p.of("weights", 3), "  ")}

times V
${joined(p.of("output", 3), "  ")}
`;
  },
};
