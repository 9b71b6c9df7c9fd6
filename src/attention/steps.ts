import type { Axis } from "../trace/axis.js";
import type { Op, Ref } from "../trace/op.js";
import type { Recorder, StepDescription } from "../trace/recorder.js";
import type { Step } from "../trace/trace.js";
import { ATTENTION_STEPS } from "./steps/attention.js";
import { COMPARISON_STEPS } from "./steps/comparison.js";
import { HEAD_STEPS } from "./steps/heads.js";
import { LAYER_STEPS } from "./steps/layer.js";
import { MODEL_STEPS } from "./steps/model.js";
import { POSITION_STEPS } from "./steps/positions.js";
import type { StepKind } from "./steps/step-kind.js";

/** The catalogue: every kind of step that a recipe records. Recipes, readers, what people may call a step and its reference follow. */
export const STEPS = {
  ...ATTENTION_STEPS,
  ...HEAD_STEPS,
  ...LAYER_STEPS,
  ...MODEL_STEPS,
  ...POSITION_STEPS,
  ...COMPARISON_STEPS,
};

export type StepName = keyof typeof STEPS;

/** The parts that steps play in their recipes, whatever their ids; a gradient plays d- and the part of what it is by. */
export type StepRole =
  | { [Name in StepName]: (typeof STEPS)[Name] extends { readonly role: infer Role } ? Role : Name }[StepName]
  | "d-weights"
  | "d-scores";

/** Whether a step plays one of these parts. */
export function hasRole({ role }: Pick<Step, "role">, ...roles: readonly StepRole[]): boolean {
  return roles.some((one) => one === role);
}

const PAIR_ROLES: readonly (string | undefined)[] = Object.entries<StepKind>(STEPS).flatMap(
  ([name, { pairs, role = name }]) => (pairs ? [role] : []),
);

/** Gradients that are made of such steps, and stand for none of them. */
const PAIR_GRADIENTS: readonly string[] = ["d-row-dots", "d-quotient-dots"];

/** Whether a step, or a gradient by one, has a number for every query with every key, or a part of one. */
export function isOfPairs({ role = "" }: Pick<Step, "role">): boolean {
  const part = role.startsWith("d-") ? role.slice("d-".length) : role;
  return PAIR_GRADIENTS.includes(role) || PAIR_ROLES.includes(part);
}

/** What a step says of itself in place of what its kind says, and what only its recipe knows. */
export type Said = Partial<StepDescription> & { readonly rows?: Axis; readonly columns?: Axis };

/**
 * Records a step of the catalogue: title, formula, axes, view and role are those of its kind, but for what is `said`. What stands
 * at the edge of another step stands at that of its first input. It is made of those of the given inputs that there are.
 */
export function recordStep<Params>(
  recorder: Recorder,
  name: StepName,
  op: Op<Params>,
  given: readonly (Ref | undefined)[],
  ...[params, said]: undefined extends Params ? [params?: Params, said?: Said] : [params: Params, said?: Said]
): Ref {
  const inputs = given.filter((ref) => ref !== undefined);
  const description = describeStep(name, op, inputs, said);
  return recorder.step<unknown>(op as Op<unknown>, inputs, { ...description, params });
}

function describeStep(
  name: StepName,
  op: Pick<Op, "name">,
  inputs: readonly Ref[],
  { rows, columns, ...said }: Said = {},
): StepDescription {
  const kind: StepKind = STEPS[name];
  const { id = name, title = titleOf(id), formula = "", view, role = name } = kind;
  const [of] = inputs;
  const isBeside = view === "margin" || view === "row-summary";
  return {
    id,
    title,
    formula: typeof formula === "string" ? formula : formula(inputs, op),
    axes: said.axes ??
      kind.axes?.(inputs) ?? [
        rows ?? kind.rows ?? of.axes[0],
        columns ?? axisNamed(kind.columns) ?? of.axes[1],
      ],
    view,
    of: isBeside ? of : undefined,
    role,
    ...said,
  };
}

/** "scaled-scores" as "Scaled scores". */
const titleOf = (id: string) => id[0].toUpperCase() + id.slice(1).replaceAll("-", " ");

const axisNamed = (axis: StepKind["columns"]) => (typeof axis === "string" ? { name: axis } : axis);
