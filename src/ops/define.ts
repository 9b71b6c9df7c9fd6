import { remember } from "../math/remember.js";
import { inputTerms } from "../trace/interpret.js";
import type { Op } from "../trace/op.js";
import { explainCells } from "./interpreters/cells.js";
import { gradientOf } from "./interpreters/gradients.js";
import { computeNumbers } from "./interpreters/numbers.js";

/** The part of an op that its author writes. The rest is derived from it. */
interface OpDefinition<Params>
  extends Omit<Op<Params>, "shape" | "compute" | "computeInFloat32" | "explainCells"> {
  /**
   * Whether the op depends smoothly on its inputs and its gradients are derived from its definition. No paper has its
   * own formula for these gradients.
   */
  readonly isSmooth?: true;
  /** Whether the op is a sum that machines compute in float32, one term after the other. */
  readonly isSum?: true;
}

/** Builds an op from its `definition`: numbers, shape and the arithmetic of cells are derived from it. */
export function define<Params = undefined>({ isSum, isSmooth, ...op }: OpDefinition<Params>): Op<Params> {
  return {
    ...op,
    compute: op.kernel ?? ((inputs, params) => computeNumbers(op.definition, inputs, params)),
    shape(inputs, params) {
      const { rows, cols } = op.definition(inputTerms(inputs), params);
      return { rows, cols };
    },
    explainCells: (inputs, params) => explainCells(op.definition, inputs, params),
    ...(isSmooth && { gradient: derivedGradient(op) }),
    ...(isSum && {
      computeInFloat32: (inputs, params, asFactor) => computeNumbers(op.definition, inputs, params, asFactor),
    }),
  };
}

/**
 * Returns the op for the gradient with respect to input number `by`, derived from the definition. Its inputs are the
 * gradient with respect to the result, then the inputs of the op.
 */
export const derivative = <Params>(op: OpDefinition<Params>, by: number): Op<Params> =>
  define({ ...op, definition: gradientOf(op.definition, by) });

function derivedGradient<Params>({
  name,
  definition,
}: Pick<OpDefinition<Params>, "name" | "definition">): NonNullable<Op<Params>["gradient"]> {
  const derivatives = new Map<number, Op<Params>>();
  return (back, { inputs, output, gradient, params, d }) => {
    for (const [by, input] of inputs.entries()) {
      const op = remember(derivatives, by, () =>
        derivative({ name: `${name}-gradient-${by}`, definition }, by),
      );
      const formula = `${d} · ∂${back.symbol(output)}/∂${back.symbol(input)}`;
      back.record(by, op, [gradient, ...inputs], formula, params);
    }
  };
}
