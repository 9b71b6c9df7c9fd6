import { remember } from "../../math/remember.js";
import type { Input, Node } from "../../trace/op.js";
import type { Step, Trace } from "../../trace/trace.js";

/** What is done otherwise in a solution. */
export interface Changes {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly inputs: ReadonlyMap<string, Input>;
}

export const UNCHANGED: Changes = { nodes: new Map(), inputs: new Map() };

/** The steps of an altered solution that are done otherwise. */
export function alteredSteps(trace: Trace, altered: Trace): readonly Step[] {
  const before = remember(
    stepsBy,
    trace,
    () => new Map<string, Step>(trace.steps.map((step) => [step.key, step])),
  );
  return altered.steps.filter((step) => before.get(step.key) !== step);
}

const stepsBy = new WeakMap<Trace, ReadonlyMap<string, Step>>();

export const alteredInputs = (trace: Trace, altered: Trace): readonly Input[] =>
  altered.inputs.filter(({ name, matrix }) =>
    trace.inputs.some((input) => input.name === name && input.matrix !== matrix),
  );

/** What an altered solution does otherwise. */
export const changesOf = (trace: Trace, altered: Trace): Changes => ({
  nodes: new Map(alteredSteps(trace, altered).map((step) => [step.key, step])),
  inputs: new Map(alteredInputs(trace, altered).map((input) => [input.name, input])),
});
