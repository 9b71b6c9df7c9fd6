import { ROW_MEASURE, ROW_SUM, type StepKind, singleAxis } from "./step-kind.js";

/** One row of a gradient of a single number, the loss. */
const LOSS_ROW = { rows: singleAxis("loss", "L") } as const;

const SWEPT = { view: "curve" } as const;

/** The steps that compare scorings. */
export const COMPARISON_STEPS = {
  wa: { title: "W_a (drawn)" },
  ua: { title: "U_a (drawn)" },
  va: { title: "v_a (drawn)" },
  "effective-keys": { title: "effective keys", formula: "e^(−Σ_j α_ij ln α_ij)", ...ROW_MEASURE },
  "jacobian-norm": {
    formula: "‖diag(p) − p pᵀ‖, the Frobenius norm",
    ...ROW_MEASURE,
  },
  ranks: { formula: "rank in the row, minus the mean rank" },
  jacobian: { formula: "J = diag(p) − p pᵀ", axes: ([{ axes }]) => [axes[1], axes[1]] },
  "jacobian-row-sums": { title: "Row sums of the Jacobian", formula: "Σ_k J_jk = 0", ...ROW_SUM },
  "output-gradient": { formula: "g = ∂L/∂o", ...LOSS_ROW },
  "weight-gradient": { title: "Gradient of the weights", ...LOSS_ROW },
  "score-gradient": { title: "Gradient of the scores", ...LOSS_ROW },
  costs: { title: "Costs of the scores", formula: "as in table 1 of Vaswani et al. 2017" },
  "layer-costs": { title: "Layers compared", formula: "Vaswani et al. 2017, table 1, without the O" },
  "looks-at": { title: "Where each row looks", formula: "argmax_j α_ij" },
  "largest-weights": { title: "Largest weight", formula: "max_j α_ij" },
  entropies: { title: "Entropy / ln m", formula: "−Σ_j α ln α / ln m" },
  "effective-key-counts": { title: "Effective number of keys", formula: "e^(−Σ_j α ln α)" },
  "jacobian-norms": { title: "Softmax Jacobian norm", formula: "‖diag(p) − p pᵀ‖" },
  "rank-correlation": {
    formula: "Spearman's ρ of the weights, mean over the rows",
  },
  "total-variation": { formula: "½ Σ_j |α_ij − α′_ij|, mean over the rows" },
  "dot-variance": { title: "Variance of q·k", formula: "var(q·k) = d_k in theory", ...SWEPT },
  "score-variance": { title: "Variance of the scores", formula: "as they enter the softmax", ...SWEPT },
  "swept-entropy": { id: "entropy", title: "Entropy / ln m", formula: "mean over the samples", ...SWEPT },
  "swept-largest-weight": {
    id: "largest-weight",
    formula: "mean over the samples",
    ...SWEPT,
  },
  "swept-jacobian-norm": {
    id: "jacobian-norm",
    title: "Softmax Jacobian norm",
    formula: "‖diag(p) − p pᵀ‖, median over the samples",
    ...SWEPT,
  },
  "published-bleu": { title: "Published: BLEU by attention dimension", formula: "Britz et al. 2017" },
} as const satisfies Record<string, StepKind>;
