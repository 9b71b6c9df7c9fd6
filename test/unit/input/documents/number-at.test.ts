import { expect, test } from "vitest";
import { numberAt } from "../../../../src/input/documents/number-at.js";

test.each([
  ["0.50", 0.5, 2],
  ["-3", -3, 0],
  [".5", 0.5, 1],
  ["28%", 0.28, 2],
  ["28.5 %", 0.285, 3],
  // Whole numbers make exact ones: 15 decimals.
  ["3/4", 0.75, 15],
  ["1/√2", 1 / Math.sqrt(2), 15],
  ["1·2 + 0·1", 2, 15],
  // A quotient of rounded numbers is as precise as they are.
  ["4.51/30.16", 4.51 / 30.16, 2],
  ["e^0.71", Math.exp(0.71), 2],
  ["-inf", Number.NEGATIVE_INFINITY, 15],
])("%s is a number", (text, value, decimals) => {
  expect(numberAt(text, 0, "cells")).toEqual({ value, decimals, end: text.length });
});

test("a sign with a blank on one side begins the next cell", () => {
  expect(numberAt("1 -2", 0, "cells")).toMatchObject({ value: 1, end: 1 });
});

test("a comma is a decimal mark where it is said", () => {
  expect(numberAt("0,28", 0, "decimals")).toEqual({ value: 0.28, decimals: 2, end: 4 });
  expect(numberAt("0,28", 0, "cells")).toMatchObject({ value: 0, end: 1 });
});

test.each([
  ["1,024.5", "thousands", 1024.5, 1],
  ["12,345,678", "thousands", 12345678, 0],
  ["1.024,50", "decimals", 1024.5, 2],
] as const)("%s holds %s", (text, commas, value, decimals) => {
  expect(numberAt(text, 0, commas)).toEqual({ value, decimals, end: text.length });
});

test.each([
  ["(", ")"],
  ["-(", ")"],
])("brackets %s…%s are arithmetic only if few are inside each other", (open, close) => {
  const nested = (depth: number) => `${open.repeat(depth)}2${close.repeat(depth)}`;
  expect(numberAt(nested(4), 0, "cells")?.value).toBe(2);
  expect(numberAt(nested(40), 0, "cells")).toBeUndefined();
});
