import { turned } from "./worked.js";
import { asList, asTex, type Cells, type Forms, joined, padded, withCommas, withNames } from "./writing.js";

const spans = (title: string, cells: Cells) => `${title}\n${padded(cells)}\n`;
const subscript = (at: number) => "₁₂₃₄"[at];
const tokens = ["the", "cat", "sat", "down"];
const row = (cells: readonly string[]) => cells.join(", ");

/**
 * Sheets in a third style: calculations spelled out, tables side by side, notes of teachers, answers before the
 * question.
 */
export const THIRD_LOOK: Forms = {
  "A German exercise with points": (p) => {
    const m = (cells: Cells) =>
      withCommas(cells)
        .map((r) => `( ${r.join("   ")} )`)
        .join("\n");
    return `Übungsblatt 7, Aufgabe 3 (12 P.)                      Matrikelnr. 4711023
Gegeben:
Q =
${m(p.of("query"))}
K =
${m(p.of("key"))}
V =
${m(p.of("value"))}

a) Berechnen Sie S = Q·Kᵀ.                                           /3 P.
${m(p.of("scores"))}

b) Skalieren mit 1/√d_k                                              /2 P.
${m(p.of("scaled-scores", 2))}

c) Softmax zeilenweise                                               /4 P.
${m(p.of("weights", 2))}

d) Ausgabe                                                           /3 P.
${m(p.of("output", 2))}
`;
  },
  "Every score spelled out": (p) => {
    const [q, k] = [p.of("query"), p.of("key")];
    return `Q = ${asList(q)}
K = ${asList(k)}
V = ${asList(p.of("value"))}

${p
  .of("scores")
  .map((r, i) =>
    r
      .map((c, j) => `S${i + 1}${j + 1} = ${q[i].map((x, t) => `${x}·${k[j][t]}`).join(" + ")} = ${c}`)
      .join("\n"),
  )
  .join("\n")}

A = softmax(S/√d_k):
${joined(p.of("weights", 3), "  ")}

Z = A·V:
${joined(p.of("output", 3), "  ")}
`;
  },
  "Q, K and V in one table": (p) => {
    const [q, k, v] = [p.of("query"), p.of("key"), p.of("value")];
    const n = Math.max(q.length, k.length);
    const at = (cells: Cells, i: number) => (cells[i] ? `(${cells[i].join(", ")})` : "");
    return `| token | Q | K | V |
|---|---|---|---|
${Array.from({ length: n }, (_, i) => `| ${tokens[i]} | ${at(q, i)} | ${at(k, i)} | ${at(v, i)} |`).join("\n")}

**Attention scores**

${joined(p.of("scores"), " | ", "\n", "| ", " |")}

**Attention weights**

${joined(p.of("weights", 2), " | ", "\n", "| ", " |")}

**Output**

${joined(p.of("output", 2), " | ", "\n", "| ", " |")}
`;
  },
  "Keys only as their transpose": (p) => `Problem 5.
Q:
${joined(p.of("query"), "\t")}
K^T:
${joined(turned(p.of("key")), "\t")}
V:
${joined(p.of("value"), "\t")}

Q K^T:
${joined(p.of("scores"), "\t")}
Q K^T / sqrt(d_k):
${joined(p.of("scaled-scores", 4), "\t")}
softmax:
${joined(p.of("weights", 4), "\t")}
times V:
${joined(p.of("output", 4), "\t")}
`,
  "LaTeX with left and right": (p) => {
    const m = (cells: Cells) =>
      `\\left[\\begin{array}{${"c".repeat(cells[0].length)}}\n${cells.map((r) => r.join(" & ")).join(" \\\\[2pt]\n")}\n\\end{array}\\right]`;
    return `\\documentclass[11pt]{article}
\\usepackage{amsmath}
\\title{Homework 6}\\author{Priya Raman \\\\ NetID pr217}
\\begin{document}
\\maketitle
\\textbf{Problem 2.} We have
\\[ \\mathbf{Q} = ${m(p.of("query"))},\\; \\mathbf{K} = ${m(p.of("key"))},\\; \\mathbf{V} = ${m(p.of("value"))}. \\]
\\textit{Solution.} First,
\\begin{equation}\\label{eq:s}
\\mathbf{Q}\\mathbf{K}^{\\top} = ${m(p.of("scores"))}
\\end{equation}
so that
\\begin{equation}
\\mathbf{A} = \\operatorname{softmax}\\left(\\mathbf{Q}\\mathbf{K}^{\\top}/\\sqrt{d_k}\\right) \\approx ${m(p.of("weights", 3))}
\\end{equation}
and finally \\(\\mathbf{A}\\mathbf{V} \\approx ${m(p.of("output", 3))}\\). \\qed
\\end{document}
`;
  },
  "A notebook as text": (p) => {
    const a = (cells: Cells) => `array([[${cells.map((r) => r.join(", ")).join("],\n       [")}]])`;
    return `In [1]: import numpy as np

In [2]: Q = np.array(${asList(p.of("query"))}); K = np.array(${asList(p.of("key"))}); V = np.array(${asList(p.of("value"))})

In [3]: S = Q @ K.T; S
Out[3]:
${a(p.of("scores"))}

In [4]: Z = S / np.sqrt(K.shape[-1]); Z
Out[4]:
${a(p.of("scaled-scores", 8))}

In [5]: A = np.exp(Z) / np.exp(Z).sum(axis=-1, keepdims=True); A
Out[5]:
${a(p.of("weights", 8))}

In [6]: A @ V
Out[6]:
${a(p.of("output", 8))}
`;
  },
  "A session of R": (p) => {
    const m = (cells: Cells) =>
      padded(
        [["", ...cells[0].map((_, j) => `[,${j + 1}]`)], ...cells.map((r, i) => [`[${i + 1},]`, ...r])],
        0,
        " ",
      );
    const c = (cells: Cells) => `matrix(c(${cells.flat().join(", ")}), nrow = ${cells.length}, byrow = TRUE)`;
    return `> Q <- ${c(p.of("query"))}
> K <- ${c(p.of("key"))}
> V <- ${c(p.of("value"))}
> S <- Q %*% t(K)
> S
${m(p.of("scores"))}
> E <- exp(S / sqrt(ncol(K)))
> W <- E / rowSums(E)
> round(W, 4)
${m(p.of("weights", 4))}
> round(W %*% V, 4)
${m(p.of("output", 4))}
`;
  },
  "A session of MATLAB": (p) => {
    const l = (cells: Cells) => `[${cells.map((r) => r.join(" ")).join("; ")}]`;
    const d = (name: string, cells: Cells) => `${name} =\n\n${padded(cells, 0, "    ", "    ")}\n`;
    return `>> Q = ${l(p.of("query"))};
>> K = ${l(p.of("key"))};
>> V = ${l(p.of("value"))};
>> scores = Q*K'

${d("scores", p.of("scores"))}
>> scaled = scores/sqrt(size(K,2))

${d("scaled", p.of("scaled-scores", 4))}
>> weights = exp(scaled)./sum(exp(scaled),2)

${d("weights", p.of("weights", 4))}
>> out = weights*V

${d("out", p.of("output", 4))}
`;
  },
  "A session of Julia": (p) => {
    const l = (cells: Cells) => `[${cells.map((r) => r.join(" ")).join("; ")}]`;
    const d = (cells: Cells, of = "Float64") =>
      `${cells.length}×${cells[0].length} Matrix{${of}}:\n${padded(cells, 0, "  ", " ")}\n`;
    return `julia> Q = ${l(p.of("query"))}; K = ${l(p.of("key"))}; V = ${l(p.of("value"))};

julia> S = Q * K'
${d(p.of("scores"), "Int64")}
julia> A = softmax(S ./ sqrt(size(K, 2)), dims=2)
${d(p.of("weights", 6))}
julia> A * V
${d(p.of("output", 6))}
`;
  },
  "A notebook of Mathematica": (p) => {
    const b = (cells: Cells) => `{${cells.map((r) => `{${r.join(", ")}}`).join(", ")}}`;
    return `In[1]:= q = ${b(p.of("query"))}; k = ${b(p.of("key"))}; v = ${b(p.of("value"))};

In[2]:= s = q.Transpose[k]

Out[2]= ${b(p.of("scores"))}

In[3]:= w = Map[Exp[#]/Total[Exp[#]] &, s/Sqrt[2.]]

Out[3]= ${b(p.of("weights", 5))}

In[4]:= w.v

Out[4]= ${b(p.of("output", 5))}
`;
  },
  "A spreadsheet with a column of titles": (p) => {
    const block = (title: string, cells: Cells) =>
      cells.map((r, i) => [i === 0 ? title : "", ...r].join("\t")).join("\n");
    return `Exercise 2\t\t\t
Name\tOlga N.\t\t
\t\t\t
${block("Q", p.of("query"))}

${block("K", p.of("key"))}

${block("V", p.of("value"))}

${block("Scores", p.of("scores"))}

${block("Scaled", p.of("scaled-scores", 4))}

${block("Weights", p.of("weights", 4))}

${block("Output", p.of("output", 4))}
`;
  },
  "Bullets of Google Docs": (p) => `Attention homework
Chloe Martin
Period 4

● Q = ${asList(p.of("query"))}
● K = ${asList(p.of("key"))}
● V = ${asList(p.of("value"))}

○ First I did the dot products:
   ■ ${p
     .of("scores")
     .map((r) => r.join(", "))
     .join("\n   ■ ")}
○ Then I divided by the square root of ${p.of("key")[0].length}:
   ■ ${p
     .of("scaled-scores", 2)
     .map((r) => r.join(", "))
     .join("\n   ■ ")}
○ Then softmax:
   ■ ${p
     .of("weights", 2)
     .map((r) => r.join(", "))
     .join("\n   ■ ")}
○ Answer:
   ■ ${p
     .of("output", 2)
     .map((r) => r.join(", "))
     .join("\n   ■ ")}
`,
  "A mail with everything in sentences": (p) => `From: lukas.berg@student.example
To: ta-nlp@example.edu
Subject: HW3 question 4
Date: Thu, 14 Nov 2024 21:07:33 +0100

Hi,

with Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))} and V = ${asList(p.of("value"))} my unscaled scores came out as
${asList(p.of("scores"))} and after the softmax I have ${asList(p.of("weights", 3))}.
That makes ${asList(p.of("output", 3))} for the attention output. Is that correct?

Thanks a lot
Lukas

--
Lukas Berg, student no. 20231187
`,
  "Denominators of the softmax": (p) => {
    const [z, e, s, a] = [
      p.of("scaled-scores", 2),
      p.of("exponentials", 2),
      p.of("row-sums", 2),
      p.of("weights", 2),
    ];
    return `Q: ${asList(p.of("query"))}
K: ${asList(p.of("key"))}
V: ${asList(p.of("value"))}

${z
  .map(
    (r, i) => `Row ${i + 1}
scaled scores: ${row(r)}
exponentials: ${r.map((c, j) => `e^${c} = ${e[i][j]}`).join(", ")}
sum: ${e[i].join(" + ")} = ${s[i][0]}
weights: ${r.map((_, j) => `${e[i][j]}/${s[i][0]} = ${a[i][j]}`).join(", ")}
`,
  )
  .join("\n")}
Output: ${asList(p.of("output", 2))}
`;
  },
  "A Spanish exam by rows": (p) => {
    const f = (cells: Cells) =>
      withCommas(cells)
        .map((r, i) => `fila ${i + 1}: ${r.join(" ; ")}`)
        .join("\n");
    return `Examen parcial — Redes neuronales        Fecha: 12/03/2025
Alumno: Javier Ruiz   DNI 50123456K

Datos
Q
${f(p.of("query"))}
K
${f(p.of("key"))}
V
${f(p.of("value"))}

1) Producto QK^T (2 puntos)
${f(p.of("scores"))}
2) Pesos de atención, softmax(QK^T/√d) (4 puntos)
${f(p.of("weights", 3))}
3) Salida (2 puntos)
${f(p.of("output", 3))}
`;
  },
  "A French sheet by lines": (p) => {
    const l = (cells: Cells) =>
      withCommas(cells)
        .map((r, i) => `Ligne ${i + 1} : ${r.join(" | ")}`)
        .join("\n");
    return `TD n°4 – Mécanisme d'attention
Nom : Dupont   Prénom : Élise

Q
${l(p.of("query"))}
K
${l(p.of("key"))}
V
${l(p.of("value"))}

Question 1. Calculer QKᵀ.
${l(p.of("scores"))}
Question 2. Diviser par √d.
${l(p.of("scaled-scores", 2))}
Question 3. Appliquer softmax.
${l(p.of("weights", 2))}
Question 4. En déduire la sortie.
${l(p.of("output", 2))}
`;
  },
  "An Italian sheet": (p) => {
    const l = (cells: Cells) =>
      withCommas(cells)
        .map((r) => `[ ${r.join(" ; ")} ]`)
        .join("\n");
    return `Esercizio 2 - Attenzione
Dati:
Matrice delle query
${l(p.of("query"))}
Matrice delle chiavi
${l(p.of("key"))}
Matrice dei valori
${l(p.of("value"))}

Svolgimento:
i) punteggi
${l(p.of("scores"))}
ii) pesi
${l(p.of("weights", 3))}
iii) risultato finale
${l(p.of("output", 3))}
`;
  },
  "A Chinese sheet by steps": (p) => {
    const l = (cells: Cells) => cells.map((r, i) => `第${"一二三四"[i]}行：${r.join("，")}`).join("\n");
    return `作业三    姓名：李雷    学号：2021307
已知 Q = ${asList(p.of("query"))}，K = ${asList(p.of("key"))}，V = ${asList(p.of("value"))}。

第1步：计算 QK^T
${l(p.of("scores"))}
第2步：除以 √d_k
${l(p.of("scaled-scores", 3))}
第3步：softmax
${l(p.of("weights", 3))}
第4步：乘以 V
${l(p.of("output", 3))}
`;
  },
  "The answer before the question": (p) => `FINAL ANSWER: output = ${asList(p.of("output", 3))}

Question: Compute Attention(Q, K, V) for
Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

My work:
QK^T = ${asList(p.of("scores"))}
weights = ${asList(p.of("weights", 3))}
`,
  "Numbers in circles": (
    p,
  ) => `① Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(p.of("value"))}
② scores = ${asList(p.of("scores"))}
③ scaled = ${asList(p.of("scaled-scores", 3))}
④ weights = ${asList(p.of("weights", 3))}
⑤ output = ${asList(p.of("output", 3))}
`,
  "Ticks behind the cells": (p) => {
    const t = (cells: Cells) => cells.map((r) => r.map((c) => `${c} ✓`).join("   ")).join("\n");
    return `Q
${joined(p.of("query"), "   ")}
K
${joined(p.of("key"), "   ")}
V
${joined(p.of("value"), "   ")}

QK^T
${t(p.of("scores"))}
softmax(QK^T/√d)
${t(p.of("weights", 2))}
Output
${t(p.of("output", 2))}
`;
  },
  "Roots left as they are": (p) => {
    const d = p.of("key")[0].length;
    const z = p.of("scaled-scores", (value) => `${Number((value * Math.sqrt(d)).toFixed(2))}/√${d}`);
    return `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

S/√${d}:
${joined(z, "   ")}

A:
${joined(p.of("weights", 3), "   ")}

AV:
${joined(p.of("output", 3), "   ")}
`;
  },
  "Who looks at whom": (p) => {
    const a = p.of("weights", 3);
    return `Sentence: "the cat sat down"

Q: ${asList(p.of("query"))}
K: ${asList(p.of("key"))}
V: ${asList(p.of("value"))}

Attention weights:
${a.map((r, i) => r.map((c, j) => `query ${i} → key ${j}: ${c}`).join("\n")).join("\n")}

Output:
${p
  .of("output", 3)
  .map((r, i) => `query ${i}: ${row(r)}`)
  .join("\n")}
`;
  },
  "Bullets nested below bullets": (p) => {
    const l = (cells: Cells) => cells.map((r, i) => `    - Row ${i + 1}: \`[${r.join(", ")}]\``).join("\n");
    return `# Attention by hand

- **Given**
  - Q
${l(p.of("query"))}
  - K
${l(p.of("key"))}
  - V
${l(p.of("value"))}
- **Step 1** – scores
${l(p.of("scores"))}
- **Step 2** – softmax of the scaled scores
${l(p.of("weights", 3))}
- **Step 3** – weighted sum of the values
${l(p.of("output", 3))}
`;
  },
  "Vectors with subscripts": (p) => {
    const v = (name: string, cells: Cells) =>
      cells.map((r, i) => `${name}${subscript(i)} = [${r.join(", ")}]ᵀ`).join("   ");
    return `${v("q", p.of("query"))}
${v("k", p.of("key"))}
${v("v", p.of("value"))}

α${subscript(0)}… from softmax(qᵀk/√d):
${p
  .of("weights", 3)
  .map((r, i) => r.map((c, j) => `α${subscript(i)}${subscript(j)} = ${c}`).join("   "))
  .join("\n")}

${p
  .of("output", 3)
  .map((r, i) => `z${subscript(i)} = [${r.join(", ")}]ᵀ`)
  .join("\n")}
`;
  },
  "The way of each token": (p) => {
    const [v, s, z, a, o] = [
      p.of("value"),
      p.of("scores"),
      p.of("scaled-scores", 2),
      p.of("weights", 2),
      p.of("output", 2),
    ];
    return `Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(v)}

${s
  .map(
    (r, i) => `For "${tokens[i]}":
  q·K = [${row(r)}]
  divided by ${Math.sqrt(p.of("key")[0].length).toFixed(3)}: [${row(z[i])}]
  softmax: [${row(a[i])}]
  weighted sum: ${a[i].map((c, j) => `${c}*[${row(v[j])}]`).join(" + ")} = [${row(o[i])}]
`,
  )
  .join("\n")}`;
  },
  "Boxes of plus signs": (p) => {
    const b = (cells: Cells) => {
      const w = Math.max(...cells.flat().map((c) => c.length)) + 2;
      const line = `+${`${"-".repeat(w)}+`.repeat(cells[0].length)}`;
      return `${line}\n${cells.map((r) => `|${r.map((c) => ` ${c.padEnd(w - 1)}`).join("|")}|`).join(`\n${line}\n`)}\n${line}`;
    };
    return `Matrix Q
${b(p.of("query"))}
Matrix K
${b(p.of("key"))}
Matrix V
${b(p.of("value"))}
Matrix S = Q x K transposed
${b(p.of("scores"))}
Matrix A = softmax of S / sqrt(d)
${b(p.of("weights", 3))}
Matrix O = A x V
${b(p.of("output", 3))}
`;
  },
  "A dictionary of Python": (p) => {
    const a = (cells: Cells) => `array([[${cells.map((r) => r.join(", ")).join("],\n       [")}]])`;
    return `{'Q': ${a(p.of("query"))},
 'K': ${a(p.of("key"))},
 'V': ${a(p.of("value"))},
 'scores': ${a(p.of("scores"))},
 'attn_weights': ${a(p.of("weights", 6))},
 'output': ${a(p.of("output", 6))}}
`;
  },
  "Prints with their shapes": (p) => {
    const t = (name: string, cells: Cells) =>
      `${name} torch.Size([${cells.length}, ${cells[0].length}])\ntensor([[${cells.map((r) => r.join(", ")).join("],\n        [")}]])`;
    return `${t("Q", p.of("query", 4))}
${t("K", p.of("key", 4))}
${t("V", p.of("value", 4))}
${t("scores", p.of("scores", 4))}
${t("scaled", p.of("scaled-scores", 4))}
${t("attn", p.of("weights", 4))}
${t("context", p.of("output", 4))}
`;
  },
  "Places in brackets": (p) => {
    const c = (cells: Cells) =>
      cells.map((r, i) => r.map((x, j) => `(${i + 1},${j + 1}) = ${x}`).join("; ")).join("\n");
    return `Q = ${asList(p.of("query"))}; K = ${asList(p.of("key"))}; V = ${asList(p.of("value"))}

Scores
${c(p.of("scores"))}

Weights
${c(p.of("weights", 3))}

Output
${c(p.of("output", 3))}
`;
  },
  "Percentages with commas": (p) => {
    const w = p.of("weights", (value) => `${(value * 100).toFixed(1).replace(".", ",")} %`);
    return `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

Gewichte:
${joined(w, "   ")}

Ergebnis:
${joined(withCommas(p.of("output", 2)), "   ")}
`;
  },
  "A key of a teacher": (p) => `SOLUTIONS - DO NOT DISTRIBUTE
CS 224, Quiz 5, Version B

Question 1 [10 pts]. Given Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(p.of("value"))}.

(a) [3 pts] The raw score matrix.
    Solution: ${asList(p.of("scores"))}
    Grading: -1 for each wrong entry, max -3.
(b) [4 pts] The attention matrix (3 decimals).
    Solution: ${asList(p.of("weights", 3))}
    Grading: 2 pts for scaling by sqrt(d_k), 2 pts for the row-wise softmax.
(c) [3 pts] The output.
    Solution: ${asList(p.of("output", 3))}
    Grading: accept 2 decimals.
`,
  "A chat": (
    p,
  ) => `Me: can you check this? Q is ${asList(p.of("query"))}, K is ${asList(p.of("key"))}, V is ${asList(p.of("value"))}
Me: for QK^T I got ${asList(p.of("scores"))}
Anna: ok and then?
Me: softmax gives ${asList(p.of("weights", 2))}
Me: and the final result ${asList(p.of("output", 2))}
Anna: looks good to me 👍
`,
  "Notes with aligned equations": (p) => `---
title: Attention worked example
date: 2025-02-11
tags: [nlp, transformers]
---
$$
\\begin{aligned}
Q &= ${asTex(p.of("query"))} & K &= ${asTex(p.of("key"))} & V &= ${asTex(p.of("value"))}
\\end{aligned}
$$

$$
\\begin{aligned}
S &= QK^T = ${asTex(p.of("scores"))} \\\\
A &= \\mathrm{softmax}(S/\\sqrt{d}) = ${asTex(p.of("weights", 3))} \\\\
O &= AV = ${asTex(p.of("output", 3))}
\\end{aligned}
$$
`,
  "A lab report with captions": (p) => `Table 1: Query matrix
${padded(p.of("query"))}

Table 2: Key matrix
${padded(p.of("key"))}

Table 3: Value matrix
${padded(p.of("value"))}

As shown in Table 4, we first compute the similarity between each query and each key.

Table 4: Similarity scores (Q K^T)
${padded(p.of("scores"))}

The scores were normalised with a softmax (temperature √d_k), see Table 5.

Table 5: Normalised attention weights
${padded(p.of("weights", 3))}

Table 6: Output of the attention layer
${padded(p.of("output", 3))}
`,
  "Only weights and output of a table of tokens": (p) => {
    const t = (cells: Cells) => padded(withNames(tokens, cells));
    return `        dims
Q
${t(p.of("query"))}
K
${t(p.of("key"))}
V
${t(p.of("value"))}

attention (rows attend to columns)
${padded([["", ...tokens.slice(0, p.of("weights", 2)[0].length)], ...withNames(tokens, p.of("weights", 2))])}

result vectors
${t(p.of("output", 2))}
`;
  },
  "Titles with numbers of equations": (
    p,
  ) => `${spans("Queries:", p.of("query"))}${spans("Keys:", p.of("key"))}${spans("Values:", p.of("value"))}
S = QK^T                                  (1)
${padded(p.of("scores"))}
P = S / sqrt(d_k)                         (2)
${padded(p.of("scaled-scores", 3))}
A = softmax(P)                            (3)
${padded(p.of("weights", 3))}
Y = A V                                   (4)
${padded(p.of("output", 3))}
`,
  "Rounded at each step, told so": (p) => `(All values rounded to 2 decimals. Calculator: Casio fx-991.)
Q = (${p.of("query").map(row).join(" | ")})
K = (${p.of("key").map(row).join(" | ")})
V = (${p.of("value").map(row).join(" | ")})
QKᵀ = (${p.of("scores").map(row).join(" | ")})
QKᵀ/√d = (${p.of("scaled-scores", 2).map(row).join(" | ")})
softmax = (${p.of("weights", 2).map(row).join(" | ")})
softmax·V = (${p.of("output", 2).map(row).join(" | ")})
`,
  "A table of a query per line": (p) => {
    const [s, z, a, o] = [p.of("scores"), p.of("scaled-scores", 2), p.of("weights", 2), p.of("output", 2)];
    return `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

| query | scores | scaled | softmax | output |
|-------|--------|--------|---------|--------|
${s.map((r, i) => `| q${i + 1} | ${row(r)} | ${row(z[i])} | ${row(a[i])} | ${row(o[i])} |`).join("\n")}
`;
  },
  "Weights as fractions of exponentials": (p) => {
    const [e, s] = [p.way("exponentials", 2), p.way("row-sums", 2)];
    return `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

Attention weights
${p
  .of("weights", 2)
  .map((r, i) => r.map((c, j) => `a${i + 1}${j + 1} = ${e[i][j]} / ${s[i][0]} = ${c}`).join("\n"))
  .join("\n")}

New representations
${p
  .of("output", 2)
  .map((r, i) => `z${i + 1} = (${row(r)})`)
  .join("\n")}
`;
  },
};
