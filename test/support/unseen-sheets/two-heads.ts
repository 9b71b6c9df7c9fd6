import { asList, asTex, type Forms, joined, padded, withCommas } from "./writing.js";

const given = (p: Parameters<Forms[string]>[0]) => `X = ${asList(p.of("x"))}
W_Q = ${asList(p.of("wq"))}
W_K = ${asList(p.of("wk"))}
W_V = ${asList(p.of("wv"))}
W_O = ${asList(p.of("wo"))}
`;

/** Sheets of two heads. */
export const TWO_HEADS: Forms = {
  "Heads one below the other": (p) => `Multi-head attention, 2 heads
${given(p)}
Q = ${asList(p.of("q"))}
K = ${asList(p.of("k"))}
V = ${asList(p.of("v"))}

Head 1
scores
${joined(p.of("head 0/scores"))}
weights
${joined(p.of("head 0/weights", 3))}
output
${joined(p.of("head 0/context", 3))}

Head 2
scores
${joined(p.of("head 1/scores"))}
weights
${joined(p.of("head 1/weights", 3))}
output
${joined(p.of("head 1/context", 3))}

Concat
${joined(p.of("concat", 3))}

Final output (Concat · W_O)
${joined(p.of("output", 3))}
`,
  "Heads as sections of Markdown": (p) => {
    const t = (key: string, digits?: number) => joined(p.of(key, digits), " | ", "\n", "| ", " |");
    const head = (at: number) => `### head${at}

S${at}:

${t(`head ${at}/scores`)}

A${at}:

${t(`head ${at}/weights`, 2)}

Z${at} = A${at} V${at}:

${t(`head ${at}/context`, 2)}
`;
    return `## Setup
${given(p)}number of heads: 2

${head(0)}
${head(1)}
## Concatenation

${t("concat", 2)}

## Output

${t("output", 2)}
`;
  },
  "Heads in LaTeX": (p) => {
    const head = (at: number) =>
      `\\mathrm{head}_${at + 1} &= \\mathrm{softmax}\\left(\\frac{Q_${at + 1}K_${at + 1}^\\top}{\\sqrt{d_k}}\\right)V_${at + 1} = ${asTex(p.of(`head ${at}/weights`, 3))} V_${at + 1} = ${asTex(p.of(`head ${at}/context`, 3))} \\\\`;
    return `${given(p)}
h = 2
\\begin{align*}
${head(0)}
${head(1)}
\\mathrm{Concat} &= ${asTex(p.of("concat", 3))} \\\\
\\mathrm{MultiHead} &= \\mathrm{Concat}\\, W^O = ${asTex(p.of("output", 3))}
\\end{align*}
`;
  },
  "Heads of a German": (p) => {
    const m = (key: string, digits?: number) => joined(withCommas(p.of(key, digits)), "   ");
    return `Aufgabe 5: Multi-Head-Attention mit 2 Köpfen
${given(p)}
Kopf 1:
Gewichte
${m("head 0/weights", 2)}
Kontext
${m("head 0/context", 2)}
Kopf 2:
Gewichte
${m("head 1/weights", 2)}
Kontext
${m("head 1/context", 2)}

Ausgabe:
${m("output", 2)}
`;
  },
  "Heads in a print of NumPy": (p) => {
    const n = (keys: readonly string[], digits: number) =>
      `[${keys
        .map(
          (key) =>
            `[${p
              .of(key, digits)
              .map((row) => `[${row.join(" ")}]`)
              .join("\n  ")}]`,
        )
        .join("\n\n ")}]`;
    return `${given(p)}
>>> weights
${n(["head 0/weights", "head 1/weights"], 4)}
>>> heads_out
${n(["head 0/context", "head 1/context"], 4)}
>>> concat
[${p
      .of("concat", 4)
      .map((row) => `[${row.join(" ")}]`)
      .join("\n ")}]
>>> output
[${p
      .of("output", 4)
      .map((row) => `[${row.join(" ")}]`)
      .join("\n ")}]
`;
  },
  "Small titles with the head in them": (p) => `${given(p)}heads = 2

Attention weights, head #1:
${padded(p.of("head 0/weights", 3))}
Attention weights, head #2:
${padded(p.of("head 1/weights", 3))}
Output of head #1:
${padded(p.of("head 0/context", 3))}
Output of head #2:
${padded(p.of("head 1/context", 3))}
Concatenated:
${padded(p.of("concat", 3))}
After W_O:
${padded(p.of("output", 3))}
`,
};
