import type { StepRole } from "../../attention/steps.js";
import { type Matrix, mapCells } from "../../math/matrix.js";
import { define } from "../../ops/define.js";
import { constant } from "../../trace/expression.js";
import type { Op } from "../../trace/op.js";
import { sameScope } from "../../trace/scope.js";
import { type Convention, computeStep, keyOf, type Step, type Trace } from "../../trace/trace.js";
import type { Mistake } from "./mistake.js";

/** What is done instead of a step: other numbers from the same inputs, another op, or the same of other inputs. */
export interface Alteration extends Partial<Pick<Step, "inputs" | "op" | "params">> {
  /** How a cell comes about, where that is told. */
  readonly explainCell?: Step["op"]["explainCell"];
  readonly compute?: (inputs: readonly Matrix[]) => Matrix;
  /** The key of numbers that are added to those of the step. A second mistake alters the step without this sum. */
  readonly plus?: string;
}

/** A step to which other numbers are added, with the step as it is without them. */
interface SummedStep extends Step {
  readonly summand: Step;
  readonly plus: string;
}

/**
 * The same solution with some steps done differently, ready to be replayed. Nothing when no step is altered. A step may
 * use one that is recorded later: the steps are put in an order that works.
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
  // A step with the inputs that it had stands where it stood.
  return [{ ...trace, steps: isReordered ? orderSteps(steps) : steps }];
}

function alterOne(step: Step | SummedStep, alter: (step: Step) => Alteration | undefined): Step | undefined {
  if ("summand" in step) {
    const summand = alterOne(step.summand, alter);
    return summand && addTo(summand, step.plus);
  }
  const alteration = alter(step);
  if (!alteration) return undefined;
  const { compute, explainCell = notTold, plus, ...other } = alteration;
  const changed = { ...step, ...other };
  const altered = compute
    ? { ...changed, op: { ...changed.op, compute, explainCell, shape: () => step.shape } }
    : changed;
  return plus === undefined ? altered : addTo(altered, plus);
}

/** What the op says of its cells is not what is done instead. */
const notTold = () => constant(Number.NaN);

/** A step with the numbers of `plus` added to what it makes of its own inputs, which stand before `plus`. */
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

/** How a mistake is applied whose steps are found one by one: `alter` says what is done instead of a step, if anything. */
export const altering =
  (alter: (step: Step, trace: Trace) => Alteration | undefined): Mistake["apply"] =>
  ({ trace }) =>
    alterSteps(trace, (step) => alter(step, trace));

/** How a mistake is applied that is made in the steps of one role, in every scope. */
export const alteringAt = (
  role: StepRole,
  alter: (step: Step, trace: Trace) => Alteration | undefined,
): Mistake["apply"] => altering((step, trace) => (step.role === role ? alter(step, trace) : undefined));

/** Another op on the same inputs, in the words that ops are defined in: so its arithmetic can be shown. */
export const insteadOf = <Params = undefined>(definition: Op<Params>["definition"]): Alteration => ({
  op: define({ name: "instead", definition }) as Op<unknown>,
});

/** A step that merely hands on its first input. */
export const handOn: Alteration = { compute: ([matrix]) => matrix };

/** The step of this role in the same scope as another. */
export function besides(trace: Trace, step: Step, role: StepRole): Step | undefined {
  return trace.steps.find((other) => other.role === role && sameScope(other.scope, step.scope));
}

/** The one step of this role in a run, or the first of them. */
export function findRole(trace: Trace, role: StepRole): Step | undefined {
  return trace.steps.find((step) => step.role === role);
}

/** What a run states of a convention. */
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
