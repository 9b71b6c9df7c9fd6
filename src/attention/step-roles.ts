import type { Recorder, StepDescription } from "../trace/recorder.js";
import type { Step } from "../trace/trace.js";

/** Steps that have a number, or part of one, for every query with every key: the n×m ones, and the sums of their rows. */
const PAIR_ROLES = [
  "scores",
  "scaled-scores",
  "capped-scores",
  "biased-scores",
  "masked-scores",
  "exponentials",
  "masked-exponentials",
  "row-sums",
  "softmax",
  "falloff",
  "local-weights",
  "local-sums",
  "weights",
  "dropped-weights",
] as const;

/** The parts that steps play in the recipes of attention, whatever their ids: readers find steps by these. */
export const STEP_ROLES = [
  "query-projection",
  "key-projection",
  "value-projection",
  "head-query",
  "head-key",
  "head-value",
  ...PAIR_ROLES,
  "context",
  "concatenation",
  "output-projection",
  "encoding",
  "layer-input",
  "norm-mean",
  "norm-variance",
  "norm-mean-square",
  "normalised",
  "norm",
  "feed-forward-in",
  "gate",
  "activation",
  "gated",
  "feed-forward-out",
  "residual",
  "layer-output",
  // A gradient plays d- and the part of what it is by.
  "d-weights",
  "d-scores",
] as const;

export type StepRole = (typeof STEP_ROLES)[number];

/** Whether a step plays one of these parts. */
export function hasRole({ role }: Pick<Step, "role">, ...roles: readonly StepRole[]): boolean {
  return roles.some((one) => one === role);
}

/** A recorder that keeps no step of n×m numbers; what is recorded with it goes into the same recording. */
export function withoutPairs(recorder: Recorder): Recorder {
  return {
    ...recorder,
    step: (op, inputs, description) => recorder.step(op, inputs, dropPairs(description)),
  };
}

const dropPairs = <Description extends StepDescription>(description: Description): Description =>
  PAIR_ROLES.some((role) => role === description.role) ? { ...description, isKept: false } : description;
