import type { Shape } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import type { Op } from "../trace/op.js";
import { cellsBy } from "./interpreters/cells.js";
import { gradientOf } from "./interpreters/gradients.js";
import { numbersBy, singlesBy } from "./interpreters/numbers.js";
import { shapeBy } from "./interpreters/shapes.js";

/** What of an op is written down; the rest is read off it. */
interface Definition<Params>
  extends Omit<Op<Params>, "shape" | "compute" | "computeInSingles" | "explainCell"> {
  /** Whether it changes smoothly with its inputs, and its gradients are those of its definition: no paper has a form of its own. */
  readonly isSmooth?: true;
  /** Whether the op is a sum that machines work in float32, one term after the other. */
  readonly isSum?: true;
}

/** An op from its one definition: its numbers, its shape and the arithmetic of its cells are readings of `of`. */
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

/** The gradient of an op by one of its inputs, as its definition has it. Inputs: the gradient by the result, and those of the op. */
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
