import { asList, asTex, type Cells, type Forms, joined } from "./writing.js";

/** Sheets of a causal problem, with what people write into masked cells. */
export const CAUSAL_LOOK: Forms = {
  "Masked with words": (p) => `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}
Causal mask (no peeking ahead).

Scores:
${joined(p.of("scores"))}

After masking:
${joined(
  p.of("masked-scores", (x) => (Number.isFinite(x) ? x.toFixed(2) : "masked")),
  "   ",
)}

Weights:
${joined(p.of("weights", 2), "   ")}

Output:
${joined(p.of("output", 2), "   ")}
`,
  "Masked with infinities": (p) => `Causal self-attention
Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

masked scaled scores
${joined(
  p.of("masked-scores", (x) => (Number.isFinite(x) ? x.toFixed(3) : "-∞")),
  "   ",
)}

attention weights
${joined(p.of("weights", 3), "   ")}

output
${joined(p.of("output", 3), "   ")}
`,
  "One title for the scale and the mask": (p) => `Masked attention, with a causal mask.
Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

S = ${asList(p.of("scores"))}

Divided by √d_k, and the mask applied:
${joined(
  p.of("masked-scores", (x) => (Number.isFinite(x) ? x.toFixed(3) : "-∞")),
  "   ",
)}

Weights:
${joined(p.of("weights", 3), "   ")}

Output:
${joined(p.of("output", 3), "   ")}
`,
  "Masked in LaTeX": (p) => `With a causal mask:
\\[ Q = ${asTex(p.of("query"))}, K = ${asTex(p.of("key"))}, V = ${asTex(p.of("value"))} \\]
\\[ \\frac{QK^\\top}{\\sqrt{d_k}} + M = ${asTex(p.of("masked-scores", (x) => (Number.isFinite(x) ? x.toFixed(3) : "-\\infty")))} \\]
\\[ A = ${asTex(p.of("weights", 3))} \\]
\\[ AV = ${asTex(p.of("output", 3))} \\]
`,
  "Masked cells left out": (p) => {
    const low = (cells: Cells) => cells.map((r, i) => r.map((c, j) => (j > i ? "" : c)));
    const t = (cells: Cells) =>
      low(cells)
        .map((r) => r.join("\t"))
        .join("\n");
    return `Decoder self-attention, causal
Q\n${joined(p.of("query"), "\t")}\n\nK\n${joined(p.of("key"), "\t")}\n\nV\n${joined(p.of("value"), "\t")}

Attention weights (upper triangle is 0)
${t(p.of("weights", 3))}

Output
${joined(p.of("output", 3), "\t")}
`;
  },
  "Masked by lines": (p) => {
    const a = p.of("weights", 3);
    return `Look-ahead mask is used.
Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}
${a.map((r, i) => `token ${i + 1} attends to tokens 1..${i + 1}: weights ${r.join(", ")}`).join("\n")}
${p
  .of("output", 3)
  .map((r, i) => `output of token ${i + 1}: ${r.join(", ")}`)
  .join("\n")}
`;
  },
  "A masked print": (p) => {
    const t = (cells: Cells) => `tensor([[${cells.map((r) => r.join(", ")).join("],\n        [")}]])`;
    return `q = torch.tensor(${asList(p.of("query", 1))})
k = torch.tensor(${asList(p.of("key", 1))})
v = torch.tensor(${asList(p.of("value", 1))})
mask = torch.tril(torch.ones(n, n))
scores.masked_fill(mask == 0, float('-inf'))
${t(p.of("masked-scores", (x) => (Number.isFinite(x) ? x.toFixed(4) : "   -inf")))}
attn
${t(p.of("weights", 4))}
attn @ v
${t(p.of("output", 4))}
`;
  },
};
