import { counted, refuseAs } from "../../errors.js";
import { roundDecimals, roundSignificant } from "../../math/decimal.js";
import { mapCells } from "../../math/matrix.js";
import { suggest } from "../../suggestion.js";
import type { Arithmetic } from "../../trace/evaluate/evaluation.js";
import type { Trace } from "../../trace/trace.js";

/** How a person rounds on paper: to a number of decimals, or of significant digits. */
export interface Rounding {
  readonly unit: "decimals" | "digits";
  readonly count: number;
}

/**
 * Returns arithmetic as on paper: each step is rounded before the next one uses it. With `only`, the steps with these
 * ids or keys are rounded.
 */
export function paperArithmetic({ unit, count }: Rounding, only?: readonly string[]): Arithmetic {
  const round = unit === "decimals" ? roundDecimals : roundSignificant;
  return ({ id, key, op }) =>
    !only || only.includes(id) || only.includes(key)
      ? (inputs, params) => mapCells(op.compute(inputs, params), (value) => round(value, count))
      : op.compute;
}

/** Adds the convention that says how the run was rounded. Throws UNKNOWN_STEP if a name in `only` is not a step. */
export function stateCarry(trace: Trace, { unit, count }: Rounding, only?: readonly string[]): Trace {
  const unknown = only?.find((name) => !trace.steps.some((step) => step.id === name || step.key === name));
  if (unknown !== undefined)
    refuseAs(
      "UNKNOWN_STEP",
      `There is no step "${unknown}" to round.`,
      suggest(unknown, [...new Set(trace.steps.map((step) => step.id))]),
    );

  const isDecimals = unit === "decimals";
  const places = counted(count, isDecimals ? "decimal" : "significant digit");
  const text = `${only ? only.join(", ") : "every step"} rounded to ${places} before the next`;
  const value = isDecimals ? count : `${count}s`;
  return { ...trace, conventions: [...trace.conventions, { name: "carry", value, text }] };
}
