import type { Shape } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import type { Op } from "../trace/op.js";
import { explainCells } from "./interpreters/cells.js";
import { gradientOf } from "./interpreters/gradients.js";
import { computeFloat32, computeNumbers } from "./interpreters/numbers.js";
import { inferShape } from "./interpreters/shapes.js";

/** The part of an op that its author writes. The rest is derived from it. */
interface OpDefinition<Params>
  extends Omit<Op<Params>, "shape" | "compute" | "computeInSingles" | "explainCell"> {
  /**
   * Whether the op depends smoothly on its inputs and its gradients are derived from its definition. No paper has its
   * own formula for these gradients.
   */
  readonly isSmooth?: true;
  /** Whether the op is a sum that machines compute in float32, one term after the other. */
  readonly isSum?: true;
}

/** Builds an op from its definition `of`: numbers, shape and the arithmetic of cells are derived from it. */
export function define<Params = undefined>({ isSum, isSmooth, ...own }: OpDefinition<Params>): Op<Params> {
  return {
    ...own,
    compute: own.kernel ?? ((inputs, params) => computeNumbers(own.of, inputs, params)),
    shape: (inputs: readonly Shape[], params) => inferShape(own.of, inputs, params),
    explainCell: (inputs, params, row, col) => explainCells(own.of, inputs, params)(row, col),
    ...(isSmooth && { gradient: derivedGradient(own) }),
    ...(isSum && {
      computeInFloat32: (inputs, params, asFactor) => computeFloat32(own.of, inputs, params, asFactor),
    }),
  };
}

/**
 * Returns the op for the gradient with respect to input number `by`, derived from the definition. Its inputs are the
 * gradient with respect to the result, then the inputs of the op.
 */
export const derivative = <Params>(
  {
    name = "",
    of,
    ...how
  }: Pick<OpDefinition<Params>, "of"> &
    Partial<Pick<OpDefinition<Params>, "name" | "rows" | "sumsRows" | "kernel">>,
  by: number,
): Op<Params> => define<Params>({ name, of: gradientOf(of, by), ...how });

function derivedGradient<Params>({
  name,
  of,
}: Pick<OpDefinition<Params>, "name" | "of">): NonNullable<Op<Params>["gradient"]> {
  const made = new Map<number, Op<Params>>();
  return (back, { inputs, output, gradient, params, d }) => {
    for (const [by, input] of inputs.entries()) {
      const op = remember(made, by, () => derivative({ name: `${name}-gradient-${by}`, of }, by));
      const formula = `${d} · ∂${back.symbol(output)}/∂${back.symbol(input)}`;
      back.give(by, op, [gradient, ...inputs], formula, params);
    }
  };
}
