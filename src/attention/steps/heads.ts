import { tabulate } from "../../math/lists.js";
import { linear, ROW_MEASURE, type StepKind } from "./step-kind.js";

/** The steps around the heads of a layer, and the steps of heads in addition to those of one attention. */
export const HEAD_STEPS = {
  wq: { title: "W^Q" },
  wk: { title: "W^K" },
  wv: { title: "W^V" },
  bq: { title: "b^Q" },
  bk: { title: "b^K" },
  bv: { title: "b^V" },
  split: {
    formula: "head of a column = ⌊column / head size⌋",
    axes: () => [{ name: "matrix", labels: ["Q", "K", "V"] }, { name: "column" }],
  },
  "open-bias": { title: "Bias for all keys" },
  "given-bias": { title: "Given bias of this head", names: "bias attnbias attentionbias" },
  "dropout-mask": { title: "Dropout mask of this head" },
  "head-q": { id: "q", title: "Q of this head", role: "head-query", columns: "d_k" },
  "head-k": { id: "k", title: "K of this head", role: "head-key", columns: "d_k" },
  "head-v": { id: "v", title: "V of this head", role: "head-value", columns: "d_v" },
  "past-k": { title: "PAST-K of this head", columns: "d_k" },
  "past-v": { title: "PAST-V of this head", columns: "d_v" },
  "bias-k": { title: "BIAS-K of this head", columns: "d_k" },
  "bias-v": { title: "BIAS-V of this head", columns: "d_v" },
  sink: { title: "Sink of this head" },
  "sink-bias": { title: "The sink's logit", formula: "0, and the sink after the keys" },
  keys: { title: "All keys" },
  values: { title: "All values" },
  "q-norm": { title: "Norm of the queries", role: "norm" },
  "k-norm": { title: "Norm of the keys", role: "norm" },
  "q-rotated": { title: "Q rotated by its position" },
  "k-rotated": { title: "K rotated by its position" },
  "average-weights": { formula: "mean of α over the heads", view: "distribution" },
  "head-entropy": { title: "entropy / ln m", formula: "mean over the rows", ...ROW_MEASURE },
  "head-strongest-key": { title: "strongest key", formula: "argmax_j Σ_i α_ij", ...ROW_MEASURE },
  "head-first-key": { title: "on key 0", formula: "mean of α_i0", ...ROW_MEASURE },
  "head-diagonal": { title: "on itself", formula: "mean of α_ii", ...ROW_MEASURE },
  "head-previous": { title: "on the one before", formula: "mean of α_i,i−1", ...ROW_MEASURE },
  concat: {
    title: "Concatenation",
    formula: ({ length }) =>
      length === 1 ? "the context of the one head" : `[context of head 0; …; head ${length - 1}]`,
    symbol: "concat",
    names: "concatenated concatenation",
    role: "concatenation",
    axes: (contexts) => {
      const labels = contexts.flatMap(({ shape }, head) => tabulate(shape.cols, (col) => `h${head}:${col}`));
      return [contexts[0].axes[0], { name: "column", labels }];
    },
  },
  "joined-output": { id: "output", ...outputProjection() },
  "attention-output": {
    names: "selfattention selfattentionoutput multiheadattention mha",
    ...outputProjection(),
  },
  aligned: outputProjection(),
  "compared-places": {
    id: "places",
    title: "Keys that a query's heads look at",
    formula: "number of different argmax_j α_ij among the heads",
  },
  "different-places": {
    id: "places",
    title: "Different keys looked at",
    formula: "number of different argmax_j α_ij among the heads",
    columns: "measure",
  },
} as const satisfies Record<string, StepKind>;

/** Returns what the output of all heads has in common, whatever its name. */
function outputProjection() {
  const formula = linear("W^O", "b^O", "O", () => "concat");
  return { formula, role: "output-projection", columns: "d_model" } as const;
}
