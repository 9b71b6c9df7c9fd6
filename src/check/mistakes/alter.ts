import type { StepRole } from "../../attention/steps.js";
import { type Matrix, mapCells } from "../../math/matrix.js";
import { define } from "../../ops/define.js";
import { constant } from "../../trace/expression.js";
import type { Op } from "../../trace/op.js";
import { sameScope } from "../../trace/scope.js";
import { type Convention, computeStep, keyOf, type Step, type Trace } from "../../trace/trace.js";
import type { Mistake } from "./mistake.js";

/** A replacement of a step: other numbers from the same inputs, another op, or the same op on other inputs. */
export interface Alteration extends Partial<Pick<Step, "inputs" | "op" | "params">> {
  /** The explanation of a cell, if it can be explained. */
  readonly explainCells?: Step["op"]["explainCells"];
  readonly compute?: (inputs: readonly Matrix[]) => Matrix;
  /** The key of numbers that are added to those of the step. A second mistake alters the step without this sum. */
  readonly plus?: string;
}

/** A step to which other numbers are added, with the step without them. */
interface SummedStep extends Step {
  readonly summand: Step;
  readonly plus: string;
}

/**
 * Returns the solution with some steps altered, ready for replay. Returns nothing if no step is altered. A step may use
 * one that is recorded later; the steps are sorted.
 */
export function alterSteps(trace: Trace, alter: (step: Step) => Alteration | undefined): readonly Trace[] {
  let [isAltered, isReordered] = [false, false];
  const steps = trace.steps.map((step) => {
    const altered = alterOne(step, alter);
    if (!altered) return step;
    isAltered = true;
    isReordered ||= altered.inputs !== step.inputs;
    return altered;
  });
  if (!isAltered) return [];
  // A step with unchanged inputs stays at its place.
  return [{ ...trace, steps: isReordered ? orderSteps(steps) : steps }];
}

function alterOne(step: Step | SummedStep, alter: (step: Step) => Alteration | undefined): Step | undefined {
  if ("summand" in step) {
    const summand = alterOne(step.summand, alter);
    return summand && addTo(summand, step.plus);
  }
  const alteration = alter(step);
  if (!alteration) return undefined;
  const { compute, explainCells = notTold, plus, ...other } = alteration;
  const changed = { ...step, ...other };
  const altered = compute
    ? { ...changed, op: { ...changed.op, compute, explainCells, shape: () => step.shape } }
    : changed;
  return plus === undefined ? altered : addTo(altered, plus);
}

/** The explanation of the op does not fit the replaced numbers. */
const notTold = () => () => constant(Number.NaN);

/** Adds the numbers of `plus` to those that a step computes from its own inputs, which come before `plus`. */
function addTo(summand: Step, plus: string): SummedStep {
  const compute = (inputs: readonly Matrix[]) => {
    const { cols, data } = inputs[inputs.length - 1];
    return mapCells(
      computeStep(summand, inputs.slice(0, -1)),
      (value, row, col) => value + data[row * cols + col],
    );
  };
  return {
    ...summand,
    summand,
    plus,
    inputs: [...summand.inputs, plus],
    op: { ...summand.op, compute },
  };
}

/** Alters the steps of this role in every scope. */
export function alterStep(
  trace: Trace,
  role: StepRole,
  alter: (step: Step) => Alteration | undefined,
): readonly Trace[] {
  return alterSteps(trace, (step) => (step.role === role ? alter(step) : undefined));
}

/**
 * Returns how a mistake is applied that looks at each step. `alter` returns the replacement of a step, if there is one.
 */
export const altering =
  (alter: (step: Step, trace: Trace) => Alteration | undefined): Mistake["apply"] =>
  ({ trace }) =>
    alterSteps(trace, (step) => alter(step, trace));

/** Returns how a mistake is applied that is made in the steps of one role, in every scope. */
export const alteringAt = (
  role: StepRole,
  alter: (step: Step, trace: Trace) => Alteration | undefined,
): Mistake["apply"] => altering((step, trace) => (step.role === role ? alter(step, trace) : undefined));

/** Returns another op on the same inputs. It is defined in array words like all ops, so its arithmetic can be shown. */
export const insteadOf = <Params = undefined>(definition: Op<Params>["definition"]): Alteration => ({
  op: define({ name: "instead", definition }) as Op<unknown>,
});

/** A step that only passes on its first input. */
export const passThroughInput: Alteration = { compute: ([matrix]) => matrix };

/** Returns the step of this role in the same scope as another step. */
export function besides(trace: Trace, step: Step, role: StepRole): Step | undefined {
  return trace.steps.find((other) => other.role === role && sameScope(other.scope, step.scope));
}

/** Returns the first step of this role in a run. */
export function findRole(trace: Trace, role: StepRole): Step | undefined {
  return trace.steps.find((step) => step.role === role);
}

/** Returns the value of a convention that a run states. */
export const stated = (trace: Trace, name: string): Convention["value"] | undefined =>
  trace.conventions.find((convention) => convention.name === name)?.value;

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
