import {
  asList,
  asMarkdown,
  asTex,
  asTexLines,
  type Cells,
  counted,
  type Forms,
  joined,
  withCommas,
  withNames,
} from "./writing.js";

/** Sheets as documents: Word, LaTeX, spreadsheets, Markdown, pages. */
export const DOCUMENTS: Forms = {
  "Word with numbered headings and tabs": (p) => `Name: Lucy Brown	Student ID: 20231187
CS7643 – Assignment 3

1. Given matrices
Q
${joined(p.of("query"), "\t")}
K
${joined(p.of("key"), "\t")}
V
${joined(p.of("value"), "\t")}

2. Compute the raw scores
${joined(p.of("scores"), "\t")}

3. Divide by the square root of dk
${joined(p.of("scaled-scores", 3), "\t")}

4. Apply softmax to every row
${joined(p.of("weights", 3), "\t")}

5. Multiply with V
${joined(p.of("output", 3), "\t")}
`,
  "Word's linear equations": (p) => {
    const eq = (r: Cells) => `[■(${r.map((c) => c.join("&")).join("@")})]`;
    return `Q=${eq(p.of("query"))}
K=${eq(p.of("key"))}
V=${eq(p.of("value"))}
QK^T=${eq(p.of("scores"))}
QK^T/√(d_k )=${eq(p.of("scaled-scores", 2))}
A=softmax(QK^T/√(d_k ))=${eq(p.of("weights", 2))}
O=AV=${eq(p.of("output", 2))}
`;
  },
  "LaTeX sections": (p) => `\\documentclass[11pt]{article}
\\usepackage{amsmath}
\\title{Homework 5}
\\author{Priya Raman}
\\date{March 3, 2025}
\\begin{document}
\\maketitle
\\section*{Problem 1}
Let
\\[ Q = ${asTex(p.of("query"))}, \\quad K = ${asTex(p.of("key"))}, \\quad V = ${asTex(p.of("value"))}. \\]
\\textbf{(a)} The scores are
\\[ S = QK^\\top = ${asTex(p.of("scores"))}. \\]
\\textbf{(b)} After scaling and softmax we get
\\[ A = \\mathrm{softmax}\\left(\\frac{S}{\\sqrt{d_k}}\\right) \\approx ${asTex(p.of("weights", 3))}. \\]
\\textbf{(c)} Finally,
\\[ \\text{Attention}(Q, K, V) = AV \\approx ${asTex(p.of("output", 3))}. \\]
\\end{document}
`,
  "LaTeX align of several lines": (p) => `\\begin{align*}
Q &= ${asTexLines(p.of("query"))} \\\\
K &= ${asTexLines(p.of("key"))} \\\\
V &= ${asTexLines(p.of("value"))} \\\\
QK^{T} &= ${asTexLines(p.of("scores"))} \\\\
\\frac{QK^{T}}{\\sqrt{d_k}} &= ${asTexLines(p.of("scaled-scores", 2))} \\\\
\\text{softmax} &= ${asTexLines(p.of("weights", 2))} \\\\
\\text{output} &= ${asTexLines(p.of("output", 2))}
\\end{align*}
`,
  "LaTeX array with brackets": (p) => {
    const arr = (r: Cells) =>
      `\\left( \\begin{array}{${"c".repeat(r[0].length)}} ${r.map((c) => c.join(" & ")).join(" \\\\ ")} \\end{array} \\right)`;
    return `$$Q=${arr(p.of("query"))}$$
$$K=${arr(p.of("key"))}$$
$$V=${arr(p.of("value"))}$$

Attention scores:
$$${arr(p.of("scores"))}$$

Attention weights:
$$${arr(p.of("weights", 4))}$$

Context vectors:
$$${arr(p.of("output", 4))}$$
`;
  },
  "LaTeX booktabs": (p) => {
    const tab = (caption: string, rows: Cells) => `\\begin{table}[h]
\\centering
\\caption{${caption}}
\\begin{tabular}{${"r".repeat(rows[0].length)}}
\\toprule
${rows.map((r) => `${r.join(" & ")} \\\\`).join("\n")}
\\bottomrule
\\end{tabular}
\\end{table}
`;
    return `Given $Q = ${asTex(p.of("query"))}$, $K = ${asTex(p.of("key"))}$, $V = ${asTex(p.of("value"))}$.

${tab("Scaled scores", p.of("scaled-scores", 3))}
${tab("Attention weights", p.of("weights", 3))}
${tab("Output", p.of("output", 3))}`;
  },
  "Excel, pasted, labels on both sides": (p) => {
    const tok = ["the", "cat", "sat", "down"];
    const grid = (title: string, rows: Cells) =>
      [[title, ...tok.slice(0, rows[0].length)], ...withNames(tok, rows)].map((r) => r.join("\t")).join("\n");
    const dims = (title: string, rows: Cells) =>
      [[title, ...counted(rows[0].length, "d")], ...withNames(tok, rows)].map((r) => r.join("\t")).join("\n");
    return `${dims("Q", p.of("query"))}

${dims("K", p.of("key"))}

${dims("V", p.of("value"))}

${grid("Q*K^T", p.of("scores"))}

${grid("/sqrt(dk)", p.of("scaled-scores", 3))}

${grid("softmax", p.of("weights", 3))}

${dims("Z", p.of("output", 3))}
`;
  },
  "Excel, blocks side by side": (p) => {
    const blocks = (...bs: [string, Cells][]) => {
      const h = Math.max(...bs.map(([, r]) => r.length));
      const lines = [bs.flatMap(([t, r]) => [t, ...Array(r[0].length).fill("")])];
      for (let i = 0; i < h; i++)
        lines.push(bs.flatMap(([, r]) => [...(r[i] ?? Array(r[0].length).fill("")), ""]));
      return lines.map((l) => l.join("\t")).join("\n");
    };
    return `${blocks(["Q", p.of("query")], ["K", p.of("key")], ["V", p.of("value")])}

${blocks(["Scores", p.of("scores")], ["Weights", p.of("weights", 3)], ["Output", p.of("output", 3)])}
`;
  },
  "CSV of a German Excel": (p) => {
    const b = (t: string, r: Cells) =>
      `${t}${";".repeat(r[0].length - 1)}\n${joined(withCommas(r), ";")}\n${";".repeat(r[0].length - 1)}`;
    return [
      b("Query", p.of("query")),
      b("Key", p.of("key")),
      b("Value", p.of("value")),
      b("Skaliert", p.of("scaled-scores", 3)),
      b("Exponentialwerte", p.of("exponentials", 3)),
      b("Zeilensummen", p.of("row-sums", 3)),
      b("Gewichte", p.of("weights", 3)),
      b("Ausgabe", p.of("output", 3)),
    ].join("\n");
  },
  "Markdown with tables": (p) => {
    const [q, k, v, s, a, o] = [
      p.of("query"),
      p.of("key"),
      p.of("value"),
      p.of("scores"),
      p.of("weights", 3),
      p.of("output", 3),
    ];
    const dims = (r: Cells) => counted(r[0].length, "dim ");
    return `# Attention homework

## Inputs

**Q**

${asMarkdown(["", ...dims(q)], withNames(counted(q.length, "q"), q))}

**K**

${asMarkdown(["", ...dims(k)], withNames(counted(k.length, "k"), k))}

**V**

${asMarkdown(["", ...dims(v)], withNames(counted(v.length, "v"), v))}

## Scores

${asMarkdown(["", ...counted(k.length, "k")], withNames(counted(q.length, "q"), s))}

## Attention weights

${asMarkdown(["", ...counted(k.length, "k")], withNames(counted(q.length, "q"), a))}

## Output

${asMarkdown(["", ...dims(o)], withNames(counted(q.length, "q"), o))}
`;
  },
  "Markdown with formulas": (p) => `### Solution

We are given
$$Q = ${asTex(p.of("query"))},\\ K = ${asTex(p.of("key"))},\\ V = ${asTex(p.of("value"))}$$

1. **Scores** $S = QK^T$:
$$S = ${asTex(p.of("scores"))}$$
2. **Softmax** $A = \\text{softmax}(S/\\sqrt{d_k})$:
$$A = ${asTex(p.of("weights", 3))}$$
3. **Output** $O = AV$:
$$O = ${asTex(p.of("output", 3))}$$
`,
  "Grid tables": (p) => {
    const grid = (r: Cells) => {
      const w = Math.max(...r.flat().map((c) => c.length)) + 2;
      const line = `+${r[0].map(() => "-".repeat(w)).join("+")}+`;
      return [line, ...r.flatMap((x) => [`|${x.map((c) => ` ${c.padEnd(w - 1)}`).join("|")}|`, line])].join(
        "\n",
      );
    };
    return `Q
${grid(p.of("query"))}
K
${grid(p.of("key"))}
V
${grid(p.of("value"))}
Scaled scores
${grid(p.of("scaled-scores", 3))}
Attention weights
${grid(p.of("weights", 3))}
Output
${grid(p.of("output", 3))}
`;
  },
  "Org mode": (p) => {
    const org = (r: Cells) => r.map((x) => `| ${x.join(" | ")} |`).join("\n");
    return `* Given
** Q
${org(p.of("query"))}
** K
${org(p.of("key"))}
** V
${org(p.of("value"))}
* Scores
${org(p.of("scores"))}
* Weights
${org(p.of("weights", 4))}
* Output
${org(p.of("output", 4))}
`;
  },
  Typst: (p) => {
    const t = (r: Cells) => `mat(${r.map((x) => x.join(", ")).join("; ")})`;
    return `= Exercise 3

$ Q = ${t(p.of("query"))}, K = ${t(p.of("key"))}, V = ${t(p.of("value"))} $

$ Q K^T = ${t(p.of("scores"))} $
$ A = "softmax"((Q K^T) / sqrt(d_k)) = ${t(p.of("weights", 3))} $
$ O = A V = ${t(p.of("output", 3))} $
`;
  },
  "HTML page": (p) => {
    const t = (title: string, r: Cells) =>
      `<h3>${title}</h3><table>${r.map((x) => `<tr>${x.map((c) => `<td>${c}</td>`).join("")}</tr>`).join("")}</table>`;
    return `<!DOCTYPE html><html><head><title>HW</title></head><body><h1>Homework</h1>${t("Q", p.of("query"))}${t("K", p.of("key"))}${t("V", p.of("value"))}${t("Scores", p.of("scores"))}${t("Attention weights", p.of("weights", 3))}${t("Output", p.of("output", 3))}</body></html>`;
  },
  "Moodle review": (p) => `Started on	Monday, 4 March 2024, 10:02 AM
State	Finished
Time taken	14 mins 31 secs
Grade	8.00 out of 10.00 (80%)

Question 1
Complete
Marked out of 4.00
Let Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(p.of("value"))}. Work out the attention weights.
Answer:
${joined(p.of("weights", 3), " ")}

Question 2
Complete
Marked out of 6.00
Work out the output.
Answer:
${joined(p.of("output", 3), " ")}
`,
};
