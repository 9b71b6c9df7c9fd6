import { expect, test, vi } from "vitest";

const works: number[] = [];

vi.mock("../../../src/math/kernels/instance.js", async (original) => ({
  ...(await original<object>()),
  kernelsFor: (work: number) => {
    works.push(work);
    return undefined;
  },
}));

test("kernels are asked for with the multiply-adds of both products", async () => {
  const { attendRowByRow } = await import("../../../src/math/attend.js");
  const ones = (rows: number, cols: number) => ({ rows, cols, data: new Float64Array(rows * cols).fill(1) });
  const [low, high] = [new Float64Array(2), new Float64Array(2).fill(3)];
  const { output } = attendRowByRow({
    query: ones(2, 5),
    key: ones(3, 5),
    value: ones(3, 4),
    scale: 1,
    low,
    high,
  });
  // 2 queries and 3 keys: 6 scores of 5 products each, and 6 weights that multiply 4 columns of values.
  expect(works).toEqual([6 * 5 + 6 * 4]);
  // Values of ones. Their mean is 1, whatever the weights are.
  expect(output).toEqual(ones(2, 4));
});
