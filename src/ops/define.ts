import type { Shape } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import type { Op } from "../trace/op.js";
import { cellsBy } from "./interpreters/cells.js";
import { gradientOf } from "./interpreters/gradients.js";
import { numbersBy, singlesBy } from "./interpreters/numbers.js";
import { shapeBy } from "./interpreters/shapes.js";

/** The part of an op that its author writes. The rest is derived from it. */
interface Definition<Params>
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
export function define<Params = undefined>({ isSum, isSmooth, ...own }: Definition<Params>): Op<Params> {
  return {
    ...own,
    compute: own.kernel ?? ((inputs, params) => numbersBy(own.of, inputs, params)),
    shape: (inputs: readonly Shape[], params) => shapeBy(own.of, inputs, params),
    explainCell: (inputs, params, row, col) => cellsBy(own.of, inputs, params)(row, col),
    ...(isSmooth && { gradient: derivedGradient(own) }),
    ...(isSum && {
      computeInSingles: (inputs, params, asFactor) => singlesBy(own.of, inputs, params, asFactor),
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
  }: Pick<Definition<Params>, "of"> &
    Partial<Pick<Definition<Params>, "name" | "rows" | "sumsRows" | "kernel">>,
  by: number,
): Op<Params> => define<Params>({ name, of: gradientOf(of, by), ...how });

function derivedGradient<Params>({
  name,
  of,
}: Pick<Definition<Params>, "name" | "of">): NonNullable<Op<Params>["gradient"]> {
  const made = new Map<number, Op<Params>>();
  return (back, { inputs, output, gradient, params, d }) => {
    for (const [by, input] of inputs.entries()) {
      const op = remember(made, by, () => derivative({ name: `${name}-gradient-${by}`, of }, by));
      const formula = `${d} · ∂${back.symbol(output)}/∂${back.symbol(input)}`;
      back.give(by, op, [gradient, ...inputs], formula, params);
    }
  };
}
