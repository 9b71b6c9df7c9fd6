import type { Recorder, Ref } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import type { ModelWeights, OuterWeight, Weight } from "./architecture.js";

/** The weights that a model has once, as inputs of a recording. */
export type OuterRefs = { readonly [Name in OuterWeight]?: Ref | undefined };

/** Records the weights that a model has once as inputs, named as in their file. */
export const recordOuterWeights = (recorder: Recorder, { outer }: ModelWeights): OuterRefs =>
  recordWeights(recorder, outer);

/** Records the weights of one layer as inputs, named as in their file. */
export const recordLayerWeights = (recorder: Recorder, weights: ModelWeights["layers"][number]): GivenRefs =>
  recordWeights(recorder, weights);

function recordWeights<Name extends string>(
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
