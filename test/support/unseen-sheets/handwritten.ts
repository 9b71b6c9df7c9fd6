import { turned } from "./worked.js";
import { asList, asMarkdown, asPercent, type Cells, type Forms, joined } from "./writing.js";

/** Sheets as people write them by hand or type them. */
export const HANDWRITTEN: Forms = {
  "Handwriting with bars": (p) => {
    const b = (t: string, r: Cells) =>
      r
        .map((x, i) => `${i === ((r.length - 1) >> 1) ? t : " ".repeat(t.length)} | ${x.join("  ")} |`)
        .join("\n");
    return `${b("Q =", p.of("query"))}

${b("K =", p.of("key"))}

${b("V =", p.of("value"))}

${b("Q·Kᵀ =", p.of("scores"))}

divide by sqrt(dk):
${b("   =", p.of("scaled-scores", 2))}

softmax of rows
${b(" α =", p.of("weights", 2))}

${b("α·V =", p.of("output", 2))}
`;
  },
  "Handwriting with tall brackets": (p) => {
    const b = (t: string, r: Cells) => {
      const w = Math.max(...r.flat().map((c) => c.length));
      return r
        .map((x, i) => {
          const [o, c] =
            r.length === 1 ? ["[", "]"] : i === 0 ? ["⎡", "⎤"] : i === r.length - 1 ? ["⎣", "⎦"] : ["⎢", "⎥"];
          return `${i === ((r.length - 1) >> 1) ? t : " ".repeat(t.length)} ${o} ${x.map((y) => y.padStart(w)).join("  ")} ${c}`;
        })
        .join("\n");
    };
    return `${b("Q =", p.of("query"))}

${b("K =", p.of("key"))}

${b("V =", p.of("value"))}

Scores:
${b("S =", p.of("scores"))}

Weights:
${b("A =", p.of("weights", 3))}

Result:
${b("Z =", p.of("output", 3))}
`;
  },
  "Paragraphs a token": (p) => {
    const [q, k, v] = [p.of("query"), p.of("key"), p.of("value")];
    const [s, a, o] = [p.of("scores"), p.of("weights", 3), p.of("output", 3)];
    return `We have the queries Q = ${asList(q)}, the keys K = ${asList(k)} and the values V = ${asList(v)}.

${s
  .map(
    (_, i) => `Token ${i + 1}
The scores are [${s[i].join(", ")}].
After scaling and softmax the weights are [${a[i].join(", ")}].
So the output is [${o[i].join(", ")}].
`,
  )
  .join("\n")}`;
  },
  "Dot products one by one": (p) => {
    const [q, k, v] = [p.of("query"), p.of("key"), p.of("value")];
    const [s, a, o] = [p.of("scores"), p.of("weights", 3), p.of("output", 3)];
    return `Q = ${asList(q)}
K = ${asList(k)}
V = ${asList(v)}

Step 1: dot products
${s.flatMap((r, i) => r.map((c, l) => `q${i + 1} · k${l + 1} = ${q[i].map((x, t) => `${x}*${k[l][t]}`).join(" + ")} = ${c}`)).join("\n")}

Step 2: weights
${a.map((r, i) => `Row ${i + 1}: ${r.join(", ")}`).join("\n")}

Step 3: output
${o.map((r, i) => `Row ${i + 1}: ${r.join(", ")}`).join("\n")}
`;
  },
  "Softmax written out": (p) => {
    const [q, k, v] = [p.of("query"), p.of("key"), p.of("value")];
    const [z, e, a, o] = [
      p.of("scaled-scores", 2),
      p.way("exponentials", 2),
      p.of("weights", 2),
      p.of("output", 2),
    ];
    return `Q = ${asList(q)}; K = ${asList(k)}; V = ${asList(v)}

Scaled scores:
${joined(z)}

Softmax:
${z.map((r, i) => `softmax(${r.join(", ")}) = (${e[i].join(", ")}) / ${e[i].reduce((x, y) => x + Number(y), 0).toFixed(2)} = (${a[i].join(", ")})`).join("\n")}

Output:
${joined(o)}
`;
  },
  Percent: (p) => `Q: ${asList(p.of("query"))}
K: ${asList(p.of("key"))}
V: ${asList(p.of("value"))}

Attention weights
${joined(asPercent(p.of("weights", 2)), "  ")}

Output
${joined(p.of("output", 2), "  ")}
`,
  "Given, find, solution": (p) => `GIVEN
  Q = ${asList(p.of("query"))}
  K = ${asList(p.of("key"))}
  V = ${asList(p.of("value"))}
FIND
  attention output
SOLUTION
  scores       = ${asList(p.of("scores"))}
  scaled       = ${asList(p.of("scaled-scores", 3))}
  e^x          = ${asList(p.of("exponentials", 3))}
  weights      = ${asList(p.of("weights", 3))}
ANSWER
  output       = ${asList(p.of("output", 3))}
`,
  "A second attempt": (p) => {
    const bad = p.way("weights", 2).map((r) => [...r].reverse().map((c) => (Number(c) * 0.9).toFixed(2)));
    return `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

Scores:
${joined(p.of("scores"))}

Weights:
${joined(bad)}
wait, that's not right, the rows don't sum to 1. Again:

Weights:
${joined(p.of("weights", 2))}

Output:
${joined(p.of("output", 2))}
`;
  },
  "Keys turned": (p) => `Q:
${joined(p.of("query"))}

K^T:
${joined(turned(p.of("key")))}

V:
${joined(p.of("value"))}

Q K^T:
${joined(p.of("scores"))}

softmax:
${joined(p.of("weights", 3))}

O:
${joined(p.of("output", 3))}
`,
  "A table a query": (p) => {
    const [q, k, v] = [p.of("query"), p.of("key"), p.of("value")];
    const [s, z, e, a, o] = [
      p.of("scores"),
      p.of("scaled-scores", 2),
      p.of("exponentials", 2),
      p.of("weights", 2),
      p.of("output", 2),
    ];
    return `Q = ${asList(q)}
K = ${asList(k)}
V = ${asList(v)}

${s
  .map(
    (_, i) => `Query ${i + 1}

${asMarkdown(
  ["key", "score", "scaled", "exp", "weight"],
  s[i].map((c, l) => [`k${l + 1}`, c, z[i][l], e[i][l], a[i][l]]),
)}

Output ${i + 1}: (${o[i].join(", ")})
`,
  )
  .join("\n")}`;
  },
  Bullets: (p) => `- Q:
${p
  .of("query")
  .map((r) => `  - [${r.join(", ")}]`)
  .join("\n")}
- K:
${p
  .of("key")
  .map((r) => `  - [${r.join(", ")}]`)
  .join("\n")}
- V:
${p
  .of("value")
  .map((r) => `  - [${r.join(", ")}]`)
  .join("\n")}
- Scores:
${p
  .of("scores")
  .map((r) => `  - [${r.join(", ")}]`)
  .join("\n")}
- Weights:
${p
  .of("weights", 3)
  .map((r) => `  - [${r.join(", ")}]`)
  .join("\n")}
- Output:
${p
  .of("output", 3)
  .map((r) => `  - [${r.join(", ")}]`)
  .join("\n")}
`,
  "Names behind": (p) => `${joined(p.of("query"))}   <- this is Q

${joined(p.of("key"))}   <- this is K

${joined(p.of("value"))}   <- this is V

scores = ${asList(p.of("scores"))}
softmax weights = ${asList(p.of("weights", 2))}
final = ${asList(p.of("output", 2))}
`,
  "Vectors by name": (p) => {
    const [q, k, v, a, o] = [
      p.of("query"),
      p.of("key"),
      p.of("value"),
      p.of("weights", 3),
      p.of("output", 3),
    ];
    return `q1 = (${q[0].join(", ")})${q
      .slice(1)
      .map((r, i) => `, q${i + 2} = (${r.join(", ")})`)
      .join("")}
k1 = (${k[0].join(", ")})${k
      .slice(1)
      .map((r, i) => `, k${i + 2} = (${r.join(", ")})`)
      .join("")}
v1 = (${v[0].join(", ")})${v
      .slice(1)
      .map((r, i) => `, v${i + 2} = (${r.join(", ")})`)
      .join("")}

Attention weights:
${a.map((r, i) => `α${"₁₂₃₄"[i]} = (${r.join(", ")})`).join("\n")}

Outputs:
${o.map((r, i) => `z${i + 1} = (${r.join(", ")})`).join("\n")}
`;
  },
  "Check of sums": (p) => `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

Attention weights (each row should sum to 1 ✓)
${p
  .of("weights", 2)
  .map((r) => `${r.join("  ")}   (sum = ${r.reduce((x, y) => x + Number(y), 0).toFixed(2)})`)
  .join("\n")}

Output
${joined(p.of("output", 2), "  ")}
`,
};
