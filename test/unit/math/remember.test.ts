import { expect, test } from "vitest";
import { once, remembered } from "../../../src/math/remember.js";

test("once makes a value at its first call, also undefined", () => {
  let calls = 0;
  const make = once(() => {
    calls++;
    return undefined;
  });
  expect(calls).toBe(0);
  make();
  make();
  expect(calls).toBe(1);
});

test("remembered makes something of each object once", () => {
  let calls = 0;
  const lengthOf = remembered((list: readonly number[]) => {
    calls++;
    return list.length;
  });
  const [one, other] = [[1, 2], [3]];
  expect([lengthOf(one), lengthOf(other), lengthOf(one)]).toEqual([2, 1, 2]);
  expect(calls).toBe(2);
});
