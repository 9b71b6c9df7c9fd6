import { turned } from "./worked.js";
import {
  asList,
  asMarkdown,
  asTex,
  type Cells,
  counted,
  type Forms,
  joined,
  padded,
  withCommas,
  withNames,
} from "./writing.js";

const people = ["Ann", "Bob", "Cem", "Dan"];
const round = (cells: Cells, sep = " ") => cells.map((r) => `(${r.join(sep)})`);

/** Sheets in a fifth style: reports, recordings of a lesson, corrections, and more programs. */
export const FIFTH_LOOK: Forms = {
  "A report with prose between": (p) => `Attention Mechanism Lab
Group 7: M. Hoffmann, L. Nguyen        25 Nov 2024

1. Introduction
In this lab we work out scaled dot-product attention by hand for ${p.of("query").length} queries.

2. Data
The query matrix Q is
${padded(p.of("query"))}
the key matrix K is
${padded(p.of("key"))}
and the value matrix V is
${padded(p.of("value"))}

3. Results
Taking all dot products between queries and keys we obtain the score matrix
${padded(p.of("scores"))}
which, after division by the square root of the key dimension, becomes
${padded(p.of("scaled-scores", 3))}
Normalising each row with the softmax function yields the attention weights
${padded(p.of("weights", 3))}
Finally the outputs are the weighted averages of the values:
${padded(p.of("output", 3))}

4. Conclusion
Each token attends mostly to the first one.
`,
  "Minutes of a lesson": (p) => `09:15 Q = ${asList(p.of("query"))}
09:16 K = ${asList(p.of("key"))}
09:17 V = ${asList(p.of("value"))}
09:25 dot products done: ${asList(p.of("scores"))}
09:40 softmax done: ${asList(p.of("weights", 2))}
09:55 output done: ${asList(p.of("output", 2))}
`,
  "Key and value pairs": (p) => {
    const [k, v] = [p.of("key"), p.of("value")];
    return `Query vectors:
${round(p.of("query"), ", ")
  .map((r, i) => `  q${i + 1} = ${r}`)
  .join("\n")}
Key vectors:
${round(k, ", ")
  .map((r, i) => `  k${i + 1} = ${r}`)
  .join("\n")}
Value vectors:
${round(v, ", ")
  .map((r, i) => `  v${i + 1} = ${r}`)
  .join("\n")}

Scores for each query:
${p
  .of("scores")
  .map((r, i) => `  q${i + 1}: ${r.join(", ")}`)
  .join("\n")}
Weights for each query:
${p
  .of("weights", 3)
  .map((r, i) => `  q${i + 1}: ${r.join(", ")}`)
  .join("\n")}
Output for each query:
${p
  .of("output", 3)
  .map((r, i) => `  q${i + 1}: ${r.join(", ")}`)
  .join("\n")}
`;
  },
  "Python 2 prints": (p) => {
    const n = (cells: Cells) => `[[${cells.map((r) => r.map((c) => ` ${c}`).join(" ")).join("]\n [")}]]`;
    return `Q:
${n(p.of("query", 1))}
K:
${n(p.of("key", 1))}
V:
${n(p.of("value", 1))}
Q.K^T:
${n(p.of("scores", 1))}
Q.K^T / sqrt(dk):
${n(p.of("scaled-scores", 8))}
softmax(Q.K^T / sqrt(dk)):
${n(p.of("weights", 8))}
softmax(Q.K^T / sqrt(dk)).V:
${n(p.of("output", 8))}
`;
  },
  "Assertions of a test": (p) => `Q = np.array(${asList(p.of("query"))})
K = np.array(${asList(p.of("key"))})
V = np.array(${asList(p.of("value"))})
expected_scores = np.array(${asList(p.of("scores"))})
expected_weights = np.array(${asList(p.of("weights", 4))})
expected_output = np.array(${asList(p.of("output", 4))})
np.testing.assert_allclose(attention(Q, K, V), expected_output, rtol=1e-3)
`,
  "Comments above each array": (p) => `# the queries
${asList(p.of("query"))}
# the keys
${asList(p.of("key"))}
# the values
${asList(p.of("value"))}
# unnormalised attention scores
${asList(p.of("scores"))}
# attention probabilities
${asList(p.of("weights", 4))}
# attention output
${asList(p.of("output", 4))}
`,
  "A table of names": (p) =>
    `Q\n${asMarkdown(["Name", "q1", "q2", "q3", "q4"].slice(0, p.of("query")[0].length + 1), withNames(people, p.of("query")))}

K\n${asMarkdown(["Name", "k1", "k2", "k3", "k4"].slice(0, p.of("key")[0].length + 1), withNames(people, p.of("key")))}

V\n${asMarkdown(["Name", "v1", "v2", "v3"].slice(0, p.of("value")[0].length + 1), withNames(people, p.of("value")))}

Who attends to whom (weights)\n${asMarkdown(["from \\ to", ...people.slice(0, p.of("weights", 2)[0].length)], withNames(people, p.of("weights", 2)))}

New vectors (output)\n${asMarkdown(["Name", "o1", "o2", "o3"].slice(0, p.of("output", 2)[0].length + 1), withNames(people, p.of("output", 2)))}
`,
  "Approximate signs": (p) => `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}
S ≔ QKᵀ ≡ ${asList(p.of("scores"))}
S/√d ≈ ${asList(p.of("scaled-scores", 2))}
A ≈ ${asList(p.of("weights", 2))}
O ≈ ${asList(p.of("output", 2))}
`,
  Norwegian: (p) => `Oppgave 1
Gitt Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(p.of("value"))}
a) QKᵀ = ${asList(p.of("scores"))}
b) QKᵀ/√d = ${asList(p.of("scaled-scores", 3))}
c) softmax(QKᵀ/√d) = ${asList(p.of("weights", 3))}
d) svar: softmax(QKᵀ/√d)·V = ${asList(p.of("output", 3))}
`,
  Turkish: (p) => `Ödev 4 – Dikkat mekanizması
Öğrenci No: 20210045
Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}
Skorlar (QKᵀ): ${asList(p.of("scores"))}
Softmax: ${asList(p.of("weights", 3))}
Çıktı (softmax × V): ${asList(p.of("output", 3))}
`,
  "Spanish sentences": (
    p,
  ) => `Ejercicio 5. Sean Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))} y V = ${asList(p.of("value"))}.
Las puntuaciones son ${asList(p.of("scores"))}.
Tras dividir entre √d_k queda ${asList(p.of("scaled-scores", 3))}.
Los pesos de atención son ${asList(p.of("weights", 3))}.
La salida es ${asList(p.of("output", 3))}.
`,
  "Italian steps": (p) => `Soluzione
Passo 1: prodotto scalare QK^T
${padded(withCommas(p.of("scores")))}
Passo 2: divido per la radice di d_k
${padded(withCommas(p.of("scaled-scores", 2)))}
Passo 3: softmax per righe
${padded(withCommas(p.of("weights", 2)))}
Passo 4: moltiplico per V
${padded(withCommas(p.of("output", 2)))}

dove Q =
${padded(withCommas(p.of("query")))}
K =
${padded(withCommas(p.of("key")))}
V =
${padded(withCommas(p.of("value")))}
`,
  "Answers in boxes of LaTeX": (
    p,
  ) => `Let $Q = ${asTex(p.of("query"))}$, $K = ${asTex(p.of("key"))}$ and $V = ${asTex(p.of("value"))}$.
(a) \\boxed{QK^T = ${asTex(p.of("scores"))}}
(b) \\boxed{\\mathrm{softmax}(QK^T/\\sqrt{d_k}) = ${asTex(p.of("weights", 3))}}
(c) \\boxed{\\mathrm{Attention}(Q,K,V) = ${asTex(p.of("output", 3))}}
`,
  "A formula for each output row": (p) => {
    const [v, a, o] = [p.of("value"), p.of("weights", 3), p.of("output", 3)];
    return `Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(v)}

Weights:
${joined(a, "  ")}

${o.map((r, i) => `z${i + 1} = ${a[i].map((c, j) => `${c}·v${j + 1}`).join(" + ")} = (${r.join(", ")})`).join("\n")}
`;
  },
  "Values of e looked up": (p) => {
    const [e, n, a] = [p.of("exponentials", 2), p.of("row-sums", 2), p.of("weights", 2)];
    return `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

exp(S/√d):
${joined(e, "   ")}
row sums: ${n.map(([x]) => x).join(", ")}
divide each row by its sum:
${joined(a, "   ")}
multiply by V:
${joined(p.of("output", 2), "   ")}
`;
  },
  "A table with totals": (p) => {
    const a = p.of("weights", 3);
    return `Q: ${asList(p.of("query"))}
K: ${asList(p.of("key"))}
V: ${asList(p.of("value"))}

Attention weights
${asMarkdown(
  ["", ...counted(a[0].length, "k"), "Total"],
  a.map((r, i) => [`q${i + 1}`, ...r, "1.000"]),
)}

Output
${asMarkdown(["", ...counted(p.of("output", 3)[0].length, "d")], withNames(counted(3, "q"), p.of("output", 3)))}
`;
  },
  "Julia with dots": (p) => `Q = Float64[${joined(p.of("query"), " ", "; ")}]
K = Float64[${joined(p.of("key"), " ", "; ")}]
V = Float64[${joined(p.of("value"), " ", "; ")}]
scores = [${joined(p.of("scores"), " ", "; ")}]
weights = [${joined(p.of("weights", 5), " ", "; ")}]
output = [${joined(p.of("output", 5), " ", "; ")}]
`,
  "Haskell lists": (p) => `q = ${asList(p.of("query"))}
k = ${asList(p.of("key"))}
v = ${asList(p.of("value"))}
ghci> matmul q (transpose k)
${asList(p.of("scores", 1))}
ghci> weights
${asList(p.of("weights", 6))}
ghci> output
${asList(p.of("output", 6))}
`,
  "Fullwidth Chinese signs": (p) => {
    const m = (cells: Cells) => `［${cells.map((r) => `（${r.join("，")}）`).join("，")}］`;
    return `查询矩阵Q＝${m(p.of("query"))}
键矩阵K＝${m(p.of("key"))}
值矩阵V＝${m(p.of("value"))}
得分＝${m(p.of("scores"))}
注意力权重＝${m(p.of("weights", 3))}
输出＝${m(p.of("output", 3))}
`;
  },
  "A page of a forum": (
    p,
  ) => `<!DOCTYPE html><html><body><h1>My solution</h1><p>Given</p><pre>Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}</pre><p>I get the scores</p><table><tr><td>${joined(p.of("scores"), "</td><td>", "</td></tr><tr><td>")}</td></tr></table><p>the weights</p><table><tr><td>${joined(p.of("weights", 3), "</td><td>", "</td></tr><tr><td>")}</td></tr></table><p>and the output</p><table><tr><td>${joined(p.of("output", 3), "</td><td>", "</td></tr><tr><td>")}</td></tr></table></body></html>`,
  "Keys as columns, said so": (p) => `Q (one row per query)
${joined(p.of("query"), "  ")}
Kᵀ (one column per key)
${joined(turned(p.of("key")), "  ")}
V
${joined(p.of("value"), "  ")}
Q·Kᵀ
${joined(p.of("scores"), "  ")}
α
${joined(p.of("weights", 3), "  ")}
α·V
${joined(p.of("output", 3), "  ")}
`,
  "Typed on a phone": (p) => `q ${p
    .of("query")
    .map((r) => r.join(" "))
    .join(" | ")}
k ${p
    .of("key")
    .map((r) => r.join(" "))
    .join(" | ")}
v ${p
    .of("value")
    .map((r) => r.join(" "))
    .join(" | ")}
scores ${p
    .of("scores")
    .map((r) => r.join(" "))
    .join(" | ")}
weights ${p
    .of("weights", 2)
    .map((r) => r.join(" "))
    .join(" | ")}
out ${p
    .of("output", 2)
    .map((r) => r.join(" "))
    .join(" | ")}
`,
};
