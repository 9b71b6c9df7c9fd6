import type { Worked } from "./sheet.js";
import { type Rows, times, turned, worked } from "./worked.js";
import {
  asList,
  asMarkdown,
  asTex,
  counted,
  type Forms,
  joined,
  padded,
  withCommas,
  withNames,
} from "./writing.js";

const each = (a: Rows, f: (value: number, row: number, col: number) => number): Rows =>
  a.map((cells, row) => cells.map((value, col) => f(value, row, col)));

const ATTENTION = {
  q: [
    [1, 0],
    [2, 1],
  ],
  k: [
    [1, 2],
    [0, 1],
  ],
  v: [
    [4, 1],
    [0, 2],
  ],
};

/** The gradients of the sum of the output, by the product rule and the rule of the softmax. */
function workedBack(): Readonly<Record<string, Rows>> {
  const { q, k, v } = ATTENTION;
  const forward = worked(ATTENTION);
  const { weights } = forward;
  const back = each(forward.output, () => 1);
  const dWeights = times(back, turned(v));
  const inner = dWeights.map((row, i) => row.reduce((sum, value, j) => sum + value * weights[i][j], 0));
  const dScaled = each(weights, (value, i, j) => value * (dWeights[i][j] - inner[i]));
  const dScores = each(dScaled, (value) => value / Math.sqrt(2));
  return {
    ...forward,
    "d-value": times(turned(weights), back),
    "d-weights": dWeights,
    "d-scaled-scores": dScaled,
    "d-scores": dScores,
    "d-query": times(dScores, k),
    "d-key": times(turned(dScores), q),
  };
}

export const BACK: Worked = {
  values: workedBack(),
  width: 2,
  files: { "p.json": JSON.stringify({ query: ATTENTION.q, key: ATTENTION.k, value: ATTENTION.v }) },
  argv: ["attend", "p.json", "--backward", "ones"],
};

const LENGTH = 3;
const D_MODEL = 4;

/** sin and cos of pos / 10000^(2i/d), side by side (Vaswani et al. 2017, section 3.5). */
export const POSITIONS: Worked = {
  values: {
    angles: Array.from({ length: LENGTH }, (_, pos) => [0, 2].map((i) => pos / 10000 ** (i / D_MODEL))),
    encoding: Array.from({ length: LENGTH }, (_, pos) =>
      Array.from({ length: D_MODEL }, (_, col) => {
        const angle = pos / 10000 ** ((col - (col % 2)) / D_MODEL);
        return col % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      }),
    ),
  },
  width: D_MODEL,
  files: {},
  argv: ["posenc", "--length", String(LENGTH), "--d-model", String(D_MODEL)],
};

/** Sheets about gradients, below their problem. */
export const GRADIENTS: Forms = {
  "Gradients by letter": (p) => `Forward
weights = ${asList(p.of("weights", 4))}
output = ${asList(p.of("output", 4))}

Backward (dL/dO = all ones)
dV = ${asList(p.of("d-value", 4))}
dA = ${asList(p.of("d-weights", 4))}
dQ = ${asList(p.of("d-query", 4))}
dK = ${asList(p.of("d-key", 4))}
`,
  "Gradients as fractions": (p) => `∂L/∂V:
${joined(p.of("d-value", 3), "  ")}

∂L/∂A:
${joined(p.of("d-weights", 3), "  ")}

∂L/∂S:
${joined(p.of("d-scores", 3), "  ")}

∂L/∂Q:
${joined(p.of("d-query", 3), "  ")}

∂L/∂K:
${joined(p.of("d-key", 3), "  ")}
`,
  "Gradients in LaTeX": (p) => `\\begin{align*}
\\frac{\\partial L}{\\partial V} &= A^\\top G = ${asTex(p.of("d-value", 3))} \\\\
\\frac{\\partial L}{\\partial A} &= G V^\\top = ${asTex(p.of("d-weights", 3))} \\\\
\\frac{\\partial L}{\\partial Q} &= ${asTex(p.of("d-query", 3))} \\\\
\\frac{\\partial L}{\\partial K} &= ${asTex(p.of("d-key", 3))}
\\end{align*}
`,
  "Gradients of autograd": (p) => {
    const t = (key: string) =>
      `tensor([[${p
        .of(key, 4)
        .map((r) => r.join(", "))
        .join("],\n        [")}]])`;
    return `>>> out.sum().backward()
>>> q.grad
${t("d-query")}
>>> k.grad
${t("d-key")}
>>> v.grad
${t("d-value")}
`;
  },
  "Gradients in words": (p) => `Gradient with respect to the values:
${joined(p.of("d-value", 2), "  ")}
Gradient w.r.t. the attention weights:
${joined(p.of("d-weights", 2), "  ")}
Gradient with respect to the queries:
${joined(p.of("d-query", 2), "  ")}
Gradient with respect to the keys:
${joined(p.of("d-key", 2), "  ")}
`,
};

/** Sheets of positional encodings. */
export const ENCODINGS: Forms = {
  "A table of positions": (p) =>
    `Positional encoding (d_model = 4)\n\n${asMarkdown(["pos", "i=0", "i=1", "i=2", "i=3"], withNames(["0", "1", "2"], p.of("encoding", 4)))}\n`,
  "A vector a position": (p) =>
    p
      .of("encoding", 3)
      .map((row, pos) => `PE(${pos}) = [${row.join(", ")}]`)
      .join("\n"),
  "A German table of positions": (p) => `Positionskodierung
Position   sin      cos      sin      cos
${withCommas(p.of("encoding", 3))
  .map((row, pos) => `${pos}   ${row.join("   ")}`)
  .join("\n")}
`,
  "Angles first": (p) => `Angles pos/10000^(2i/d):
${joined(p.of("angles", 2), "   ")}

Encoding:
${joined(p.of("encoding", 4), "   ")}
`,
  "An array of encodings": (p) => `pe = np.array([
 ${p
   .of("encoding", 6)
   .map((row) => `[${row.join(", ")}]`)
   .join(",\n ")}
])
`,
  "Positions cell by cell": (p) =>
    p
      .of("encoding", 3)
      .map((row, pos) => row.map((cell, i) => `PE(${pos},${i}) = ${cell}`).join("\n"))
      .join("\n"),
  "Named dimensions": (p) =>
    padded([
      ["position", ...counted(4, "dim", 0)],
      ...withNames(["pos 0", "pos 1", "pos 2"], p.of("encoding", 4)),
    ]),
};
