import {
  asList,
  asTex,
  type Cells,
  counted,
  type Forms,
  joined,
  padded,
  withCommas,
  withNames,
} from "./writing.js";

const words = ["time", "flies", "fast", "today"];
const inline = (cells: Cells, sign = ", ") => cells.map((r) => `(${r.join(sign)})`).join(", ");

/**
 * Sheets in a fourth style: pastes from office programs and computer algebra, one table per query, prose in other
 * languages.
 */
export const FOURTH_LOOK: Forms = {
  "Questions between the answers": (p) => `Name: Sofia Rossi
Q = ${asList(p.of("query"))} K = ${asList(p.of("key"))} V = ${asList(p.of("value"))}
1a. Compute the raw attention scores.
${asList(p.of("scores"))}
1b. Scale them by the square root of the key dimension.
${asList(p.of("scaled-scores", 3))}
1c. What are the attention weights?
${asList(p.of("weights", 3))}
1d. Finally, compute the output of the attention head.
${asList(p.of("output", 3))}
`,
  "Names on both sides of a paste": (p) => {
    const t = (title: string, cells: Cells, rows: string, cols: string) =>
      [[title, ...counted(cells[0].length, cols)], ...withNames(counted(cells.length, rows), cells)]
        .map((row) => row.join("\t"))
        .join("\n");
    return `${t("Q", p.of("query"), "q", "d")}

${t("K", p.of("key"), "k", "d")}

${t("V", p.of("value"), "v", "d")}

${t("QK^T", p.of("scores"), "q", "k")}

${t("softmax", p.of("weights", 4), "q", "k")}

${t("AV", p.of("output", 4), "z", "d")}
`;
  },
  "One wide table of all steps": (p) => {
    const [s, e, n, a] = [p.of("scores"), p.of("exponentials", 3), p.of("row-sums", 3), p.of("weights", 3)];
    const cols = counted(s[0].length, "k");
    const head = [
      "",
      ...cols.map((k) => `score ${k}`),
      ...cols.map((k) => `exp ${k}`),
      "sum",
      ...cols.map((k) => `weight ${k}`),
    ];
    return `Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(p.of("value"))}

| ${head.join(" | ")} |
|${head.map(() => "---").join("|")}|
${s.map((r, i) => `| q${i + 1} | ${[...r, ...e[i], ...n[i], ...a[i]].join(" | ")} |`).join("\n")}

Output: ${asList(p.of("output", 3))}
`;
  },
  "A table a query": (p) => {
    const [s, z, a, o] = [p.of("scores"), p.of("scaled-scores", 2), p.of("weights", 2), p.of("output", 2)];
    return `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

${s
  .map(
    (r, i) => `### Query ${i + 1}

| key | score | scaled | weight |
|-----|-------|--------|--------|
${r.map((c, j) => `| ${j + 1} | ${c} | ${z[i][j]} | ${a[i][j]} |`).join("\n")}

Output: ${o[i].join(", ")}
`,
  )
  .join("\n")}`;
  },
  "Cells in dollars": (p) => {
    const c = (name: string, cells: Cells) =>
      cells.map((r, i) => r.map((x, j) => `$${name}_{${i + 1}${j + 1}} = ${x}$`).join(", ")).join("\n\n");
    return `$Q = ${asTex(p.of("query"))}$, $K = ${asTex(p.of("key"))}$, $V = ${asTex(p.of("value"))}$

Scores:

${c("s", p.of("scores"))}

Attention weights:

${c("\\alpha", p.of("weights", 3))}

Outputs:

${p
  .of("output", 3)
  .map((r, i) => `$o_{${i + 1}} = (${r.join(", ")})$`)
  .join("\n\n")}
`;
  },
  "Equations of Word as text": (p) => {
    const w = (cells: Cells) => `[■(${cells.map((r) => r.join("&")).join("@")})]`;
    return `Problem 3
Q=${w(p.of("query"))}
K=${w(p.of("key"))}
V=${w(p.of("value"))}
S=QK^T=${w(p.of("scores"))}
A=softmax(S/√(d_k ))=${w(p.of("weights", 3))}
O=AV=${w(p.of("output", 3))}
`;
  },
  "A session of sympy": (p) => {
    const m = (cells: Cells) => `Matrix([\n${cells.map((r) => `[${r.join(", ")}]`).join(",\n")}])`;
    return `>>> Q
${m(p.of("query"))}
>>> K
${m(p.of("key"))}
>>> V
${m(p.of("value"))}
>>> Q*K.T
${m(p.of("scores"))}
>>> weights
${m(p.of("weights", 4))}
>>> weights*V
${m(p.of("output", 4))}
`;
  },
  "A session of Octave": (p) => {
    const m = (name: string, cells: Cells) => `${name} =\n\n${padded(cells, 0, "   ", "   ")}\n\n`;
    return `>> Q\n${m("Q", p.of("query"))}>> K\n${m("K", p.of("key"))}>> V\n${m("V", p.of("value"))}>> S = Q*K'\n${m("S", p.of("scores"))}>> Z = S/sqrt(columns(K))\n${m("Z", p.of("scaled-scores", 4))}>> A = softmax(Z')'\n${m("A", p.of("weights", 4))}>> O = A*V\n${m("O", p.of("output", 4))}`;
  },
  Maple: (p) => {
    const m = (cells: Cells) => `Matrix(${cells.length}, ${cells[0].length}, ${asList(cells)})`;
    return `> Q := ${m(p.of("query"))};
> K := ${m(p.of("key"))};
> V := ${m(p.of("value"))};
> S := Q . Transpose(K);
S := ${m(p.of("scores"))}
> A := softmax(S/sqrt(d));
A := ${m(p.of("weights", 5))}
> O := A . V;
O := ${m(p.of("output", 5))}
`;
  },
  "Plain text of a web calculator": (p) => {
    const m = (cells: Cells) => `(${cells.map((r) => r.join(" | ")).join("\n")})`;
    return `Q:
${m(p.of("query"))}
K:
${m(p.of("key"))}
V:
${m(p.of("value"))}
Scores:
${m(p.of("scores"))}
Softmax of scores/sqrt(d):
${m(p.of("weights", 5))}
Attention output:
${m(p.of("output", 5))}
`;
  },
  Polish: (p) => `Zadanie 2. Mechanizm uwagi
Imię i nazwisko: Anna Kowalska

Dane: Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(p.of("value"))}

Krok 1: QK^T = ${asList(p.of("scores"))}
Krok 2: QK^T/√d_k = ${asList(p.of("scaled-scores", 2))}
Krok 3: softmax = ${asList(p.of("weights", 2))}
Krok 4: wynik = softmax · V = ${asList(p.of("output", 2))}
`,
  Japanese: (p) => `課題3　氏名：佐藤花子
Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}
(1) QK^T を計算する。
${asList(p.of("scores"))}
(2) softmax(QK^T/√d_k)
${asList(p.of("weights", 3))}
(3) 出力 softmax(QK^T/√d_k)V
${asList(p.of("output", 3))}
`,
  "Short hand": (p) => `Q=${inline(p.of("query"))} K=${inline(p.of("key"))} V=${inline(p.of("value"))}
QKt = ${inline(p.of("scores"))}
/rt d = ${inline(p.of("scaled-scores", 2))}
sm = ${inline(p.of("weights", 2))}
sm*V = ${inline(p.of("output", 2))}
`,
  "A sheet of final answers": (p) => {
    const [a, o] = [p.of("weights", 3), p.of("output", 3)];
    return `Given
Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

Final answers:
${a.map((r, i) => `Attention weights, query ${i + 1}: ${r.join(", ")}`).join("\n")}
${o.map((r, i) => `Output, query ${i + 1}: ${r.join(", ")}`).join("\n")}
`;
  },
  "Sums of rows checked below": (p) => `Q:
${joined(p.of("query"), "  ")}

K:
${joined(p.of("key"), "  ")}

V:
${joined(p.of("value"), "  ")}

Attention scores:
${joined(p.of("scores"), "  ")}

Attention weights:
${joined(p.of("weights", 3), "  ")}
Check: rows sum to ${p
    .of("weights", 3)
    .map(() => "1.000")
    .join(", ")} (good)

Context vectors:
${joined(p.of("output", 3), "  ")}
`,
  "Fences with a language": (p) => `# HW 5

**Inputs**

\`\`\`python
Q = np.array(${asList(p.of("query"))})
K = np.array(${asList(p.of("key"))})
V = np.array(${asList(p.of("value"))})
\`\`\`

**Scores**

\`\`\`text
${padded(p.of("scores"))}
\`\`\`

**Weights**

\`\`\`text
${padded(p.of("weights", 4))}
\`\`\`

**Output**

\`\`\`text
${padded(p.of("output", 4))}
\`\`\`
`,
  "A session of TensorFlow": (p) => {
    const t = (cells: Cells) =>
      `tf.Tensor(\n[[${cells.map((r) => r.join(" ")).join("]\n [")}]], shape=(${cells.length}, ${cells[0].length}), dtype=float32)`;
    return `Q = tf.constant(${asList(p.of("query", 1))})
K = tf.constant(${asList(p.of("key", 1))})
V = tf.constant(${asList(p.of("value", 1))})
print(tf.matmul(Q, K, transpose_b=True))
${t(p.of("scores", 1))}
print(weights)
${t(p.of("weights", 7))}
print(tf.matmul(weights, V))
${t(p.of("output", 7))}
`;
  },
  "Data frames with words": (p) => {
    const d = (cells: Cells, names: readonly string[]) =>
      padded([["", ...names.slice(0, cells[0].length)], ...withNames(words, cells)]);
    return `Q
${d(p.of("query"), ["0", "1", "2", "3"])}
K
${d(p.of("key"), ["0", "1", "2", "3"])}
V
${d(p.of("value"), ["0", "1", "2", "3"])}
attention weights
${d(p.of("weights", 6), words)}
output
${d(p.of("output", 6), ["0", "1", "2", "3"])}
`;
  },
  "A German mail in sentences": (p) => {
    const l = (cells: Cells) =>
      withCommas(cells)
        .map((r) => `(${r.join("; ")})`)
        .join(" und ");
    return `Guten Tag Frau Weber,

hier meine Lösung zu Aufgabe 4. Mit Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))} und V = ${asList(p.of("value"))}
erhalte ich die Gewichte ${l(p.of("weights", 2))}.
Die Ausgabe ist dann ${l(p.of("output", 2))}.

Viele Grüße
Jonas Keller
`;
  },
  "French sentences a word": (p) => {
    const [a, o] = [withCommas(p.of("weights", 2)), withCommas(p.of("output", 2))];
    const place = ["premier", "deuxième", "troisième"];
    return `Q = ${asList(p.of("query"))} ; K = ${asList(p.of("key"))} ; V = ${asList(p.of("value"))}

${a.map((r, i) => `Pour le ${place[i]} mot, les poids d'attention valent ${r.slice(0, -1).join(" ; ")} et ${r.at(-1)}.`).join("\n")}
${o.map((r, i) => `La sortie du ${place[i]} mot vaut (${r.join(" ; ")}).`).join("\n")}
`;
  },
  "Matrices beside each other": (p) => {
    const [q, k, v] = [p.of("query"), p.of("key"), p.of("value")];
    const n = Math.max(q.length, k.length);
    const width = (cells: Cells) => Math.max(...cells.map((r) => r.join(" ").length), 3);
    const line = (cells: readonly string[]) =>
      cells
        .map((c, at) => c.padEnd(width([q, k, v][at]) + 6))
        .join("")
        .trimEnd();
    const side = Array.from({ length: n }, (_, i) => line([q, k, v].map((m) => m[i]?.join(" ") ?? ""))).join(
      "\n",
    );
    return `${line(["Q", "K", "V"])}
${side}

Scores
${joined(p.of("scores"))}

Weights
${joined(p.of("weights", 3))}

Output
${joined(p.of("output", 3))}
`;
  },
  "Rows as a numbered list": (p) => {
    const l = (cells: Cells) => cells.map((r, i) => `${i + 1}. ${r.join(", ")}`).join("\n");
    return `Queries
${l(p.of("query"))}

Keys
${l(p.of("key"))}

Values
${l(p.of("value"))}

Scores (dot products)
${l(p.of("scores"))}

Weights (softmax)
${l(p.of("weights", 2))}

Outputs
${l(p.of("output", 2))}
`;
  },
  "A pipeline a token": (p) => {
    const [s, a, o] = [p.of("scores"), p.of("weights", 2), p.of("output", 2)];
    return `Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(p.of("value"))}
${s.map((r, i) => `${words[i]}: scores [${r.join(", ")}] → weights [${a[i].join(", ")}] → output [${o[i].join(", ")}]`).join("\n")}
`;
  },
  "Bold cells in a table of tokens": (p) => {
    const t = (cells: Cells, head: readonly string[]) =>
      [
        ["", ...head.slice(0, cells[0].length)],
        ["", ...head.slice(0, cells[0].length)].map(() => ":-:"),
        ...withNames(words, cells),
      ]
        .map((r) => `| ${r.join(" | ")} |`)
        .join("\n");
    const bold = (cells: Cells) => cells.map((r) => r.map((c, j) => (j === 0 ? `**${c}**` : c)));
    return `<details><summary>Inputs</summary>

Q

${t(p.of("query"), ["x", "y", "z", "w"])}

K

${t(p.of("key"), ["x", "y", "z", "w"])}

V

${t(p.of("value"), ["x", "y", "z", "w"])}

</details>

Attention matrix

${t(bold(p.of("weights", 2)), words)}

Resulting vectors (output)

${t(p.of("output", 2), ["x", "y", "z", "w"])}
`;
  },
  "Greek weights as vectors": (p) => `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

${p
  .of("weights", 3)
  .map((r, i) => `α_${i + 1} = softmax(q_${i + 1}·K^T/√d) = (${r.join(", ")})`)
  .join("\n")}

${p
  .of("output", 3)
  .map((r, i) => `c_${i + 1} = Σ_j α_${i + 1}j v_j = (${r.join(", ")})`)
  .join("\n")}
`,
  "The sum of products for each output": (p) => {
    const [v, a, o] = [p.of("value"), p.of("weights", 2), p.of("output", 2)];
    return `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(v)}

A =
${joined(a, "  ")}

${o.map((r, i) => r.map((c, j) => `o${i + 1}${j + 1} = ${a[i].map((x, t) => `${x}*${v[t][j]}`).join(" + ")} = ${c}`).join("\n")).join("\n")}
`;
  },
  "A handout with hints": (p) => `Worksheet: Self-attention by hand
Date: ____________   Score: ____ / 20

You are given three matrices. (Hint: d_k = ${p.of("key")[0].length})

Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

Step 1 — Multiply Q by K^T. (Hint: the result is ${p.of("scores").length} x ${p.of("scores")[0].length}.)
Your answer: ${asList(p.of("scores"))}

Step 2 — Divide by √d_k.
Your answer: ${asList(p.of("scaled-scores", 2))}

Step 3 — Apply softmax to each row. (Hint: e^1 ≈ 2.718)
Your answer: ${asList(p.of("weights", 2))}

Step 4 — Multiply by V.
Your answer: ${asList(p.of("output", 2))}
`,
  "Corrections behind an arrow": (p) => {
    const bad = p.way("weights", (x) => (x * 0.5).toFixed(2));
    return `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

Scores: ${asList(p.of("scores"))}

Weights (first try, wrong): ${asList(bad)}
Weights (corrected): ${asList(p.of("weights", 2))}

Output: ${asList(p.of("output", 2))}
`;
  },
  "Lines of a recording": (p) => {
    const say = (cells: Cells) =>
      cells.map((r, i) => `row ${["one", "two", "three"][i]} is ${r.join(" and ")}`).join(", ");
    return `Q: ${asList(p.of("query"))}
K: ${asList(p.of("key"))}
V: ${asList(p.of("value"))}
For the scores, ${say(p.of("scores"))}.
For the weights, ${say(p.of("weights", 2))}.
For the output, ${say(p.of("output", 2))}.
`;
  },
  "Semicolons for rows": (p) => {
    const m = (cells: Cells) => cells.map((r) => r.join(" ")).join("; ");
    return `Q: ${m(p.of("query"))}
K: ${m(p.of("key"))}
V: ${m(p.of("value"))}
scores: ${m(p.of("scores"))}
scaled: ${m(p.of("scaled-scores", 3))}
softmax: ${m(p.of("weights", 3))}
result: ${m(p.of("output", 3))}
`;
  },
  "Tall columns of an office": (p) => {
    const t = (cells: Cells) =>
      withCommas(cells)
        .map((r) => r.join(";"))
        .join("\n");
    return `Aufgabe 3;;;
Name;Petra Klein;;
;;;
Query;;;
${t(p.of("query"))}
Key;;;
${t(p.of("key"))}
Value;;;
${t(p.of("value"))}
Scores;;;
${t(p.of("scores"))}
Gewichte;;;
${t(p.of("weights", 4))}
Ausgabe;;;
${t(p.of("output", 4))}
`;
  },
  "Steps of a tutor": (
    p,
  ) => `**Given**: $Q=${asTex(p.of("query"), "pmatrix")}$, $K=${asTex(p.of("key"), "pmatrix")}$, $V=${asTex(p.of("value"), "pmatrix")}$.

**Step 1.** $QK^{T}=${asTex(p.of("scores"), "pmatrix")}$

**Step 2.** Dividing by $\\sqrt{${p.of("key")[0].length}}$ gives $${asTex(p.of("scaled-scores", 2), "pmatrix")}$

**Step 3.** Softmax over each row: $${asTex(p.of("weights", 2), "pmatrix")}$

**Step 4.** $\\text{Attention}(Q,K,V)=${asTex(p.of("output", 2), "pmatrix")}$
`,
};
