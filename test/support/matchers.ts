import { expect } from "vitest";
import { cellOf, type Matrix, shapeText, toRows } from "../../src/math/matrix.js";

export interface Tolerance {
  readonly atol?: number;
  readonly rtol?: number;
}

interface MatrixMatchers<R = unknown> {
  /** Same shape, |got − want| ≤ atol + rtol·|want|; NaN and infinities in the same cells. Default 1e-12 for both. */
  toBeCloseToMatrix(expected: Matrix | readonly (readonly number[])[], tolerance?: Tolerance): R;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: a merged interface must repeat vitest's own type parameter
  interface Matchers<T = any> extends MatrixMatchers<T> {}
}

expect.extend({
  toBeCloseToMatrix(
    received: Matrix,
    expected: Matrix | readonly (readonly number[])[],
    tolerance: Tolerance = {},
  ) {
    const { atol = 1e-12, rtol = 1e-12 } = tolerance;
    const rows = "data" in expected ? toRows(expected) : expected;
    const shape = { rows: rows.length, cols: rows[0]?.length ?? 0 };
    if (received.rows !== shape.rows || received.cols !== shape.cols) {
      return {
        pass: false,
        message: () => `expected a ${shapeText(shape)} matrix, got ${shapeText(received)}`,
      };
    }
    for (const [row, values] of rows.entries()) {
      for (const [col, want] of values.entries()) {
        const got = cellOf(received, row, col);
        const close = Number.isFinite(want)
          ? Math.abs(got - want) <= atol + rtol * Math.abs(want)
          : Object.is(got, want);
        if (!close) {
          return {
            pass: false,
            message: () => `cell [${row}, ${col}]: expected ${want}, got ${got} (off by ${got - want})`,
          };
        }
      }
    }
    return {
      pass: true,
      message: () => `expected the matrices to differ by more than ${atol} + ${rtol}·|want|`,
    };
  },
});
