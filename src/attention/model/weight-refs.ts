import type { Recorder, Ref } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import type { ModelWeights, OuterWeight, Weight } from "./architecture.js";

/** The weights of the whole model as inputs of a recording. */
export type OuterRefs = { readonly [Name in OuterWeight]?: Ref | undefined };

/** Records the weights of the whole model as inputs, by the names that their file gives them. */
export const recordOuterWeights = (recorder: Recorder, { outer }: ModelWeights): OuterRefs =>
  recordWeights(recorder, outer);

/** Records the weights of one layer as inputs, by the names that their file gives them. */
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
