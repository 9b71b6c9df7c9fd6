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
