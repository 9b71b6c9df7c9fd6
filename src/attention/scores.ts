import { UserError } from "../errors.js";
import type { Problem } from "./problem.js";
import type { Recorder, Ref } from "./recorder.js";
import type { GivenRefs, Roles } from "./roles.js";
import { scoringOf } from "./scoring/registry.js";
import type { ScoringInputs } from "./scoring/scoring.js";

/** Records the scores of the scoring that is set. Throws MISSING_INPUT and SHAPE_MISMATCH. */
export function recordScores(
  recorder: Recorder,
  { query, key }: Roles,
  refs: GivenRefs,
  settings: Problem["settings"],
): Ref {
  if (!query || !key) {
    const absent = query ? "key" : "query";
    throw new UserError(
      "MISSING_INPUT",
      `There is no ${absent}.`,
      "Give query and key (and value), or x for self-attention, or scores.",
    );
  }
  const scoring = scoringOf(settings);
  const inputs = scoringInputs({ query, key }, refs, settings);
  scoring.requireInputs(inputs);
  return scoring.record(recorder, inputs);
}

/** What a scoring records from. */
export function scoringInputs(
  { query, key }: Required<Pick<Roles, "query" | "key">>,
  { wa, ua, va }: GivenRefs,
  { layout = "in-out" }: Problem["settings"],
): ScoringInputs {
  return { query, key, layout, parameters: { wa, ua, va } };
}
