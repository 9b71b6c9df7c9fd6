import { type BooleanMatrix, isTrue } from "../../math/matrix.js";
import type { Mask, MaskContext } from "./mask.js";

/** The mask that was given: true may attend, or, with `maskTrue: "drop"`, true may not. */
export const given: Mask = {
  needsAlignment: false,
  isOn: (context) => context.given !== undefined,
  range: () => ({ low: 0, high: Number.POSITIVE_INFINITY }),
  allows: (i, j, context) => valueAt(i, j, context) === (context.settings.maskTrue !== "drop"),
  reason: (i, j, context) =>
    `the mask is ${valueAt(i, j, context)} at [${context.given?.rows === 1 ? 0 : i}, ${j}]`,
  describe: ({ settings }) =>
    settings.maskTrue === "drop" ? "mask: true may not attend" : "mask: true may attend",
};

function valueAt(i: number, j: number, { given: matrix }: MaskContext): boolean {
  return matrix !== undefined && isTrue(matrix, matrix.rows === 1 ? 0 : i, j);
}

/** The cells that the given mask blocks, n×m or 1×m, 1 = blocked; undefined where none was given. */
export function cellsBlockedByGiven({ given: matrix, settings }: MaskContext): BooleanMatrix | undefined {
  if (!matrix) return undefined;
  const blocks = settings.maskTrue === "drop" ? 1 : 0;
  return { ...matrix, data: matrix.data.map((cell) => (cell === blocks ? 1 : 0)) };
}
