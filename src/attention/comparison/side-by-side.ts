import { centredRanks, rankCorrelation, totalVariation } from "../../ops/agreement.js";
import { joinColumns } from "../../ops/parts.js";
import { jacobianNorm } from "../../ops/softmax-jacobian.js";
import { effectiveKeys } from "../../ops/summary.js";
import type { Op } from "../../trace/op.js";
import type { Axis } from "../../trace/trace.js";
import type { ScoredAttention } from "../attention.js";
import type { Recorder } from "../recorder.js";
import type { StepName } from "../steps.js";
import type { Entrant } from "./entrants.js";
import { summarise } from "./summary.js";

/** One recorded scoring with the measures of its rows. */
export type MeasuredScoring = ReturnType<typeof recordMeasures>;

type Measure = Exclude<keyof MeasuredScoring, "name" | "isDrawn" | "output">;

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
  const each = (measure: Measure) => measured.map((one) => one[measure]);
  const join = (name: StepName, measure: Measure, valuesOn?: Axis) =>
    recorder.record(name, joinColumns, each(measure), undefined, { axes: [queries, scorings], valuesOn });
  join("looks-at", "strongestKey", keys);
  const largest = join("largest-weights", "largestWeight");
  const entropies = join("entropies", "entropy");
  join("effective-key-counts", "effectiveKeys");
  const norms = join("jacobian-norms", "jacobianNorm");
  const agree = (name: StepName, op: Op, measure: Measure) =>
    recorder.record(name, op, each(measure), undefined, { axes: [scorings, scorings] });
  const ranks = agree("rank-correlation", rankCorrelation, "ranks");
  const variation = agree("total-variation", totalVariation, "weights");
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
