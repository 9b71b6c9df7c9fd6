import { remember } from "../../math/remember.js";
import type { Input, Node } from "../../trace/op.js";
import type { Step, Trace } from "../../trace/trace.js";

/** The steps and inputs that differ in an altered solution. */
export interface Changes {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly inputs: ReadonlyMap<string, Input>;
}

export const UNCHANGED: Changes = { nodes: new Map(), inputs: new Map() };

/** Returns the steps of an altered solution that differ. */
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

/** Returns the differences of an altered solution. */
export const changesOf = (trace: Trace, altered: Trace): Changes => ({
  nodes: new Map(alteredSteps(trace, altered).map((step) => [step.key, step])),
  inputs: new Map(alteredInputs(trace, altered).map((input) => [input.name, input])),
});
