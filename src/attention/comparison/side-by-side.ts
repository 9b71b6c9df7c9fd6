import { centredRanks, rankCorrelation, totalVariation } from "../../ops/agreement.js";
import { joinColumns } from "../../ops/parts.js";
import { jacobianNorm } from "../../ops/softmax-jacobian.js";
import { effectiveKeys } from "../../ops/summary.js";
import type { Op } from "../../trace/op.js";
import type { Axis } from "../../trace/trace.js";
import type { Recorder, Ref } from "../recorder.js";
import type { ScoredAttention } from "../scored-attention.js";
import type { StepName } from "../steps.js";
import type { Entrant } from "./entrants.js";
import { summarise } from "./summary.js";

/** One recorded scoring with the measures of its rows. */
export type MeasuredScoring = ReturnType<typeof recordMeasures>;

/** Records the measures of each row of one scoring, in the current scope. */
export function recordMeasures(
  recorder: Recorder,
  { name, isDrawn }: Pick<Entrant, "name" | "isDrawn">,
  { scores, softmax, weights, output, measures, conventions }: ScoredAttention,
) {
  const { entropy, largestWeight, strongestKey } = measures;
  return {
    name,
    isDrawn,
    scores,
    weights,
    output,
    entropy,
    largestWeight,
    strongestKey,
    effectiveKeys: recorder.record("effective-keys", effectiveKeys, [weights]),
    // For local attention: the softmax before the Gaussian.
    jacobianNorm: recorder.record("jacobian-norm", jacobianNorm, [softmax], undefined, { of: weights }),
    ranks: recorder.record("ranks", centredRanks, [weights], { blocked: conventions.mask?.cells }),
  };
}

/**
 * Records the tables that compare the scorings (n×scorings), how far they agree (scorings×scorings), and a summary in
 * words. Names the results of each scoring. Returns the scorings that the summary is about.
 */
export function recordSideBySide(
  recorder: Recorder,
  measured: readonly MeasuredScoring[],
): readonly string[] {
  const { numbers } = recorder;
  const scorings: Axis = { name: "scoring", labels: measured.map(({ name }) => name) };
  const [queries, keys] = measured[0].weights.axes;
  const join = (name: StepName, pick: (one: MeasuredScoring) => Ref, valuesOn?: Axis) =>
    recorder.record(name, joinColumns, measured.map(pick), undefined, {
      axes: [queries, scorings],
      valuesOn,
    });
  join("looks-at", (one) => one.strongestKey, keys);
  const largest = join("largest-weights", (one) => one.largestWeight);
  const entropies = join("entropies", (one) => one.entropy);
  join("effective-key-counts", (one) => one.effectiveKeys);
  const norms = join("jacobian-norms", (one) => one.jacobianNorm);
  const agree = (name: StepName, op: Op, pick: (one: MeasuredScoring) => Ref) =>
    recorder.record(name, op, measured.map(pick), undefined, { axes: [scorings, scorings] });
  const ranks = agree("rank-correlation", rankCorrelation, (one) => one.ranks);
  const variation = agree("total-variation", totalVariation, (one) => one.weights);
  const results = measured.map(({ name, isDrawn: _, ranks: _ranks, scores, weights, output, ...rows }) => [
    name,
    { scores, weights, ...(output && { output }), ...rows },
  ]);
  recorder.result("scorings", Object.fromEntries(results));
  const { sentences, about } = summarise(measured, {
    entropies: numbers.of(entropies),
    largest: numbers.of(largest),
    norms: numbers.of(norms),
    ranks: numbers.of(ranks),
    variation: numbers.of(variation),
  });
  recorder.finding("summary", sentences, sentences.join(" "));
  return about;
}
