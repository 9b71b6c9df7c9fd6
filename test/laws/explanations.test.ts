import { expect, test } from "vitest";
import { rowsOf } from "../../src/math/matrix.js";
import { needsSameRows } from "../../src/trace/evaluate/evaluation.js";
import { expectExplained } from "../support/explained.js";
import { ALL_SAMPLES as ALL } from "../support/op-samples.js";

// The law: an explanation, evaluated, gives the number it explains, within the rounding of its own arithmetic. An op
// without samples fails here, in the test that uses them.

test.each(ALL)("%s explains its cells", (_, op, samples) => {
  for (const [inputs, params] of samples) {
    const output = op.compute(inputs, params);
    expectExplained(output, (row, col) => op.explainCells(inputs, params)(row, col));
  }
});

test.each(ALL)("%s foretells the shape of its result", (_, op, samples) => {
  for (const [inputs, params] of samples) {
    const shapes = inputs.map(({ rows, cols }) => ({ rows, cols }));
    const { rows, cols } = op.compute(inputs, params);
    expect(op.shape(shapes, params)).toMatchObject({ rows, cols });
  }
});

test.each(ALL)("%s gives equal bits for equal numbers", (_, op, samples) => {
  for (const [inputs, params] of samples) {
    const copies = inputs.map((input) => ({ ...input, data: input.data.slice() }));
    expect(op.compute(copies, params)).toEqual(op.compute(inputs, params));
  }
});

test.each(ALL.filter(([, op]) => op?.rowwise !== undefined))(
  "%s is the same in blocks of rows",
  (_, op, samples) => {
    for (const [inputs, params] of samples) {
      const whole = op.compute(inputs, params);
      for (let first = 0; first < whole.rows; first += 2) {
        const range = { first, count: Math.min(2, whole.rows - first) };
        const own = inputs.map((input, index) =>
          needsSameRows(op, index, input, whole) ? rowsOf(input, range) : input,
        );
        expect(op.compute(own, op.paramsForRows?.(params, range) ?? params)).toEqual(rowsOf(whole, range));
      }
    }
  },
);

test.each(ALL.filter(([, op]) => op?.sumsOverRows !== undefined))(
  "%s is the sum of what blocks of rows give",
  (_, op, samples) => {
    for (const [inputs, params] of samples) {
      const whole = op.compute(inputs, params);
      const [first, ...others] = Array.from({ length: inputs[0].rows }, (_row, row) =>
        op.compute(
          inputs.map((input, index) =>
            op.sumsOverRows?.includes(index) ? rowsOf(input, { first: row, count: 1 }) : input,
          ),
          params,
        ),
      );
      const total = first.data.map((value, index) =>
        others.reduce((sum, { data }) => sum + data[index], value),
      );
      for (const [index, value] of whole.data.entries()) expect(total[index]).toBeCloseTo(value, 12);
    }
  },
);
