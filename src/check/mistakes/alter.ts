import type { Matrix } from "../../math/matrix.js";
import { findStep, keyOf, type Step, type Trace } from "../../trace/trace.js";

/** What is done instead of a step: other numbers from the same inputs, or from other ones. */
export interface Alteration {
  readonly inputs?: readonly string[];
  readonly compute?: (inputs: readonly Matrix[]) => Matrix;
}

/**
 * The same solution with some steps done differently, ready to be replayed. Nothing when no step is altered. A step may
 * use one that is recorded later: the steps are put in an order that works.
 */
export function alterSteps(trace: Trace, alter: (step: Step) => Alteration | undefined): readonly Trace[] {
  let isAltered = false;
  const steps = trace.steps.map((step): Step => {
    const alteration = alter(step);
    if (!alteration) return step;
    isAltered = true;
    return { ...step, ...alteration };
  });
  return isAltered ? [{ ...trace, steps: orderSteps(steps) }] : [];
}

/** Alters the steps of this id in every scope. */
export function alterStep(
  trace: Trace,
  id: string,
  alter: (step: Step) => Alteration | undefined,
): readonly Trace[] {
  return alterSteps(trace, (step) => (step.id === id ? alter(step) : undefined));
}

/** A step that merely hands on its first input. */
export const handOn: Alteration = { compute: ([matrix]) => matrix };

/** The step of this id in the same scope as another. */
export function besides(trace: Trace, step: Step, id: string): Step | undefined {
  return findStep(trace, keyOf({ scope: step.scope, id }));
}

type Shape = Pick<Matrix, "rows" | "cols">;

/** Whether two inputs or steps have the same shape. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.rows === b.rows && a.cols === b.cols;
}

function orderSteps(steps: readonly Step[]): readonly Step[] {
  const byKey = new Map(steps.map((step) => [keyOf(step), step]));
  const ordered = new Set<Step>();
  const visit = (step: Step): void => {
    if (ordered.has(step)) return;
    for (const input of step.inputs) {
      const before = byKey.get(input);
      if (before) visit(before);
    }
    ordered.add(step);
  };
  for (const step of steps) visit(step);
  return [...ordered];
}
