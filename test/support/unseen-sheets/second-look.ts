import { turned } from "./worked.js";
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

const superscript = (text: string) => text.replace("-", "−");

/** Sheets in another style: notes of teachers, computed by columns, explained, long tables, other languages. */
export const SECOND_LOOK: Forms = {
  "A teacher's marks behind the lines": (p) => `Test 3 - Transformers          Name: J. Osei

Q = ${asList(p.of("query"))}  K = ${asList(p.of("key"))}  V = ${asList(p.of("value"))}

(a) scores [3 marks]
${joined(p.of("scores"))}   ✓✓✓
(b) weights [4 marks]
${joined(p.of("weights", 2))}   ✓ (3/4)
(c) output [3 marks]
${joined(p.of("output", 2))}   ✓ 2/3

Total: 8/10
`,
  "Pages of a booklet": (p) => `Page 1 of 3
Question 2 (12 points)
Given:
Q:
${joined(p.of("query"), "  ")}
K:
${joined(p.of("key"), "  ")}
V:
${joined(p.of("value"), "  ")}
Page 2 of 3
2a. QK^T
${joined(p.of("scores"), "  ")}
2b. softmax(QK^T/sqrt(d_k))
${joined(p.of("weights", 3), "  ")}
Page 3 of 3
2c. Output
${joined(p.of("output", 3), "  ")}
`,
  "Tokens as columns": (p) => `All matrices have one token per column.
Q (d x n):
${joined(turned(p.of("query")))}
K (d x n):
${joined(turned(p.of("key")))}
V (d x n):
${joined(turned(p.of("value")))}

Attention weights, one query per row:
${joined(p.of("weights", 3))}

Output, one token per row:
${joined(p.of("output", 3))}
`,
  "A name before each row, with commas": (p) => {
    const rows = (name: string, cells: Cells) =>
      cells.map((row, at) => `${name}${at + 1},${row.join(",")}`).join("\n");
    return `queries
${rows("q", p.of("query"))}
keys
${rows("k", p.of("key"))}
values
${rows("v", p.of("value"))}
scores
${rows("q", p.of("scores"))}
weights
${rows("q", p.of("weights", 3))}
outputs
${rows("q", p.of("output", 3))}
`;
  },
  "A long table of steps": (p) => {
    const [q, k, v] = [p.of("query"), p.of("key"), p.of("value")];
    const [s, z, a, o] = [p.of("scores"), p.of("scaled-scores", 3), p.of("weights", 3), p.of("output", 3)];
    return `Q = ${asList(q)}
K = ${asList(k)}
V = ${asList(v)}

query key score scaled weight
${s.flatMap((row, i) => row.map((cell, j) => `${i + 1} ${j + 1} ${cell} ${z[i][j]} ${a[i][j]}`)).join("\n")}

output
${joined(o)}
`;
  },
  Dutch: (p) => `Opgave 4: aandacht
Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}
Q·K^T = ${asList(p.of("scores"))}
softmax(Q·K^T/√d) = ${asList(p.of("weights", 2))}
softmax(Q·K^T/√d)·V = ${asList(p.of("output", 2))}
`,
  Portuguese: (p) => `Lista 2 - Atenção
Aluna: Beatriz Souza

Matriz Q
${joined(p.of("query"), " ")}
Matriz K
${joined(p.of("key"), " ")}
Matriz V
${joined(p.of("value"), " ")}

QK^T
${joined(p.of("scores"), " ")}
softmax(QK^T/√dk)
${joined(withCommas(p.of("weights", 3)), " ")}
softmax(QK^T/√dk) V
${joined(withCommas(p.of("output", 3)), " ")}
`,
  Russian: (p) => `Домашнее задание 3
Дано: Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(p.of("value"))}
Решение:
QK^T = ${asList(p.of("scores"))}
softmax(QK^T/√d_k) = ${asList(p.of("weights", 3))}
Ответ: softmax(QK^T/√d_k)V = ${asList(p.of("output", 3))}
`,
  "Crossed out and written again": (p) => {
    const bad = p.way("scores").map((row) => row.map((cell) => String(Number(cell) + 2)));
    return `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

Scores: ~~${asList(bad)}~~ ${asList(p.of("scores"))}

Softmax: ${asList(p.of("weights", 2))}

Output: ${asList(p.of("output", 2))}
`;
  },
  "Rows in sentences": (p) => {
    const [q, k, v, a, o] = [
      p.of("query"),
      p.of("key"),
      p.of("value"),
      p.of("weights", 2),
      p.of("output", 2),
    ];
    const place = ["first", "second", "third"];
    return `Q is ${asList(q)}, K is ${asList(k)} and V is ${asList(v)}.

${a.map((row, at) => `The ${place[at]} row of the attention weights is ${row.slice(0, -1).join(", ")} and ${row.at(-1)}.`).join("\n")}
${o.map((row, at) => `The ${place[at]} row of the output is ${row.slice(0, -1).join(", ")} and ${row.at(-1)}.`).join("\n")}
`;
  },
  "An assistant's explanation": (p) => {
    const [q, k, v, s, a, o] = [
      p.of("query"),
      p.of("key"),
      p.of("value"),
      p.of("scores"),
      p.of("weights", 3),
      p.of("output", 3),
    ];
    return `We are given:

\\[
Q = ${asTex(q)}, \\quad K = ${asTex(k)}, \\quad V = ${asTex(v)}
\\]

### Step 1: Compute \\(QK^T\\)

${s.flatMap((row, i) => row.map((cell, j) => `- \\( q_${i + 1} \\cdot k_${j + 1} = ${q[i].map((x, t) => `${x} \\cdot ${k[j][t]}`).join(" + ")} = ${cell} \\)`)).join("\n")}

So
\\[
QK^T = ${asTex(s)}
\\]

### Step 2: Scale and apply softmax

\\[
A = \\text{softmax}\\left(\\frac{QK^T}{\\sqrt{d_k}}\\right) = ${asTex(a)}
\\]

### Step 3: Multiply by \\(V\\)

\\[
\\boxed{O = AV = ${asTex(o)}}
\\]
`;
  },
  "Rust, printed": (p) => {
    const v = (cells: Cells) => `vec![${cells.map((row) => `vec![${row.join(", ")}]`).join(", ")}]`;
    return `let q = ${v(p.of("query", 1))};
let k = ${v(p.of("key", 1))};
let v = ${v(p.of("value", 1))};
// cargo run
scores: ${asList(p.of("scores", 1))}
weights: ${asList(p.of("weights", 5))}
output: ${asList(p.of("output", 5))}
`;
  },
  "Powers of ten": (p) => {
    const e = (cells: Cells) => cells.map((row) => row.map((cell) => Number(cell).toExponential(4)));
    return `Q
${padded(e(p.of("query")))}
K
${padded(e(p.of("key")))}
V
${padded(e(p.of("value")))}
WEIGHTS
${padded(e(p.of("weights", 12)))}
OUTPUT
${padded(e(p.of("output", 12)))}
`;
  },
  "A print a row": (p) => {
    const rows = (cells: Cells) => cells.map((row, at) => `row ${at}: ${row.join(" ")}`).join("\n");
    return `== Q ==
${rows(p.of("query"))}
== K ==
${rows(p.of("key"))}
== V ==
${rows(p.of("value"))}
== scores ==
${rows(p.of("scores"))}
== weights ==
${rows(p.of("weights", 4))}
== output ==
${rows(p.of("output", 4))}
`;
  },
  "Counted rows and columns of a spreadsheet": (p) => {
    const t = (title: string, cells: Cells) =>
      [[title, ...counted(cells[0].length, "")], ...withNames(counted(cells.length, ""), cells)]
        .map((row) => row.join("\t"))
        .join("\n");
    return `${t("Q", p.of("query"))}\n\n${t("K", p.of("key"))}\n\n${t("V", p.of("value"))}\n\n${t("Scores", p.of("scores"))}\n\n${t("Weights", p.of("weights", 3))}\n\n${t("Output", p.of("output", 3))}\n`;
  },
  "Arrows between steps": (p) => `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}
scores → ${asList(p.of("scores"))}
÷√d_k → ${asList(p.of("scaled-scores", 2))}
softmax → ${asList(p.of("weights", 2))}
×V → ${asList(p.of("output", 2))}
`,
  "Sums beside the rows": (
    p,
  ) => `Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(p.of("value"))}

exp of scaled scores
${p
  .of("exponentials", 2)
  .map((row) => `${row.join("   ")}`)
  .join("\n")}
row sums
${joined(p.of("row-sums", 2))}
weights
${p
  .of("weights", 2)
  .map((row) => `${row.join("   ")}   Σ=1`)
  .join("\n")}
output
${joined(p.of("output", 2), "   ")}
`,
  "Minus signs of typesetters": (p) => {
    const t = (cells: Cells) => cells.map((row) => row.map(superscript).join(" ")).join("\n");
    return `Q:\n${t(p.of("query"))}\nK:\n${t(p.of("key"))}\nV:\n${t(p.of("value"))}\nQKᵀ:\n${t(p.of("scores"))}\nQKᵀ∕√dₖ:\n${t(p.of("scaled-scores", 2))}\nsoftmax:\n${t(p.of("weights", 2))}\nsoftmax × V:\n${t(p.of("output", 2))}\n`;
  },
  "Bold letters of Unicode": (p) => `𝐐 = ${asList(p.of("query"))}
𝐊 = ${asList(p.of("key"))}
𝐕 = ${asList(p.of("value"))}
𝐐𝐊ᵀ = ${asList(p.of("scores"))}
𝐀 = softmax(𝐐𝐊ᵀ/√dₖ) = ${asList(p.of("weights", 3))}
𝐎 = 𝐀𝐕 = ${asList(p.of("output", 3))}
`,
  "A reply in a forum": (p) => `Re: Help with attention homework!!
by maria_93 » Tue Mar 05, 2024 9:41 pm

[quote="tom"]I don't get it[/quote]
Here is what I did:
[code]
Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}
[/code]
Then QK^T is
[code]
${joined(p.of("scores"))}
[/code]
and the attention weights are
[code]
${joined(p.of("weights", 3))}
[/code]
and finally I multiplied by V:
[code]
${joined(p.of("output", 3))}
[/code]
Posts: 12  Joined: Jan 2023
`,
  Scheme: (p) => {
    const l = (cells: Cells) => `((${cells.map((row) => row.join(" ")).join(") (")}))`;
    return `Q: ${l(p.of("query"))}\nK: ${l(p.of("key"))}\nV: ${l(p.of("value"))}\nscores: ${l(p.of("scores"))}\nweights: ${l(p.of("weights", 4))}\noutput: ${l(p.of("output", 4))}\n`;
  },
  "Symbols and answers": (
    p,
  ) => `1. Q=${asList(p.of("query"))} K=${asList(p.of("key"))} V=${asList(p.of("value"))}
   S=QK'=${asList(p.of("scores"))}
2. P=softmax(S/sqrt(dk))=${asList(p.of("weights", 3))}
3. O=PV=${asList(p.of("output", 3))}
`,
  "One block a query": (p) => {
    const [q, k, v] = [p.of("query"), p.of("key"), p.of("value")];
    const [s, a, o] = [p.of("scores"), p.of("weights", 2), p.of("output", 2)];
    return `K = ${asList(k)}, V = ${asList(v)}, Q = ${asList(q)}

${s.map((_, at) => `== query ${at + 1} ==\nscores: ${s[at].join(" ")}\nweights: ${a[at].join(" ")}\noutput: ${o[at].join(" ")}\n`).join("\n")}`;
  },
  "Points behind the numbers": (p) => `Q  = ${asList(p.of("query"))}
K  = ${asList(p.of("key"))}
V  = ${asList(p.of("value"))}

Step 1. Raw scores (1 pt)
${joined(p.of("scores", 1), "   ")}
Step 2. Scaled scores (1 pt)
${joined(p.of("scaled-scores", 3), "   ")}
Step 3. Weights (2 pts)
${joined(p.of("weights", 3), "   ")}
Step 4. Result (2 pts)
${joined(p.of("output", 3), "   ")}
`,
  "Comments of a program": (p) => `Q = [${joined(p.of("query"), ", ", ", ", "[", "]")}]  # given
K = [${joined(p.of("key"), ", ", ", ", "[", "]")}]  # given
V = [${joined(p.of("value"), ", ", ", ", "[", "]")}]  # given
scores = [${joined(p.of("scores"), ", ", ", ", "[", "]")}]  # Q @ K.T
weights = [${joined(p.of("weights", 3), ", ", ", ", "[", "]")}]  # softmax, each row sums to 1
output = [${joined(p.of("output", 3), ", ", ", ", "[", "]")}]  # weights @ V
`,
  "An outline": (p) => `I. Given
   A. Q = ${asList(p.of("query"))}
   B. K = ${asList(p.of("key"))}
   C. V = ${asList(p.of("value"))}
II. Work
   A. dot products: ${asList(p.of("scores"))}
   B. divided by sqrt(d_k): ${asList(p.of("scaled-scores", 3))}
   C. softmax: ${asList(p.of("weights", 3))}
III. Answer
   ${asList(p.of("output", 3))}
`,
  "A spreadsheet with tokens and sums": (p) => {
    const tokens = ["I", "like", "tea"];
    const grid = (cells: Cells, sums = false) =>
      cells.map((row, at) => [tokens[at], ...row, ...(sums ? ["1"] : [])].join("\t")).join("\n");
    return `Q\n${grid(p.of("query"))}\n\nK\n${grid(p.of("key"))}\n\nV\n${grid(p.of("value"))}\n\nWeights\t${tokens.slice(0, p.of("weights", 3)[0].length).join("\t")}\tsum\n${grid(p.of("weights", 3), true)}\n\nOutput\n${grid(p.of("output", 3))}\n`;
  },
  "Questions and answers": (p) => `Q1. What are the matrices?
Q = ${asList(p.of("query"))}; K = ${asList(p.of("key"))}; V = ${asList(p.of("value"))}
Q2. What are the attention scores?
A2. ${asList(p.of("scores"))}
Q3. What are the attention weights?
A3. ${asList(p.of("weights", 3))}
Q4. What is the output?
A4. ${asList(p.of("output", 3))}
`,
  "A page with small letters": (p) => {
    const t = (cells: Cells) =>
      `<table>${cells.map((row) => `<tr><td>${row.join("</td><td>")}</td></tr>`).join("")}</table>`;
    return `<!DOCTYPE html><html><body><p>Q</p>${t(p.of("query"))}<p>K</p>${t(p.of("key"))}<p>V</p>${t(p.of("value"))}<p>QK<sup>T</sup>/√d<sub>k</sub></p>${t(p.of("scaled-scores", 3))}<p>softmax(QK<sup>T</sup>/√d<sub>k</sub>)</p>${t(p.of("weights", 3))}<p>softmax(QK<sup>T</sup>/√d<sub>k</sub>)V</p>${t(p.of("output", 3))}</body></html>`;
  },
  "Numbers under the names of columns": (p) => {
    const t = (title: string, cells: Cells, names: readonly string[]) =>
      `${title}\n${padded([["", ...names.slice(0, cells[0].length)], ...withNames(["how", "are", "you"], cells)])}`;
    const tokens = ["how", "are", "you"];
    const dims = ["d1", "d2", "d3", "d4"];
    return `${t("Q", p.of("query"), dims)}\n${t("K", p.of("key"), dims)}\n${t("V", p.of("value"), dims)}\n${t("scores", p.of("scores"), tokens)}\n${t("weights", p.of("weights", 3), tokens)}\n${t("output", p.of("output", 3), dims)}\n`;
  },
};
