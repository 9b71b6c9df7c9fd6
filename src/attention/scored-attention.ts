import { UserError } from "../errors.js";
import type { AttendSettings } from "./attend-settings.js";
import { type RecordedAttention, recordAttention } from "./attention.js";
import { type Conventions, settleConventions } from "./conventions.js";
import { settleDropout } from "./dropout.js";
import type { RecordOptions } from "./keeping.js";
import type { Problem } from "./problem.js";
import type { Recorder, Ref } from "./recorder.js";
import { type GivenRefs, type Roles, requireRoles, requireValuePerKey } from "./roles.js";
import { scoringOf } from "./scoring/registry.js";
import type { ScoringInputs } from "./scoring/scoring.js";

/** One attention, its scores and its conventions. */
export interface ScoredAttention extends RecordedAttention {
  readonly scores: Ref;
  readonly conventions: Conventions;
}

/**
 * Records one attention from its scores on, which are given or computed by the scoring in use. `unprojected` are the
 * roles before their projection. Throws like recordAttend.
 */
export function recordScoredAttention(
  recorder: Recorder,
  problem: Problem,
  refs: GivenRefs,
  { roles, unprojected }: { readonly roles: Roles; readonly unprojected: Roles },
  { logSumExp }: Pick<RecordOptions, "logSumExp"> = {},
): ScoredAttention {
  const { settings } = problem;
  const scores = refs.scores ? useScores(refs.scores, roles) : recordScores(recorder, roles, refs, settings);
  requireValuePerKey(unprojected);
  const alignedPositions = recordAlignedPositions(recorder, refs, roles, settings);
  const conventions = settleConventions(recorder, problem, refs, {
    numQueries: scores.shape.rows,
    numKeys: scores.shape.cols,
    alignedPositions: alignedPositions && recorder.numbers.of(alignedPositions),
    dK: roles.key?.shape.cols,
  });
  const recorded = recordAttention(recorder, {
    scores,
    biases: refs.bias ? [refs.bias] : [],
    value: roles.value,
    alignedPositions,
    conventions,
    dropout: settleDropout(recorder, refs.dropoutMask, settings),
    settings,
    logSumExp,
    as: "output",
  });
  return { ...recorded, scores, conventions };
}

/** Records the position that each query looks at, for a local scoring. */
function recordAlignedPositions(
  recorder: Recorder,
  refs: GivenRefs,
  { query, key }: Roles,
  settings: AttendSettings,
): Ref | undefined {
  if (!query || !key) return undefined;
  return scoringOf(settings).recordAlignedPositions?.(
    recorder,
    scoringInputs({ query, key }, refs, settings),
    settings,
  );
}

/** Returns given scores. Throws CONFLICTING_INPUTS if there are also queries or keys. */
function useScores(scores: Ref, { query, key }: Roles): Ref {
  if (query ?? key) {
    const name = query ? "query" : "key";
    throw new UserError(
      "CONFLICTING_INPUTS",
      `Both scores and ${name} are given.`,
      "Scores replace query and key; give one or the other.",
    );
  }
  return scores;
}

/** Records the scores of the scoring in use. Throws MISSING_INPUT and SHAPE_MISMATCH. */
export function recordScores(
  recorder: Recorder,
  roles: Roles,
  refs: GivenRefs,
  settings: Problem["settings"],
): Ref {
  const hint = "Give query and key (and value), or x for self-attention, or scores.";
  const vectors = requireRoles(roles, ["query", "key"], hint);
  const scoring = scoringOf(settings);
  const inputs = scoringInputs(vectors, refs, settings);
  scoring.requireInputs(inputs);
  return scoring.record(recorder, inputs);
}

/** Returns the inputs of a scoring. */
function scoringInputs(
  { query, key }: Required<Pick<Roles, "query" | "key">>,
  { wa, ua, va }: GivenRefs,
  { layout = "in-out" }: Problem["settings"],
): ScoringInputs {
  return { query, key, layout, parameters: { wa, ua, va } };
}
