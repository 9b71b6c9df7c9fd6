import { UserError } from "../errors.js";
import type { BooleanMatrix } from "../math/matrix.js";
import type { Recorder, Ref } from "../trace/recorder.js";
import { recordConditioning } from "./conditioning.js";
import { settleConventions } from "./conventions.js";
import type { Problem } from "./problem.js";
import type { GivenRefs, Roles } from "./roles.js";
import { recordLocalWeights } from "./scoring/local-weights.js";
import { scoringOf } from "./scoring/registry.js";
import type { ScoringInputs } from "./scoring/scoring.js";
import { recordSoftmax } from "./softmax.js";

// From queries and keys to weights.

/** What a row of scores became. `softmax` is `weights` itself except in local attention. n×m each. */
export interface Alignment {
  readonly softmax: Ref;
  readonly weights: Ref;
  /** Cells that may not attend. */
  readonly blocked: BooleanMatrix | undefined;
}

/**
 * Decides the conventions and records scores → weights: scale, softcap, bias, mask, softmax, and the fall-off of local
 * attention. Throws as recordAttend does.
 */
export function recordAlignment(
  recorder: Recorder,
  problem: Pick<Problem, "settings" | "mask">,
  refs: GivenRefs,
  { query, key }: Roles,
  scores: Ref,
): Alignment {
  const { settings } = problem;
  const scoring = scoringOf(settings);
  const inputs = !refs.scores && query && key && scoringInputs(query, key, refs, settings);
  const places = inputs ? scoring.recordPlaces?.(recorder, inputs, settings) : undefined;
  const { rows, cols } = scores.output();
  const inForce = settleConventions(recorder, problem, refs, {
    numQueries: rows,
    numKeys: cols,
    places: places?.output(),
    dK: refs.scores ? undefined : key?.output().cols,
  });
  const conditioned = recordConditioning(recorder, scores, inForce, refs.bias ? [refs.bias] : []);
  const blocked = inForce.mask?.blocked;
  if (!places) {
    const weights = recordSoftmax(recorder, conditioned, inForce);
    return { softmax: weights, weights, blocked };
  }
  const softmax = recordSoftmax(recorder, conditioned, inForce, { id: "align", title: "Alignment" });
  return { softmax, weights: recordLocalWeights(recorder, softmax, places, inForce, settings), blocked };
}

/** Records the scores of the scoring that is set. Throws MISSING_INPUT without a query or a key. */
export function recordScores(
  recorder: Recorder,
  { query, key }: Roles,
  refs: GivenRefs,
  settings: Problem["settings"],
): Ref {
  if (!query || !key) {
    const absent = query ? "key" : "query";
    throw new UserError("MISSING_INPUT", `There is no ${absent}.`, {
      hint: "Give query and key (and value), or x for self-attention, or scores.",
    });
  }
  return scoringOf(settings).record(recorder, scoringInputs(query, key, refs, settings));
}

function scoringInputs(
  query: Ref,
  key: Ref,
  { wa, ua, va }: GivenRefs,
  { layout }: Problem["settings"],
): ScoringInputs {
  return { query, key, layout, parameters: { ...(wa && { wa }), ...(ua && { ua }), ...(va && { va }) } };
}
