import type { Step } from "../trace/trace.js";
import { ATTENTION_STEPS } from "./steps/attention.js";
import { COMPARISON_STEPS } from "./steps/comparison.js";
import { HEAD_STEPS } from "./steps/heads.js";
import { LAYER_STEPS } from "./steps/layer.js";
import { MODEL_STEPS } from "./steps/model.js";
import { POSITION_STEPS } from "./steps/positions.js";
import type { StepKind } from "./steps/step-kind.js";

/**
 * The catalogue of every kind of step that a recipe records. Recipes, readers, the names that people may use and the
 * reference are derived from it.
 */
export const STEPS = {
  ...ATTENTION_STEPS,
  ...HEAD_STEPS,
  ...LAYER_STEPS,
  ...MODEL_STEPS,
  ...POSITION_STEPS,
  ...COMPARISON_STEPS,
};

export type StepName = keyof typeof STEPS;

/**
 * The roles of steps in their recipes, independent of their ids. A gradient has the role "d-" plus the role of what it
 * belongs to.
 */
export type StepRole =
  | { [Name in StepName]: (typeof STEPS)[Name] extends { readonly role: infer Role } ? Role : Name }[StepName]
  | "d-weights"
  | "d-scores";

/** Whether a step has one of these roles. */
export function hasRole({ role }: Pick<Step, "role">, ...roles: readonly StepRole[]): boolean {
  return roles.some((one) => one === role);
}

const PAIR_ROLES: readonly (string | undefined)[] = Object.entries<StepKind>(STEPS).flatMap(
  ([name, { isPairwise, role = name }]) => (isPairwise ? [role] : []),
);

/** Gradients that are computed from steps with n×m numbers and do not belong to a step. */
const PAIR_GRADIENTS: readonly string[] = ["d-row-dots", "d-quotient-dots"];

/**
 * Whether a step, or a gradient, has one number for every pair of a query and a key, or is computed from such a step
 * per row.
 */
export function isPairwise({ role = "" }: Pick<Step, "role">): boolean {
  const part = role.startsWith("d-") ? role.slice("d-".length) : role;
  return PAIR_GRADIENTS.includes(role) || PAIR_ROLES.includes(part);
}
