import { counted, refuseAs } from "../errors.js";
import { roundDecimals, roundSignificant } from "../math/decimal.js";
import { type Matrix, mapCells } from "../math/matrix.js";
import { suggest } from "../suggestion.js";
import type { Arithmetic } from "../trace/evaluate/evaluation.js";
import type { Trace } from "../trace/trace.js";

/** How a person rounds on paper: to a number of decimals, or of significant digits. */
export interface Rounding {
  readonly unit: "decimals" | "digits";
  readonly count: number;
}

/**
 * Returns arithmetic as on paper: each step is rounded before the next one uses it. With `only`, the steps with these
 * ids or keys are rounded.
 */
export function paperArithmetic(rounding: Rounding, only?: readonly string[]): Arithmetic {
  return ({ id, key, op }) =>
    !only || only.includes(id) || only.includes(key)
      ? (inputs, params) => roundMatrix(op.compute(inputs, params), rounding)
      : op.compute;
}

/** Adds the convention that says how the run was rounded. Throws UNKNOWN_STEP if a name in `only` is not a step. */
export function stateCarry(trace: Trace, rounding: Rounding, only?: readonly string[]): Trace {
  const unknown = only?.find((name) => !trace.steps.some((step) => step.id === name || step.key === name));
  if (unknown !== undefined)
    refuseAs(
      "UNKNOWN_STEP",
      `There is no step "${unknown}" to round.`,
      suggest(unknown, [...new Set(trace.steps.map((step) => step.id))]),
    );

  const what = only ? only.join(", ") : "every step";
  const text = `${what} rounded to ${describeRounding(rounding)} before the next`;
  const value = rounding.unit === "decimals" ? rounding.count : `${rounding.count}s`;
  return { ...trace, conventions: [...trace.conventions, { name: "carry", value, text }] };
}

function describeRounding({ unit, count }: Rounding) {
  const name = unit === "decimals" ? "decimal" : "significant digit";
  return counted(count, name);
}

/** Rounds every cell to the decimals or digits that a person writes. */
function roundMatrix(matrix: Matrix, { unit, count }: Rounding) {
  const round = unit === "decimals" ? roundDecimals : roundSignificant;
  return mapCells(matrix, (value) => round(value, count));
}
