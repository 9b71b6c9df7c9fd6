import {
  asList,
  asMarkdown,
  asNumpy,
  type Cells,
  counted,
  type Forms,
  joined,
  padded,
  withCommas,
  withNames,
} from "./writing.js";

const vector = (cells: Cells, sep = ", ") => cells.map((r) => `[${r.join(sep)}]`);
const given = (p: Parameters<Forms[string]>[0]) => `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}
`;

/** Sheets in a sixth style: the plain and common ones of students, teachers, assistants and programs. */
export const SIXTH_LOOK: Forms = {
  "Each score as a dot product with its terms": (p) => {
    const [q, k, s] = [p.of("query"), p.of("key"), p.of("scores")];
    return `${given(p)}
Dot products:
${s
  .flatMap((r, i) =>
    r.map((c, j) => `q${i + 1} . k${j + 1} = ${q[i].map((x, t) => `(${x})(${k[j][t]})`).join(" + ")} = ${c}`),
  )
  .join("\n")}

Scaled (divide by ${Math.sqrt(k[0].length).toFixed(3)}):
${joined(p.of("scaled-scores", 3))}

Attention weights:
${joined(p.of("weights", 3))}

Output:
${joined(p.of("output", 3))}
`;
  },
  "Angle brackets for products": (p) => `${given(p)}
${p
  .of("scores")
  .map((r, i) => r.map((c, j) => `<q${i + 1}, k${j + 1}> = ${c}`).join("   "))
  .join("\n")}

weights:
${p
  .of("weights", 3)
  .map((r, i) => r.map((c, j) => `a${i + 1}${j + 1} = ${c}`).join("   "))
  .join("\n")}

outputs:
${vector(p.of("output", 3))
  .map((r, i) => `z${i + 1} = ${r}`)
  .join("\n")}
`,
  "Softmax with exponentials written": (p) => {
    const [z, e, sum, a] = [
      p.of("scaled-scores", 3),
      p.of("exponentials", 3),
      p.of("row-sums", 3),
      p.of("weights", 3),
    ];
    return `${given(p)}
Scores QK^T:
${joined(p.of("scores"), "  ")}

Scaled scores:
${joined(z, "  ")}

Softmax:
${z
  .map((_, i) => `Row ${i + 1}: exp: ${e[i].join(", ")}   sum = ${sum[i][0]}   =>   ${a[i].join(", ")}`)
  .join("\n")}

Output:
${joined(p.of("output", 3), "  ")}
`;
  },
  "Commas between, one line a step": (p) => `Q: ${joined(p.of("query"), ",", " | ")}
K: ${joined(p.of("key"), ",", " | ")}
V: ${joined(p.of("value"), ",", " | ")}
scores: ${joined(p.of("scores"), ",", " | ")}
scaled: ${joined(p.of("scaled-scores", 3), ",", " | ")}
weights: ${joined(p.of("weights", 3), ",", " | ")}
out: ${joined(p.of("output", 3), ",", " | ")}
`,
  "CSV step,row,col,value": (p) => {
    const rows = (name: string, key: string, digits?: number) =>
      p.of(key, digits).flatMap((r, i) => r.map((c, j) => `${name},${i},${j},${c}`));
    return [
      "step,row,col,value",
      ...rows("Q", "query"),
      ...rows("K", "key"),
      ...rows("V", "value"),
      ...rows("scores", "scores"),
      ...rows("scaled_scores", "scaled-scores", 4),
      ...rows("weights", "weights", 4),
      ...rows("output", "output", 4),
      "",
    ].join("\n");
  },
  "CSV step,row,v1,v2": (p) => {
    const rows = (name: string, key: string, digits?: number) =>
      p.of(key, digits).map((r, i) => `${name},${i + 1},${r.join(",")}`);
    const widest = Math.max(p.of("key").length, p.of("key")[0].length, p.of("value")[0].length);
    return [
      `step,row,${counted(widest, "v").join(",")}`,
      ...rows("Q", "query"),
      ...rows("K", "key"),
      ...rows("V", "value"),
      ...rows("scores", "scores"),
      ...rows("scaled", "scaled-scores", 3),
      ...rows("weights", "weights", 3),
      ...rows("output", "output", 3),
      "",
    ].join("\n");
  },
  "Semicolon CSV with commas": (p) => {
    const block = (title: string, rows: Cells) =>
      `${title}${";".repeat(rows[0].length)}\n${joined(withNames(counted(rows.length, "Zeile "), withCommas(rows)), ";")}\n`;
    return [
      block("Q", p.of("query")),
      block("K", p.of("key")),
      block("V", p.of("value")),
      block("Scores", p.of("scores")),
      block("Skaliert", p.of("scaled-scores", 3)),
      block("Gewichte", p.of("weights", 3)),
      block("Ausgabe", p.of("output", 3)),
    ].join(";\n");
  },
  "A chat model, with tables": (p) => {
    const n = p.of("key").length;
    const qs = counted(p.of("query").length, "Token ");
    return `### 1️⃣ Inputs

${asMarkdown(
  ["Token", "Query", "Key", "Value"],
  p
    .of("key")
    .map((r, i) => [
      `${i + 1}`,
      p.of("query")[i] ? vector(p.of("query"))[i] : "–",
      vector([r])[0],
      vector(p.of("value"))[i],
    ]),
)}

### 2️⃣ Raw scores

${asMarkdown(
  ["", ...counted(n, "K")],
  withNames(
    counted(qs.length, "**Q").map((c) => `${c}**`),
    p.of("scores"),
  ),
)}

### 3️⃣ Attention weights (softmax of scaled scores)

${asMarkdown(
  ["", ...counted(n, "K")],
  withNames(
    counted(qs.length, "**Q").map((c) => `${c}**`),
    p.of("weights", 3),
  ),
)}

### 4️⃣ Output

${asMarkdown(
  ["Token", "Output"],
  vector(p.of("output", 3)).map((r, i) => [`${i + 1}`, r]),
)}
`;
  },
  "A chat model, output in words": (
    p,
  ) => `To compute the attention, first we need the query, key and value matrices:

Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

1. **Compute the dot products** between each query and each key. This gives us: ${asList(p.of("scores"))}
2. **Scale** by dividing by √${p.of("key")[0].length} ≈ ${Math.sqrt(p.of("key")[0].length).toFixed(2)}: ${asList(p.of("scaled-scores", 2))}
3. **Apply softmax** to each row: ${asList(p.of("weights", 2))}
4. **Take the weighted sum** of the values: ${asList(p.of("output", 2))}

In summary, token 1 has output (${p.way("output", 2)[0].join(", ")}).
`,
  "Markdown, rows of lists in bullets": (p) => {
    const rows = (name: string, cells: Cells) =>
      vector(cells)
        .map((r, i) => `* ${name}${i + 1} = ${r}`)
        .join("\n");
    return `### Inputs
${rows("q", p.of("query"))}
${rows("k", p.of("key"))}
${rows("v", p.of("value"))}

### Scores
${rows("s", p.of("scores"))}

### Scaled scores
${rows("s'", p.of("scaled-scores", 3))}

### Weights
${rows("a", p.of("weights", 3))}

### Outputs
${rows("o", p.of("output", 3))}
`;
  },
  "Stack Exchange question": (
    p,
  ) => `I'm trying to compute self-attention by hand and want to check my numbers. My inputs are:

    Q = ${asNumpy(p.of("query"), "        ")}
    K = ${asNumpy(p.of("key"), "        ")}
    V = ${asNumpy(p.of("value"), "        ")}

I get the following attention matrix (after scaling and softmax):

    ${asNumpy(p.of("weights", 4), "    ")}

and as the result

    ${asNumpy(p.of("output", 4), "    ")}

Is that right?
`,
  "Scanned page": (p) => `Name : Paul  Meier                          Datum: l2.O5.2O24

  Q = | ${joined(p.of("query"), "  ", " |\n      | ")} |

  K = | ${joined(p.of("key"), "  ", " |\n      | ")} |

  V = | ${joined(p.of("value"), "  ", " |\n      | ")} |

  Q . K^T = | ${joined(p.of("scores"), "  ", " |\n            | ")} |

  softmax ( ... / Vd ) = | ${joined(
    p.of("weights", 2).map((r) => r.map((c) => c.replace(/^0/, "O"))),
    "  ",
    " |\n                         | ",
  )} |

  Z = | ${joined(p.of("output", 2), "  ", " |\n      | ")} |
`,
  "Matrices of brackets of Unicode": (p) => {
    const tall = (name: string, rows: Cells) => {
      const lines = padded(rows, 0, " ").split("\n");
      return lines
        .map(
          (line, i) =>
            `${i === 0 ? name : " ".repeat(name.length)}${i === 0 ? "⎡" : i === lines.length - 1 ? "⎣" : "⎢"}${line}${i === 0 ? "⎤" : i === lines.length - 1 ? "⎦" : "⎥"}`,
        )
        .join("\n");
    };
    return `${tall("Q = ", p.of("query"))}
${tall("K = ", p.of("key"))}
${tall("V = ", p.of("value"))}

${tall("QKᵀ = ", p.of("scores"))}
${tall("QKᵀ/√dₖ = ", p.of("scaled-scores", 3))}
${tall("softmax = ", p.of("weights", 3))}
${tall("Output = ", p.of("output", 3))}
`;
  },
  "Weights with a sum column": (p) => `${given(p)}
${joined([["", ...counted(p.of("key").length, "k"), "sum"], ...withNames(counted(p.of("query").length, "q"), p.of("exponentials", 3)).map((r, i) => [...r, p.of("row-sums", 3)[i][0]])], "\t")}

${joined([["weights", ...counted(p.of("key").length, "k"), "sum"], ...withNames(counted(p.of("query").length, "q"), p.of("weights", 3)).map((r) => [...r, "1.000"])], "\t")}

output
${joined(p.of("output", 3), "\t")}
`,
  "Answer key": (p) => `ANSWER KEY – Quiz 5 – Self-Attention

Given
  Q = ${asList(p.of("query"))}   K = ${asList(p.of("key"))}   V = ${asList(p.of("value"))}

Solution
  1. QKᵀ = ${asList(p.of("scores"))}                 [1 pt]
  2. ÷√d_k → ${asList(p.of("scaled-scores", 3))}     [1 pt]
  3. softmax → ${asList(p.of("weights", 3))}         [2 pt]
  4. ·V → ${asList(p.of("output", 3))}               [1 pt]
`,
  "Blank lines filled in": (p) => `Fill in the blanks (3 decimals).

${given(p)}
1. Score of query 1 with each key:  __${p.of("scores")[0].join("__, __")}__
${p
  .of("scores")
  .slice(1)
  .map((r, i) => `   Score of query ${i + 2} with each key:  __${r.join("__, __")}__`)
  .join("\n")}
2. Attention weights of query 1:  __${p.of("weights", 3)[0].join("__, __")}__
${p
  .of("weights", 3)
  .slice(1)
  .map((r, i) => `   Attention weights of query ${i + 2}:  __${r.join("__, __")}__`)
  .join("\n")}
3. Output of query 1:  __${p.of("output", 3)[0].join("__, __")}__
${p
  .of("output", 3)
  .slice(1)
  .map((r, i) => `   Output of query ${i + 2}:  __${r.join("__, __")}__`)
  .join("\n")}
`,
  "Indexed cells with brackets": (p) => {
    const cells = (name: string, rows: Cells) =>
      rows.flatMap((r, i) => r.map((c, j) => `${name}[${i}][${j}] = ${c}`)).join("\n");
    return `${given(p)}
${cells("S", p.of("scores"))}

${cells("A", p.of("weights", 3))}

${cells("O", p.of("output", 3))}
`;
  },
  "Subscripts of LaTeX cell by cell": (p) => `${given(p)}
${p
  .of("scores")
  .flatMap((r, i) => r.map((c, j) => `$s_{${i + 1}${j + 1}} = ${c}$`))
  .join(", ")}

${p
  .of("weights", 3)
  .flatMap((r, i) => r.map((c, j) => `$\\alpha_{${i + 1}${j + 1}} = ${c}$`))
  .join(", ")}

${vector(p.of("output", 3))
  .map((r, i) => `$o_${i + 1} = ${r}$`)
  .join(", ")}
`,
  "Fractions in the weights": (p) => `${given(p)}
exp(scaled scores):
${joined(p.of("exponentials", 2), "   ")}
sums: ${p
    .of("row-sums", 2)
    .map((r) => r[0])
    .join(", ")}
weights:
${p
  .of("weights", 3)
  .map((r, i) =>
    r.map((c, j) => `${p.of("exponentials", 2)[i][j]}/${p.of("row-sums", 2)[i][0]} = ${c}`).join("   "),
  )
  .join("\n")}
output:
${joined(p.of("output", 3), "   ")}
`,
  "Notes of a lecture with arrows": (
    p,
  ) => `Q=${asList(p.of("query"))} K=${asList(p.of("key"))} V=${asList(p.of("value"))}
→ QKᵀ = ${asList(p.of("scores"))}
→ /√d = ${asList(p.of("scaled-scores", 2))}
→ softmax = ${asList(p.of("weights", 2))}
→ ×V = ${asList(p.of("output", 2))}
`,
};
