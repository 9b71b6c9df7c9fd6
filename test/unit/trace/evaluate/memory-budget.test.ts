import { expect, test } from "vitest";
import { matrixFromRows } from "../../../../src/math/matrix.js";
import { identity } from "../../../../src/ops/elementwise.js";
import { MemoryBudget } from "../../../../src/trace/evaluate/memory-budget.js";
import type { Op } from "../../../../src/trace/op.js";
import { createRecorder } from "../../../../src/trace/recorder.js";

/** Records a chain of steps of 1×4 numbers, each in its own group, and counts how often numbers are computed. */
function recordInGroups(most: number, count: number) {
  const budget = new MemoryBudget(most);
  const recorder = createRecorder("attend", { budget, memoryGroupOf: ({ id }) => id });
  let made = 0;
  const counted: Op = {
    ...identity,
    compute: ([matrix]) => {
      made++;
      return { ...matrix, data: matrix.data.map((value) => value + 1) };
    },
  };
  const axes = [{ name: "row" }, { name: "column" }] as const;
  let ref = recorder.input("x", matrixFromRows([[1, 2, 3, 4]]), axes);
  const steps = Array.from({ length: count }, (_, index) => {
    ref = recorder.step(counted, [ref], { id: `step-${index}`, title: "", formula: "", axes });
    return ref;
  });
  const firstOf = (step: number) => recorder.numbers.of(steps[step]).data[0];
  return { budget, firstOf, made: () => made };
}

test("what fits is held, and made once", () => {
  const { budget, firstOf, made } = recordInGroups(12, 3);
  // Each step adds 1 to its input: 1 + 3.
  for (let round = 0; round < 2; round++) expect(firstOf(2)).toBe(4);
  expect([made(), budget.used]).toEqual([3, 12]);
});

test("beyond that what was filled longest ago is let go, and made anew for who asks", () => {
  const { budget, firstOf, made } = recordInGroups(8, 3);
  expect(firstOf(2)).toBe(4);
  expect([made(), budget.used]).toEqual([3, 8]);
  expect(firstOf(1)).toBe(3);
  expect(made()).toBe(3);
  expect(firstOf(0)).toBe(2);
  expect([made(), budget.used]).toEqual([4, 8]);
});

test("the group that is being filled is never cleared", () => {
  const { budget, firstOf } = recordInGroups(0, 3);
  expect(firstOf(2)).toBe(4);
  expect(budget.used).toBe(4);
});
