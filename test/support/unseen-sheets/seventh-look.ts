import { asList, type Cells, type Forms, joined, type Page, withCommas } from "./writing.js";

const given = (p: Page) =>
  `Q = ${asList(p.of("query"))}\nK = ${asList(p.of("key"))}\nV = ${asList(p.of("value"))}\n`;

/** Sheets in a seventh style, as plain as the sixth. */
export const SEVENTH_LOOK: Forms = {
  "Dots for products, e-powers and sums": (p) => {
    const [e, sum, a] = [p.of("exponentials", 3), p.of("row-sums", 3), p.of("weights", 3)];
    const z = p.way("scaled-scores", 2);
    return `${given(p)}
S = ${asList(p.of("scores"))}
S/sqrt(dk) = ${asList(p.of("scaled-scores", 2))}

softmax:
${z.map((r, i) => `row ${i + 1}: ${r.map((c, j) => `e^${c} = ${e[i][j]}`).join(", ")}; sum = ${sum[i][0]}; weights = ${a[i].join(", ")}`).join("\n")}

Z = ${asList(p.of("output", 3))}
`;
  },
  "Matrices in a line with bars": (p) => {
    const m = (rows: Cells) => `|${joined(rows, " ", "| |")}|`;
    return `Q = ${m(p.of("query"))}
K = ${m(p.of("key"))}
V = ${m(p.of("value"))}
QK' = ${m(p.of("scores"))}
A = ${m(p.of("weights", 3))}
Out = ${m(p.of("output", 3))}
`;
  },
  "A chat model in German": (p) => `Natürlich! Hier ist die Berechnung Schritt für Schritt:

**Gegeben:** Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(p.of("value"))}

**Schritt 1: Scores berechnen (Q·Kᵀ)**

${asList(p.of("scores"))}

**Schritt 2: Skalieren (÷ √d_k)**

${asList(p.of("scaled-scores", 3))}

**Schritt 3: Softmax anwenden**

${asList(p.of("weights", 3))}

**Schritt 4: Mit V multiplizieren**

${asList(p.of("output", 3))}

Das Endergebnis ist also die obige Matrix.
`,
  "Italian homework": (p) => `Esercizio 4
${given(p)}
1) Calcolo dei punteggi di attenzione
${joined(withCommas(p.of("scores")), "  ")}
2) Divisione per la radice di d_k
${joined(withCommas(p.of("scaled-scores", 3)), "  ")}
3) Applicazione della softmax
${joined(withCommas(p.of("weights", 3)), "  ")}
4) Somma pesata dei valori
${joined(withCommas(p.of("output", 3)), "  ")}
`,
  "CSV with a label column": (p) => {
    const rows = (name: string, cells: Cells) => cells.map((r, i) => `${name}${i + 1},${r.join(",")}`);
    return [
      ...rows("q", p.of("query")),
      ...rows("k", p.of("key")),
      ...rows("v", p.of("value")),
      ...rows("score", p.of("scores")),
      ...rows("scaled", p.of("scaled-scores", 3)),
      ...rows("weight", p.of("weights", 3)),
      ...rows("output", p.of("output", 3)),
      "",
    ].join("\n");
  },
  "Rounding remarks and checks": (p) => `${given(p)}
(all numbers rounded to 3 decimals)
scores = ${asList(p.of("scores"))}
weights = ${asList(p.of("weights", 3))}   <- each row sums to 1, good
output = ${asList(p.of("output", 3))}
Check: largest weight is ${Math.max(...p.way("weights", 3).flat().map(Number))}.
Time spent: 45 min
`,
  "Wiki table": (p) => {
    const t = (rows: Cells) =>
      `{| class="wikitable"\n${rows.map((r) => `|-\n| ${r.join(" || ")}`).join("\n")}\n|}`;
    return `== Query ==\n${t(p.of("query"))}\n== Key ==\n${t(p.of("key"))}\n== Value ==\n${t(p.of("value"))}\n== Scores ==\n${t(p.of("scores"))}\n== Attention weights ==\n${t(p.of("weights", 3))}\n== Output ==\n${t(p.of("output", 3))}\n`;
  },
};

const inf = (digits: number, word: string) => (x: number) => (Number.isFinite(x) ? x.toFixed(digits) : word);
export const SEVENTH_CAUSAL: Forms = {
  "Causal, equations": (p) => `Causal self-attention.
${given(p)}
S = QK^T/sqrt(d_k) with mask:
${joined(p.of("masked-scores", inf(3, "-inf")), "  ")}
P = softmax(S):
${joined(p.of("weights", 3), "  ")}
O = PV:
${joined(p.of("output", 3), "  ")}
`,
};
export const SEVENTH_HEADS: Forms = {
  "Heads in short": (
    p,
  ) => `X = ${asList(p.of("x"))}; WQ = ${asList(p.of("wq"))}; WK = ${asList(p.of("wk"))}; WV = ${asList(p.of("wv"))}; WO = ${asList(p.of("wo"))}
h = 2
head_1: A = ${asList(p.of("head 0/weights", 3))}, Z = ${asList(p.of("head 0/context", 3))}
head_2: A = ${asList(p.of("head 1/weights", 3))}, Z = ${asList(p.of("head 1/context", 3))}
Concat(head_1, head_2) = ${asList(p.of("concat", 3))}
MultiHead(Q, K, V) = ${asList(p.of("output", 3))}
`,
};
