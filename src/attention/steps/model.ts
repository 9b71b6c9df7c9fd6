import { formulaName, type StepKind, singleAxis } from "./step-kind.js";

/** The steps of a model around its layers. */
export const MODEL_STEPS = {
  "token-embedding": { columns: "d_model" },
  "position-embedding": { columns: "d_model" },
  "segment-embedding": { columns: "d_model" },
  "embedding-sum": { title: "Sum of the embeddings", formula: (parts) => parts.map(formulaName).join(" + ") },
  "embedding-norm": { title: "Norm of the embeddings", role: "norm" },
  embedding: { formula: (parts) => parts.map(formulaName).join(" + ") },
  begin: { title: "First token, and the first start token" },
  between: {},
  text: { title: "Last end token, and the text" },
  sequence: {
    title: "Modalities and tokens",
    formula: "first token, each modality between its start and its end token, text",
  },
  windows: { columns: "column" },
  convolved: { formula: "windows Wᵀ + b", columns: "column" },
  projected: { formula: "convolved Wᵀ + b", columns: "d_model" },
  "residual-stream": { id: "residual", formula: "output" },
  "head-shares": { title: "What the heads look at", formula: "mean over the queries of Σ α_ij on such keys" },
  "cross-head-shares": {
    title: "What the heads look at",
    formula: "mean over the queries of Σ α_ij on such keys",
  },
  "all-weights": allWeights(),
  "all-cross-weights": allWeights(),
  "final-norm": { role: "norm" },
  "head-dense": { title: "Dense layer of the head", formula: "x Wᵀ + b" },
  "head-activation": { title: "Activation of the head" },
  "head-norm": { title: "Norm of the head", role: "norm" },
  logits: {
    formula: ([x, table, bias]) => `${formulaName(x)} ${table.key}ᵀ${bias ? ` + ${bias.key}` : ""}`,
    view: "similarity",
  },
  "logit-exponentials": { title: "Exponentials of the logits", formula: "E = e^(logit − row maximum)" },
  "logit-sums": {
    title: "Sums of the exponentials",
    formula: "Σ E",
    columns: singleAxis("sum", "Σ"),
    view: "margin",
  },
  probabilities: { formula: "p = E / Σ E" },
  "lens-input": { title: "Residual stream of one token" },
  "lens-norm": { title: "Final norm", role: "norm" },
  "lens-head-norm": { title: "Norm of the head", role: "norm" },
  loss: { rows: { name: "loss" }, columns: singleAxis("loss", "L") },
} as const satisfies Record<string, StepKind>;

function allWeights() {
  return {
    title: "Weights of all heads",
    formula: "a tile for each head: one row per layer, one column per head",
    view: "distribution",
  } as const;
}
