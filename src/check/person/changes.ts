import { remember } from "../../math/remember.js";
import type { Node } from "../../trace/op.js";
import type { Step, Trace } from "../../trace/trace.js";

/** The steps that differ in an altered solution, by key. */
export type Changes = ReadonlyMap<string, Node>;

export const UNCHANGED: Changes = new Map();

/** Returns the steps of an altered solution that differ. */
export function alteredSteps(trace: Trace, altered: Trace): readonly Step[] {
  const before = remember(stepsBy, trace, () => new Set(trace.steps));
  return altered.steps.filter((step) => !before.has(step));
}

const stepsBy = new WeakMap<Trace, ReadonlySet<Step>>();

/** Returns the differences of an altered solution. */
export const changesOf = (trace: Trace, altered: Trace): Changes =>
  new Map(alteredSteps(trace, altered).map((step) => [step.key, step]));
