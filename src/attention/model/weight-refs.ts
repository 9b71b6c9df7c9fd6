import type { Recorder, Ref } from "../recorder.js";
import type { OuterWeight, Weight } from "./architecture.js";

/** The weights that a model has once, as inputs of a recording. */
export type OuterRefs = Partial<Record<OuterWeight, Ref>>;

/** Records weights as inputs, named as in their file. */
export function recordWeights<Name extends string>(
  recorder: Recorder,
  weights: Readonly<Partial<Record<Name, Weight>>>,
): Partial<Record<Name, Ref>> {
  const refs: Partial<Record<Name, Ref>> = {};
  for (const [name, weight] of Object.entries<Weight | undefined>(weights)) {
    if (!weight) continue;
    refs[name as Name] = recorder.input(weight.name, weight.matrix);
  }
  return refs;
}
