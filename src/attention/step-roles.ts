import type { Recorder, StepDescription } from "../trace/recorder.js";
import type { Step } from "../trace/trace.js";

/**
 * The parts that steps play in the recipes of attention, whatever their ids: readers find steps by these. A test holds the
 * list against what the recipes record.
 */
export type StepRole =
  | "query-projection"
  | "key-projection"
  | "value-projection"
  | "head-query"
  | "head-key"
  | "head-value"
  | PairRole
  | "context"
  | "concatenation"
  | "output-projection"
  | "encoding";

/** Steps that have a number, or part of one, for every query with every key: the n×m ones, and the sums of their rows. */
export type PairRole =
  | "scores"
  | "scaled-scores"
  | "capped-scores"
  | "biased-scores"
  | "masked-scores"
  | "exponentials"
  | "masked-exponentials"
  | "row-sums"
  | "softmax"
  | "falloff"
  | "local-weights"
  | "local-sums"
  | "weights";

const PAIR_ROLES: ReadonlySet<string | undefined> = new Set<PairRole>([
  ...(["scores", "scaled-scores", "capped-scores", "biased-scores", "masked-scores"] as const),
  ...(["exponentials", "masked-exponentials", "row-sums", "softmax"] as const),
  ...(["falloff", "local-weights", "local-sums", "weights"] as const),
]);

/** Whether a step plays this part. */
export function hasRole(step: Pick<Step, "role">, ...roles: readonly StepRole[]): boolean {
  return roles.some((role) => role === step.role);
}

/** A recorder that keeps no step of n×m numbers; what is recorded with it goes into the same recording. */
export function withoutPairs(recorder: Recorder): Recorder {
  return {
    ...recorder,
    step: (op, inputs, params, description) => recorder.step(op, inputs, params, dropPairs(description)),
  };
}

const dropPairs = (description: StepDescription): StepDescription =>
  PAIR_ROLES.has(description.role) ? { ...description, isKept: false } : description;
