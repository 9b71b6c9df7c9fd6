import {
  asList,
  asMarkdown,
  asNumpy,
  asTex,
  type Cells,
  counted,
  type Forms,
  joined,
  type Page,
} from "./writing.js";

const tabs = (rows: Cells) => joined(rows, "\t");
const given = (p: Page) =>
  `Q = ${asList(p.of("query"))}\nK = ${asList(p.of("key"))}\nV = ${asList(p.of("value"))}\n`;

/** Sheets in a twelfth style: copies from programs, chats and spreadsheets. */
export const TWELFTH_LOOK: Forms = {
  "Blocks of a spreadsheet further left": (p) => {
    const rows: string[][] = [];
    const put = (top: number, left: number, name: string, cells: Cells) => {
      const at = (r: number, c: number, s: string) => {
        while (rows.length <= r) rows.push([]);
        while (rows[r].length <= c) rows[r].push("");
        rows[r][c] = s;
      };
      at(top, left, name);
      cells.forEach((row, i) => {
        row.forEach((cell, j) => {
          at(top + 1 + i, left + j, cell);
        });
      });
    };
    put(0, 2, "Q", p.of("query"));
    put(0, 8, "K", p.of("key"));
    put(0, 14, "V", p.of("value"));
    put(6, 0, "Q times K transposed", p.of("scores"));
    put(12, 0, "Softmax weights", p.of("weights", 3));
    put(12, 6, "Weighted values", p.of("output", 3));
    return rows.map((r) => r.join("\t")).join("\n");
  },
  "JSON of inputs and of what is expected": (p) =>
    `{"inputs": {"Q": ${asList(p.of("query"))}, "K": ${asList(p.of("key"))}, "V": ${asList(p.of("value"))}}, "expected": {"scores": ${asList(p.of("scores"))}, "weights": ${asList(p.of("weights", 5))}, "output": ${asList(p.of("output", 5))}}}\n`,
  "A frame of all steps": (p) => {
    const [w, s, z] = [p.of("weights", 4), p.of("scores"), p.of("scaled-scores", 4)];
    const head = ["query", "key", "score", "scaled", "weight"];
    const rows = s.flatMap((r, i) => r.map((c, j) => [String(i), String(j), c, z[i][j], w[i][j]]));
    const all = [["", ...head], ...rows.map((r, i) => [String(i), ...r])];
    const widths = all[0].map((_, c) => Math.max(...all.map((r) => r[c].length)));
    return `${given(p)}
${all.map((r) => r.map((c, i) => c.padStart(widths[i])).join("  ")).join("\n")}

output
${joined(p.of("output", 4), "  ")}
`;
  },
  "A frame for each step": (p) => {
    const frame = (rows: Cells, cols: readonly string[], index: readonly string[]) => {
      const all = [["", ...cols], ...rows.map((r, i) => [index[i], ...r])];
      const widths = all[0].map((_, c) => Math.max(...all.map((r) => r[c].length)));
      return all
        .map((r) => r.map((c, i) => (i === 0 ? c.padEnd(widths[0]) : c.padStart(widths[i]))).join("  "))
        .join("\n");
    };
    const n = counted(p.way("query").length, "q", 0);
    const m = counted(p.way("key").length, "k", 0);
    const c = (key: string) => counted(p.way(key)[0].length, "", 0);
    return `Q
${frame(p.of("query"), c("query"), n)}
K
${frame(p.of("key"), c("key"), m)}
V
${frame(p.of("value"), c("value"), m)}
scores
${frame(p.of("scores"), m, n)}
weights
${frame(p.of("weights", 6), m, n)}
output
${frame(p.of("output", 6), c("value"), n)}
`;
  },
  "Rows concluded by an arrow": (p) => {
    const e = p.of("exponentials", 3);
    const sums = p.of("row-sums", 3);
    const w = p.of("weights", 3);
    return `${given(p)}
Scaled scores
${joined(p.of("scaled-scores", 3), "   ")}

Softmax
${e.map((r, i) => `Row ${i + 1}: ${r.map((c, j) => `e^${p.way("scaled-scores", 3)[i][j]} = ${c}`).join(", ")}; sum = ${sums[i][0]}\n       → ${w[i].join(", ")}`).join("\n")}

Z
${joined(p.of("output", 3), "   ")}
`;
  },
  "A paragraph of sentences for each query": (p) => {
    const [s, w, o] = [p.of("scores"), p.of("weights", 2), p.of("output", 2)];
    const and = (r: readonly string[]) => `${r.slice(0, -1).join(", ")} and ${r[r.length - 1]}`;
    return `${given(p)}
${s.map((r, i) => `For query ${i + 1}, the dot products with the keys are ${and(r)}. After scaling and softmax the weights are ${and(w[i])}. The weighted sum of the values is therefore (${o[i].join(", ")}).`).join("\n\n")}
`;
  },
  "An answer of a chat": (p) => `Sure! Let's compute it step by step.

**Step 1 – Inputs**

Q = 
${p
  .of("query")
  .map((r) => `[${r.join(", ")}]`)
  .join("\n")}

K = 
${p
  .of("key")
  .map((r) => `[${r.join(", ")}]`)
  .join("\n")}

V = 
${p
  .of("value")
  .map((r) => `[${r.join(", ")}]`)
  .join("\n")}

**Step 2 – QKᵀ**

${p
  .of("scores")
  .map((r) => `[${r.join(", ")}]`)
  .join("\n")}

**Step 3 – Softmax (after dividing by √d_k)**

${p
  .of("weights", 3)
  .map((r) => `[${r.join(", ")}]`)
  .join("\n")}

**Step 4 – Multiply with V**

${p
  .of("output", 3)
  .map((r) => `[${r.join(", ")}]`)
  .join("\n")}

✅ Done! Let me know if you'd like me to explain any step.
`,
  "Shapes printed in titles": (p) => {
    const print = (title: string, key: string, digits?: number) => {
      const rows = p.of(key, digits);
      return `${title} (${rows.length}, ${rows[0].length}):\n${asNumpy(rows)}`;
    };
    return `${given(p)}
${print("attention scores, shape", "scores")}
${print("attention weights, shape", "weights", 6)}
${print("output, shape", "output", 6)}
`;
  },
  "A question in a forum": (p) =>
    `With Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))} and V = ${asList(p.of("value"))} I compute QK^T = ${asList(p.of("scores"))}, then softmax(QK^T/sqrt(d_k)) = ${asList(p.of("weights", 3))} and finally the output ${asList(p.of("output", 3))}. Is this correct?`,
};

/** Sheets of a causal problem. */
export const TWELFTH_CAUSAL: Forms = {
  "The mask shown before it is added": (p) => {
    const n = p.way("query").length;
    const mask = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => (j > i ? "-inf" : "0")),
    );
    return `Masked self-attention (decoder)
${given(p)}
QK^T/sqrt(d):
${joined(p.of("scaled-scores", 2), "  ")}
Mask M:
${joined(mask, "  ")}
QK^T/sqrt(d) + M:
${joined(
  p.of("masked-scores", (x) => (Number.isFinite(x) ? x.toFixed(2) : "-inf")),
  "  ",
)}
softmax:
${joined(p.of("weights", 2), "  ")}
output:
${joined(p.of("output", 2), "  ")}
`;
  },
  "The mask applied in a Markdown table": (p) => `## Causal attention

${given(p)}
Scores with the causal mask applied:

${asMarkdown(
  counted(p.way("key").length, "k"),
  p.of("masked-scores", (x) => (Number.isFinite(x) ? x.toFixed(3) : "−∞")),
)}

Weights:

${asMarkdown(counted(p.way("key").length, "k"), p.of("weights", 3))}

Output:

${asMarkdown(counted(p.way("value")[0].length, "d"), p.of("output", 3))}
`,
};

const projected = (p: Page) => `X = ${asList(p.of("x"))}
W_Q = ${asList(p.of("wq"))}
W_K = ${asList(p.of("wk"))}
W_V = ${asList(p.of("wv"))}
W_O = ${asList(p.of("wo"))}
`;

/** Sheets of two heads. */
export const TWELFTH_HEADS: Forms = {
  "Heads beside each other below one title": (p) => {
    const [a, b] = [p.of("head 0/weights", 3), p.of("head 1/weights", 3)];
    const [c, d] = [p.of("head 0/context", 3), p.of("head 1/context", 3)];
    const two = (l: Cells, r: Cells) =>
      l.map((row, i) => `${row.join("  ")}        ${r[i].join("  ")}`).join("\n");
    return `2 heads
${projected(p)}
weights
${two(a, b)}

head outputs
${two(c, d)}

concat
${joined(p.of("concat", 3), "  ")}

output
${joined(p.of("output", 3), "  ")}
`;
  },
  "Heads beside each other in a spreadsheet": (p) => {
    const two = (l: Cells, r: Cells) => l.map((row, i) => [...row, "", ...r[i]].join("\t")).join("\n");
    const title = (a: string, b: string, w: number) => [a, ...Array(w).fill(""), b].join("\t");
    const [a, b] = [p.of("head 0/weights", 3), p.of("head 1/weights", 3)];
    const [c, d] = [p.of("head 0/context", 3), p.of("head 1/context", 3)];
    return `${projected(p)}
${title("Head 1 weights", "Head 2 weights", a[0].length)}
${two(a, b)}
${title("Head 1 output", "Head 2 output", c[0].length)}
${two(c, d)}
Concat
${tabs(p.of("concat", 3))}
Output
${tabs(p.of("output", 3))}
`;
  },
};

/** X and its weights on the sheet. */
export const TWELFTH_PROJECTED: Forms = {
  "Projections beside each other in LaTeX": (p) =>
    `\\[ X = ${asTex(p.of("x"))},\\ W^Q = ${asTex(p.of("wq"))},\\ W^K = ${asTex(p.of("wk"))},\\ W^V = ${asTex(p.of("wv"))} \\]
\\[ Q = XW^Q = ${asTex(p.of("q"))} \\quad K = XW^K = ${asTex(p.of("k"))} \\quad V = XW^V = ${asTex(p.of("v"))} \\]
\\[ A = ${asTex(p.of("weights", 3))} \\]
\\[ Z = ${asTex(p.of("output", 3))} \\]
`,
};
