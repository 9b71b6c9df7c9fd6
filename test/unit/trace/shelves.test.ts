import { expect, test } from "vitest";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { same } from "../../../src/ops/elementwise.js";
import type { Op } from "../../../src/trace/op.js";
import { createRecorder } from "../../../src/trace/recorder.js";
import { createShelves } from "../../../src/trace/shelves.js";

/** A recording of one step on a shelf each, 1×4 numbers, which counts how often numbers were made. */
function recordOnShelves(most: number, count: number) {
  const shelves = createShelves(most);
  const recorder = createRecorder("attend");
  let made = 0;
  const counted: Op = {
    ...same,
    compute: ([matrix]) => {
      made++;
      return { ...matrix, data: matrix.data.map((value) => value + 1) };
    },
  };
  const axes = [{ name: "row" }, { name: "column" }] as const;
  let ref = recorder.input("x", matrixFromRows([[1, 2, 3, 4]]), axes);
  const steps = Array.from({ length: count }, (_, index) => {
    const from = ref;
    ref = recorder.shelved(shelves.open(), () =>
      recorder.step(counted, [from], { id: `step-${index}`, title: "", formula: "", axes }),
    );
    return ref;
  });
  return { shelves, steps, made: () => made };
}

test("what fits is held, and made once", () => {
  const { shelves, steps, made } = recordOnShelves(12, 3);
  // Each step adds 1 to its input: 1 + 3.
  for (let round = 0; round < 2; round++) expect(steps[2].output().data[0]).toBe(4);
  expect([made(), shelves.held()]).toEqual([3, 12]);
});

test("beyond that what was filled longest ago is let go, and made anew for who asks", () => {
  const { shelves, steps, made } = recordOnShelves(8, 3);
  expect(steps[2].output().data[0]).toBe(4);
  expect([made(), shelves.held()]).toEqual([3, 8]);
  expect(steps[1].output().data[0]).toBe(3);
  expect(made()).toBe(3);
  expect(steps[0].output().data[0]).toBe(2);
  expect([made(), shelves.held()]).toEqual([4, 8]);
});

test("the shelf that is being filled is never cleared", () => {
  const { shelves, steps } = recordOnShelves(0, 3);
  expect(steps[2].output().data[0]).toBe(4);
  expect(shelves.held()).toBe(4);
});
