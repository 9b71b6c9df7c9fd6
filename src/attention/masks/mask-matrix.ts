import { isTrue } from "../../math/matrix.js";
import type { Mask, MaskContext } from "./mask.js";

/** The mask that was given: true may attend, or, with `maskTrue: "drop"`, true may not. */
export const given: Mask = {
  name: "given",
  needsAlignment: false,
  isOn: (context) => context.given !== undefined,
  allows: (i, j, context) => valueAt(i, j, context) === (context.settings.maskTrue !== "drop"),
  reason: (i, j, context) =>
    `the mask is ${valueAt(i, j, context)} at [${context.given?.rows === 1 ? 0 : i}, ${j}]`,
  cells({ given: matrix, settings }) {
    if (!matrix) return undefined;
    const blocks = settings.maskTrue === "drop" ? 1 : 0;
    return { ...matrix, data: matrix.data.map((cell) => (cell === blocks ? 1 : 0)) };
  },
  describe: ({ settings }) =>
    settings.maskTrue === "drop" ? "mask: true may not attend" : "mask: true may attend",
};

function valueAt(i: number, j: number, { given: matrix }: MaskContext): boolean {
  return matrix !== undefined && isTrue(matrix, matrix.rows === 1 ? 0 : i, j);
}
