import { UserError } from "../errors.js";
import { setting } from "../setting-names.js";
import { createRecorder, type Recorder, type Ref } from "../trace/recorder.js";
import type { Trace } from "../trace/trace.js";
import { type RecordedAttention, recordAttention } from "./attention.js";
import { recordAttentional } from "./attentional.js";
import { settleConventions } from "./conventions.js";
import { settleDropout } from "./dropout.js";
import { EMBEDDING_INPUTS, recordEmbedded } from "./embedding/embedded.js";
import { GRADIENT_INPUTS, recordGradients } from "./gradients/backward.js";
import type { InputName } from "./inputs.js";
import { howToWork, type RecordOptions } from "./keeping.js";
import type { Problem } from "./problem.js";
import {
  assignRoles,
  type GivenRefs,
  isGiven,
  type Roles,
  recordGiven,
  recordProjections,
  requireValuePerKey,
} from "./roles.js";
import { recordScores, scoringInputs } from "./scores.js";
import { scoringOf } from "./scoring/registry.js";

/** The inputs that `attend` takes. */
export const ATTEND_INPUTS: readonly InputName[] = [
  "query",
  "key",
  "value",
  "x",
  "memory",
  "scores",
  "wq",
  "wk",
  "wv",
  "bq",
  "bk",
  "bv",
  "mask",
  "bias",
  "dropoutMask",
  "wa",
  "ua",
  "va",
  "wc",
  ...EMBEDDING_INPUTS,
  ...GRADIENT_INPUTS,
];

/**
 * One attention worked from the question to the answer: projections, scores, scale, softcap, bias, mask,
 * softmax, weighted sum (Vaswani et al. 2017, eq. 1, and the scoring functions before it); with W_c the attentional
 * vector made of it.
 * Throws UserError: MISSING_INPUT, CONFLICTING_INPUTS, SHAPE_MISMATCH, ALIGNMENT_NEEDED, BAD_VALUE, EMPTY_ROW.
 */
export function recordAttend(problem: Problem, options: RecordOptions = {}): Trace {
  const { settings } = problem;
  const { layout } = settings;
  const recorder = createRecorder("attend", howToWork(problem.settings, options, obstacleIn(problem)));
  const refs = recordEmbedded(recorder, problem, recordGiven(recorder, problem));
  const given = assignRoles(refs);
  const roles = recordProjections(recorder, given, refs, layout);
  const { weights, output } = recordWhole(recorder, problem, refs, { roles, given }, options);
  if (recorder.numbers.keeps(weights)) recorder.result("weights", weights);
  if (output) recorder.result("output", output);
  const last = refs.wc
    ? recordAttentional(recorder, { context: output, query: given.query }, refs.wc, layout)
    : output;
  recordGradients(recorder, last, refs, settings);
  return recorder.trace();
}

/** Records the scores and what comes of them. */
function recordWhole(
  recorder: Recorder,
  problem: Problem,
  refs: GivenRefs,
  { roles, given }: { readonly roles: Roles; readonly given: Roles },
  options: RecordOptions,
): Pick<RecordedAttention, "weights" | "output"> {
  const { settings } = problem;
  const { query, key, value } = roles;
  const scores = refs.scores ? useScores(refs.scores, roles) : recordScores(recorder, roles, refs, settings);
  requireValuePerKey(given);
  const places =
    !refs.scores && query && key
      ? scoringOf(settings).recordPlaces?.(recorder, scoringInputs({ query, key }, refs, settings), settings)
      : undefined;
  const conventions = settleConventions(recorder, problem, refs, {
    numQueries: scores.shape.rows,
    numKeys: scores.shape.cols,
    places: places && recorder.numbers.of(places),
    dK: refs.scores ? undefined : key?.shape.cols,
  });
  const dropout = settleDropout(recorder, refs.dropoutMask, settings);
  const biases = refs.bias ? [refs.bias] : [];
  const { logSumExp } = options;
  return recordAttention(recorder, {
    scores,
    biases,
    value,
    places,
    conventions,
    dropout: refs.dropoutMask && dropout && { ...dropout, mask: refs.dropoutMask },
    settings,
    logSumExp,
    as: "output",
  });
}

/** Why every n×m step is needed, where that is so. Throws CONFLICTING_INPUTS for scores that were given and are not to be kept. */
function obstacleIn({ matrices, settings }: Problem): string | undefined {
  if (matrices.scores && settings.stream === true) {
    throw new UserError("CONFLICTING_INPUTS", `${setting("stream")} keeps no scores, but scores are given.`, {
      hint: `Leave out ${setting("stream")}, or give query and key.`,
    });
  }
  if (matrices.scores) return "scores are given";
  return isGiven(matrices, "value") ? undefined : "there is no value, so that only n×m steps are left";
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
