import { columnSums, rowSums } from "../trace/ops/softmax.js";
import { relativeEntropy, rowArgmax, rowMaximum } from "../trace/ops/summary.js";
import type { Recorder, Ref } from "../trace/recorder.js";
import type { Axis } from "../trace/trace.js";

/** What recordReading recorded, for summaries of several of them. */
export interface Reading {
  /** n×1. */
  readonly entropy: Ref;
  /** n×1. */
  readonly strongestKey: Ref;
  /** n×1. */
  readonly largestWeight: Ref;
  /** 1×m. */
  readonly columnSums: Ref;
}

/** Records what a reader wants to know of each row of weights: its sum, where it looks, how spread it is. */
export function recordReading(recorder: Recorder, weights: Ref): Reading {
  const [queries, keys] = weights.axes;
  const sum: Axis = { name: "sum", labels: ["Σ"] };
  const measure: Axis = { name: "measure" };
  const ofWeights = { of: weights } as const;
  recorder.step(rowSums, [weights], undefined, {
    ...ofWeights,
    id: "weight-sums",
    title: "Weight sums",
    formula: "Σ_j α_ij",
    view: "margin",
    axes: [queries, sum],
  });
  const totals = recorder.step(columnSums, [weights], undefined, {
    ...ofWeights,
    id: "column-sums",
    title: "Column sums",
    formula: "Σ_i α_ij",
    view: "margin",
    axes: [sum, keys],
  });
  const summary = { ...ofWeights, view: "row-summary", axes: [queries, measure] } as const;
  const strongestKey = recorder.step(rowArgmax, [weights], undefined, {
    ...summary,
    id: "strongest-key",
    title: "looks at",
    formula: "argmax_j α_ij",
    valuesOn: keys,
  });
  const largestWeight = recorder.step(rowMaximum, [weights], undefined, {
    ...summary,
    id: "largest-weight",
    title: "with weight",
    formula: "max_j α_ij",
  });
  const entropy = recorder.step(relativeEntropy, [weights], undefined, {
    ...summary,
    id: "entropy",
    title: "entropy / ln m",
    formula: "−Σ_j α_ij ln α_ij / ln m",
  });
  return { entropy, strongestKey, largestWeight, columnSums: totals };
}
