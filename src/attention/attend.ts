import { UserError } from "../errors.js";
import { createRecorder, type Recorder, type Ref } from "../trace/recorder.js";
import type { Trace } from "../trace/trace.js";
import { recordConditioning } from "./conditioning.js";
import { settleConventions } from "./conventions.js";
import type { InputName } from "./inputs.js";
import type { Problem } from "./problem.js";
import { recordReading } from "./reading.js";
import {
  assignRoles,
  type GivenRefs,
  type Roles,
  recordGiven,
  recordProjections,
  requireValuePerKey,
} from "./roles.js";
import { SCORINGS } from "./scoring/registry.js";
import { recordSoftmax, recordWeightedSum } from "./softmax.js";

/** The inputs that `attend` takes. */
export const ATTEND_INPUTS: readonly InputName[] = [
  ...(["query", "key", "value", "x", "memory", "scores"] as const),
  ...(["wq", "wk", "wv", "bq", "bk", "bv", "mask", "bias", "wa", "ua", "va"] as const),
];

/**
 * One attention worked from the question to the answer: projections, scores, scale, softcap, bias, mask,
 * softmax, weighted sum (Vaswani et al. 2017, eq. 1, and the scoring functions before it).
 * Throws UserError: MISSING_INPUT, CONFLICTING_INPUTS, SHAPE_MISMATCH, ALIGNMENT_NEEDED, BAD_VALUE, EMPTY_ROW.
 */
export function recordAttend(problem: Problem): Trace {
  const { settings } = problem;
  const layout = settings.layout ?? "in-out";
  const recorder = createRecorder("attend");
  const refs = recordGiven(recorder, problem);
  const given = assignRoles(refs);
  const roles = recordProjections(recorder, given, refs, layout);
  const scores = refs.scores ? useScores(refs.scores, roles) : recordScores(recorder, roles, refs, settings);
  requireValuePerKey(given);
  const { rows, cols } = scores.output();
  const dK = refs.scores ? undefined : roles.key?.output().cols;
  const inForce = settleConventions(recorder, problem, refs, { numQueries: rows, numKeys: cols, dK });
  const conditioned = recordConditioning(recorder, scores, inForce, refs.bias ? [refs.bias] : []);
  const weights = recordSoftmax(recorder, conditioned, inForce);
  recorder.result("weights", weights);
  if (roles.value) {
    recorder.result("output", recordWeightedSum(recorder, weights, roles.value, "output", "Output"));
  }
  recordReading(recorder, weights);
  return recorder.trace();
}

/** Records the scores of the scoring that is set. Throws MISSING_INPUT without a query or a key. */
export function recordScores(
  recorder: Recorder,
  { query, key }: Roles,
  { wa, ua, va }: GivenRefs,
  { scoring = "scaled-dot", layout = "in-out" }: Problem["settings"],
): Ref {
  if (!query || !key) {
    const absent = query ? "key" : "query";
    throw new UserError("MISSING_INPUT", `There is no ${absent}.`, {
      hint: "Give query and key (and value), or x for self-attention, or scores.",
    });
  }
  const parameters = { ...(wa && { wa }), ...(ua && { ua }), ...(va && { va }) };
  return SCORINGS[scoring].record(recorder, { query, key, parameters, layout });
}

/** Scores that were given stand where a scoring function would have put them. */
function useScores(scores: Ref, { query, key }: Roles): Ref {
  if (query ?? key) {
    const name = query ? "query" : "key";
    throw new UserError("CONFLICTING_INPUTS", `Both scores and ${name} are given.`, {
      hint: "Scores stand for query and key; give one or the other.",
    });
  }
  return scores;
}
