import type { Shape } from "../math/matrix.js";
import type { Op } from "../trace/op.js";
import { cellsBy } from "./interpreters/cells.js";
import { numbersBy, singlesBy } from "./interpreters/numbers.js";
import { shapeBy } from "./interpreters/shapes.js";

/** What of an op is written down; the rest is read off it. */
export interface Definition<Params>
  extends Omit<Op<Params>, "shape" | "compute" | "computeInSingles" | "explainCell"> {
  /** Whether the op is a sum that machines work in float32, one term after the other. */
  readonly isSum?: true;
}

/** An op from its one definition: its numbers, its shape and the arithmetic of its cells are readings of `of`. */
export function define<Params = undefined>({ isSum, ...own }: Definition<Params>): Op<Params> {
  return {
    ...own,
    compute: own.kernel ?? ((inputs, params) => numbersBy(own.of, inputs, params)),
    shape: (inputs: readonly Shape[], params) => shapeBy(own.of, inputs, params),
    explainCell: (inputs, params, row, col) => cellsBy(own.of, inputs, params)(row, col),
    ...(isSum && {
      computeInSingles: (inputs, params, asFactor) => singlesBy(own.of, inputs, params, asFactor),
    }),
  };
}
