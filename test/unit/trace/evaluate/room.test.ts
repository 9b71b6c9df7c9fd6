import { expect, test } from "vitest";
import { matrixFromRows } from "../../../../src/math/matrix.js";
import { same } from "../../../../src/ops/elementwise.js";
import { Room } from "../../../../src/trace/evaluate/room.js";
import type { Op } from "../../../../src/trace/op.js";
import { createRecorder } from "../../../../src/trace/recorder.js";

/** Records a chain of steps of 1×4 numbers, each on its own shelf, and counts how often numbers are computed. */
function recordOnShelves(most: number, count: number) {
  const room = new Room(most);
  const recorder = createRecorder("attend", { room, shelfOf: ({ id }) => id });
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
    ref = recorder.step(counted, [ref], { id: `step-${index}`, title: "", formula: "", axes });
    return ref;
  });
  const firstOf = (step: number) => recorder.numbers.of(steps[step]).data[0];
  return { room, firstOf, made: () => made };
}

test("what fits is held, and made once", () => {
  const { room, firstOf, made } = recordOnShelves(12, 3);
  // Each step adds 1 to its input: 1 + 3.
  for (let round = 0; round < 2; round++) expect(firstOf(2)).toBe(4);
  expect([made(), room.held]).toEqual([3, 12]);
});

test("beyond that what was filled longest ago is let go, and made anew for who asks", () => {
  const { room, firstOf, made } = recordOnShelves(8, 3);
  expect(firstOf(2)).toBe(4);
  expect([made(), room.held]).toEqual([3, 8]);
  expect(firstOf(1)).toBe(3);
  expect(made()).toBe(3);
  expect(firstOf(0)).toBe(2);
  expect([made(), room.held]).toEqual([4, 8]);
});

test("the shelf that is being filled is never cleared", () => {
  const { room, firstOf } = recordOnShelves(0, 3);
  expect(firstOf(2)).toBe(4);
  expect(room.held).toBe(4);
});
