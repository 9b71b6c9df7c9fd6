import type { StepRole } from "../../attention/steps.js";
import { cellOf, type Matrix, mapCells, sameShape, transpose } from "../../math/matrix.js";
import { define } from "../../ops/define.js";
import { constant } from "../../trace/expression.js";
import type { Op } from "../../trace/op.js";
import {
  type Convention,
  computeStep,
  matrixOf,
  type Step,
  sameScope,
  type Trace,
} from "../../trace/trace.js";
import type { Mistake } from "./mistake.js";

/** A replacement of a step: other numbers from the same inputs, another op, or the same op on other inputs. */
export interface Alteration extends Partial<Pick<Step, "inputs" | "op" | "params">> {
  /** The explanation of a cell, if it can be explained. */
  readonly explainCells?: Step["op"]["explainCells"];
  readonly compute?: (inputs: readonly Matrix[]) => Matrix;
}

/** Returns the replacement of a step, if there is one. */
export type Alter = (step: Step, trace: Trace) => Alteration | undefined;

/**
 * Returns the solution with some steps altered, ready for replay. Returns nothing if no step is altered. A step may use
 * one that is recorded later; the steps are sorted.
 */
export function alterSteps(trace: Trace, alter: Alter): readonly Trace[] {
  const steps = trace.steps.map((step) => {
    const alteration = alter(step, trace);
    return alteration ? altered(step, alteration) : step;
  });
  return steps.some((step, at) => step !== trace.steps[at]) ? [{ ...trace, steps: inOrder(steps) }] : [];
}

/** Returns a step with its replacement. */
export function altered(step: Step, { compute, explainCells = notTold, ...other }: Alteration): Step {
  const replaced = { ...step, ...other };
  const shape = () => step.shape;
  return compute ? { ...replaced, op: { ...replaced.op, compute, explainCells, shape } } : replaced;
}

/** Puts each step after the steps that it uses. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const ordered = new Set<Step>();
  const visit = (step: Step | undefined): void => {
    if (!step || ordered.has(step)) return;
    for (const input of step.inputs) visit(byKey.get(input));
    ordered.add(step);
  };
  steps.forEach(visit);
  return [...ordered];
}

/** The explanation of the op does not fit the replaced numbers. */
const notTold = () => () => constant(Number.NaN);

/** Changes the numbers that a step computes. */
export const changeOutput = (step: Step, change: (made: Matrix) => Matrix): Alteration => ({
  compute: (inputs) => change(computeStep(step, inputs)),
});

/** Changes each number that a step computes. */
export const changeCells = (step: Step, change: Parameters<typeof mapCells>[1]): Alteration =>
  changeOutput(step, (made) => mapCells(made, change));

/** Changes the numbers from which a step is computed. */
export const changeInputs = (
  step: Step,
  change: (inputs: readonly Matrix[]) => readonly Matrix[],
): Alteration => ({ compute: (inputs) => computeStep(step, change(inputs)) });

/** Adds the numbers of another step or of an input. */
export const plus = (step: Step, key: string): Alteration => ({
  inputs: [...step.inputs, key],
  compute: (inputs) => {
    const [added, ...own] = inputs.toReversed();
    return mapCells(
      computeStep(step, own.toReversed()),
      (value, row, col) => value + cellOf(added, row, col),
    );
  },
});

/** Alters the steps of this role in every scope. */
export const alterStep = (trace: Trace, role: StepRole, alter: Alter): readonly Trace[] =>
  alterSteps(trace, (step) => (step.role === role ? alter(step, trace) : undefined));

/** Alters the steps with this op in every scope. Compares names, because an altered op keeps its name. */
export const alterOp = <Params>(trace: Trace, { name }: Op<Params>, alter: Alter): readonly Trace[] =>
  alterSteps(trace, (step) => (step.op.name === name ? alter(step, trace) : undefined));

/** Returns how a mistake is applied that looks at each step. */
export const altering =
  (alter: Alter): Mistake["apply"] =>
  ({ trace }) =>
    alterSteps(trace, alter);

/** Returns how a mistake is applied that people make in several steps of a run: in each of them alone, then in all. */
export const alteringEach =
  (alter: Alter): Mistake["apply"] =>
  ({ trace }) => {
    const ids = [...new Set(trace.steps.flatMap((step) => (alter(step, trace) ? step.id : [])))];
    const choices = ids.length > 1 ? [...ids.map((id) => [id]), ids] : [ids];
    return choices.flatMap((chosen) =>
      alterSteps(trace, (step) => (chosen.includes(step.id) ? alter(step, trace) : undefined)),
    );
  };

/** Returns how a mistake is applied that is made in the steps of one role, in every scope. */
export const alteringAt =
  (role: StepRole, alter: Alter): Mistake["apply"] =>
  ({ trace }) =>
    alterStep(trace, role, alter);

/** Returns another op on the same inputs. It is defined in array words like all ops, so its arithmetic can be shown. */
export const insteadOf = <Params = undefined>(definition: Op<Params>["definition"]): Alteration => ({
  op: define({ name: "instead", definition }) as Op<unknown>,
});

/** A step that only passes on its first input. */
export const passThroughInput: Alteration = { compute: ([matrix]) => matrix };

/** Returns a step that only passes on one of its inputs, if that has the step's own shape. */
export const passOn = (trace: Trace, step: Step, at = 0): Alteration | undefined =>
  sameShape(matrixOf(trace, step.inputs[at]), step.shape) ? { compute: (inputs) => inputs[at] } : undefined;

/** Uses another matrix as one of the inputs of a step, if it has the same shape. */
export const useInstead = (
  trace: Trace,
  { inputs }: Step,
  at: number,
  key: string | undefined,
): Alteration | undefined =>
  key !== undefined && sameShape(matrixOf(trace, key), matrixOf(trace, inputs[at]))
    ? { inputs: inputs.with(at, key) }
    : undefined;

/** Transposes one of the inputs of a step, if it is square. */
export function transposeInput(trace: Trace, step: Step, at: number): Alteration | undefined {
  const { rows, cols } = matrixOf(trace, step.inputs[at]);
  return rows === cols ? changeInputs(step, (inputs) => inputs.with(at, transpose(inputs[at]))) : undefined;
}

/** Returns the step of this role in the same scope as another step. */
export function besides(trace: Trace, step: Step, role: StepRole): Step | undefined {
  return trace.steps.find((other) => other.role === role && sameScope(other.scope, step.scope));
}

/** Returns the first step of this role in a run. */
export function findRole(trace: Trace, role: StepRole): Step | undefined {
  return trace.steps.find((step) => step.role === role);
}

/** Swaps two steps that follow each other: the second is computed first. */
export const inOtherOrder = (trace: Trace, first: StepRole, second: StepRole): readonly Trace[] =>
  alterSteps(trace, (step) => {
    const [one, other] = [besides(trace, step, first), besides(trace, step, second)];
    if (!one || other?.inputs[0] !== one.key) return undefined;
    if (step === one) return { inputs: [other.key, ...one.inputs.slice(1)] };
    if (step === other) return { inputs: [one.inputs[0], ...other.inputs.slice(1)] };
    if (!step.inputs.includes(other.key)) return undefined;
    return { inputs: step.inputs.map((key) => (key === other.key ? one.key : key)) };
  });

/** Returns the value of a convention that a run states. */
export const stated = (trace: Trace, name: string): Convention["value"] | undefined =>
  trace.conventions.find((convention) => convention.name === name)?.value;
