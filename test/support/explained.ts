import { expect } from "vitest";
import { cellOf, type Matrix } from "../../src/math/matrix.js";
import { type Expression, evaluate } from "../../src/trace/expression.js";
import { explainStep, keyOf, type Trace } from "../../src/trace/trace.js";

// The law: an explanation, evaluated, gives the number it explains, within the rounding of its own arithmetic.

export function expectExplained(output: Matrix, explain: (row: number, col: number) => Expression): void {
  for (let row = 0; row < output.rows; row++) {
    for (let col = 0; col < output.cols; col++) {
      const got = cellOf(output, row, col);
      const { value, error } = evaluate(explain(row, col));
      // An infinite number has an infinite error, so everything is within it.
      const isAlike = Number.isFinite(got) === Number.isFinite(value);
      const agrees = Object.is(got, value) || (isAlike && Math.abs(got - value) <= error);
      expect(agrees, `[${row}, ${col}] is ${got}, its explanation gives ${value} ± ${error}`).toBe(true);
    }
  }
}

export function expectTraceExplained(trace: Trace): void {
  const keys = trace.steps.map(keyOf);
  expect(keys, "each step has a key of its own").toEqual([...new Set(keys)]);
  for (const step of trace.steps) {
    expectExplained(step.output(), explainStep(trace, step));
  }
}
