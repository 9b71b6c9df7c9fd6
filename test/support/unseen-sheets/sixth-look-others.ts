import type { Worked } from "./sheet.js";
import { type Rows, times, worked } from "./worked.js";
import { asList, type Forms, joined, withCommas } from "./writing.js";

const each = (a: Rows, f: (value: number, row: number, col: number) => number): Rows =>
  a.map((cells, row) => cells.map((value, col) => f(value, row, col)));
const plus = (a: Rows, b: Rows) => each(a, (value, i, j) => value + b[i][j]);
const inf =
  (digits: number, word = "-inf") =>
  (x: number) =>
    Number.isFinite(x) ? x.toFixed(digits) : word;
const given = (p: Parameters<Forms[string]>[0]) => `Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}
`;

/** Sheets of a causal problem. */
export const SIXTH_CAUSAL: Forms = {
  "Causal German": (p) => `Maskierte Selbstaufmerksamkeit (kausale Maske)
${given(p)}
Maskierte Scores:
${joined(withCommas(p.of("masked-scores", inf(2, "-∞"))), "  ")}
Gewichte:
${joined(withCommas(p.of("weights", 2)), "  ")}
Ausgabe:
${joined(withCommas(p.of("output", 2)), "  ")}
`,
};

const X = [
  [1, 0, 1],
  [0, 1, 1],
];
const [WQ, WK, WV] = [
  [
    [1, 0],
    [0, 1],
    [1, 1],
  ],
  [
    [0, 1],
    [1, 0],
    [1, 0],
  ],
  [
    [2, 0],
    [0, 1],
    [1, 1],
  ],
];
const projected = worked({ q: times(X, WQ), k: times(X, WK), v: times(X, WV) });
/** X and its weights are on the sheet, without a separate problem. */
export const PROJECTED: Worked = {
  values: {
    ...projected,
    q: projected.query,
    k: projected.key,
    v: projected.value,
    x: X,
    wq: WQ,
    wk: WK,
    wv: WV,
  },
  width: 2,
  files: {},
  argv: [],
};
const from = (p: Parameters<Forms[string]>[0], x = "X", w = "W_") => `${x} = ${asList(p.of("x"))}
${w}Q = ${asList(p.of("wq"))}
${w}K = ${asList(p.of("wk"))}
${w}V = ${asList(p.of("wv"))}
`;
export const SIXTH_PROJECTED: Forms = {
  "Projections in steps": (p) => `${from(p)}
Q = X W_Q = ${asList(p.of("q"))}
K = X W_K = ${asList(p.of("k"))}
V = X W_V = ${asList(p.of("v"))}
scores = ${asList(p.of("scores"))}
scaled = ${asList(p.of("scaled-scores", 3))}
weights = ${asList(p.of("weights", 3))}
output = ${asList(p.of("output", 3))}
`,
  "Projections in blocks": (p) => `Embeddings X
${joined(p.of("x"))}

Weight matrix Wq
${joined(p.of("wq"))}

Weight matrix Wk
${joined(p.of("wk"))}

Weight matrix Wv
${joined(p.of("wv"))}

Queries
${joined(p.of("q"))}

Keys
${joined(p.of("k"))}

Values
${joined(p.of("v"))}

Scores
${joined(p.of("scores"))}

Attention weights
${joined(p.of("weights", 3))}

Output
${joined(p.of("output", 3))}
`,
};

// A layer, post-norm, relu, one head without projections.
const x = [
  [1, 0, 2],
  [0, 1, 1],
];
const w1 = [
  [1, 0, 1],
  [0, 1, 1],
  [1, -1, 0],
];
const w2 = [
  [1, 0, 0],
  [0, 1, 0],
  [1, 1, 1],
];
const normed = (rows: Rows) =>
  rows.map((r) => {
    const mean = r.reduce((a, b) => a + b, 0) / r.length;
    const variance = r.reduce((a, b) => a + (b - mean) ** 2, 0) / r.length;
    return r.map((c) => (c - mean) / Math.sqrt(variance + 1e-5));
  });
const inner = worked({ q: x, k: x, v: x });
const residual1 = plus(x, inner.output);
const norm1 = normed(residual1);
const hidden = each(times(norm1, w1), (c) => Math.max(0, c));
const fed = times(hidden, w2);
const residual2 = plus(norm1, fed);
export const LAYER: Worked = {
  values: {
    "head 0/scores": inner.scores,
    "head 0/scaled-scores": inner["scaled-scores"],
    "head 0/weights": inner.weights,
    attention: inner.output,
    "residual-1": residual1,
    "norm-1": norm1,
    "feed-forward-1": times(norm1, w1),
    activation: hidden,
    "feed-forward-2": fed,
    "residual-2": residual2,
    output: normed(residual2),
  },
  width: 3,
  files: { "p.json": JSON.stringify({ x, w1, w2 }) },
  argv: ["layer", "p.json"],
};
export const SIXTH_LAYER: Forms = {
  "A layer by equations": (p) => `attn = ${asList(p.of("attention", 3))}
x + attn = ${asList(p.of("residual-1", 3))}
LN1 = ${asList(p.of("norm-1", 3))}
ReLU(LN1 W1) = ${asList(p.of("activation", 3))}
FFN = ${asList(p.of("feed-forward-2", 3))}
LN1 + FFN = ${asList(p.of("residual-2", 3))}
LN2 = ${asList(p.of("output", 3))}
`,
};

export const SIXTH_POSITIONS: Forms = {
  "Encoding of a program": (p) => `>>> positional_encoding(3, 4)
array([${p
    .of("encoding", 8)
    .map((r) => `[${r.map((c) => c.padStart(11)).join(", ")}]`)
    .join(",\n       ")}])
`,
};

const rows = (p: Parameters<Forms[string]>[0], key: string, digits = 3) => joined(p.of(key, digits), "  ");
export const SIXTH_GRADIENTS: Forms = {
  "Backward in steps": (p) => `Backward pass (upstream gradient = ones)

dL/dV = A^T dO
${rows(p, "d-value")}

dL/dA = dO V^T
${rows(p, "d-weights")}

dL/dS (softmax backward)
${rows(p, "d-scaled-scores")}

dL/dQ
${rows(p, "d-query")}

dL/dK
${rows(p, "d-key")}
`,
  "Gradients with nabla": (p) => `∇V = ${asList(p.of("d-value", 3))}
∇Q = ${asList(p.of("d-query", 3))}
∇K = ${asList(p.of("d-key", 3))}
`,
};
