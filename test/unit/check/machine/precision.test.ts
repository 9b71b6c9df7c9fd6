import { describe, expect, test } from "vitest";
import type { FloatName } from "../../../../src/check/machine/float-names.js";
import { findPrecision } from "../../../../src/check/machine/precision.js";
import { matrixFromRows } from "../../../../src/math/matrix.js";

// Numbers that a type holds and the next coarser one does not: 8, 11, 24 and 53 bits, the last of them 1.
const NEEDS = {
  bfloat16: 1 + 2 ** -7,
  float16: 1 + 2 ** -10,
  float32: 1 + 2 ** -23,
  float64: 1 + 2 ** -52,
} as const;
/** Every type holds it. */
const HALF = 0.5;

const matrices = (...numbers: number[]) => numbers.map((number) => matrixFromRows([[HALF, number]]));

function found(inputs: number[], kept: FloatName, got: number, option?: FloatName, isExact?: true) {
  const answer = { matrix: matrixFromRows([[got]]), kept, ...(isExact && { isExact }) };
  const { compute, stored, from, roundsInputs } = findPrecision(matrices(...inputs), answer, option);
  return [compute, stored, from, roundsInputs];
}

describe("an option decides", () => {
  test.each<[FloatName, FloatName]>([
    ["tf32", "float64"],
    ["bfloat16", "float32"],
    ["float64", "float16"],
  ])("%s, of a file in %s", (option, kept) =>
    expect(found([NEEDS.float64], kept, HALF, option)).toEqual([option, kept, "option", false]),
  );
});

describe("a short type of a file is what was worked in", () => {
  test.each<[FloatName, number, boolean]>([
    ["float16", NEEDS.bfloat16, false],
    ["float16", NEEDS.float16, false],
    ["float16", NEEDS.float32, true],
    ["bfloat16", NEEDS.bfloat16, false],
    ["bfloat16", NEEDS.float16, true],
  ])("%s, and %d is rounded first: %s", (kept, input, roundsInputs) =>
    expect(found([HALF, input], kept, NEEDS.float64)).toEqual([kept, kept, "answer", roundsInputs]),
  );
});

describe("else query, key and value tell it, none finer than the file", () => {
  test.each<[number[], FloatName, [FloatName, string, boolean]]>([
    [[NEEDS.bfloat16, HALF], "float32", ["bfloat16", "values", false]],
    [[NEEDS.bfloat16, NEEDS.float16], "float64", ["float16", "values", false]],
    [[NEEDS.float32, NEEDS.float16], "float32", ["float32", "values", false]],
    [[NEEDS.float32], "float64", ["float32", "values", false]],
    [[NEEDS.float64], "float64", ["float64", "values", false]],
    [[NEEDS.float64, NEEDS.float16], "float32", ["float32", "answer", true]],
    // tf32 keeps as many bits as float16.
    [[NEEDS.float16], "tf32", ["float16", "values", false]],
    [[NEEDS.float32], "tf32", ["tf32", "answer", true]],
  ])("%j in a file of %s", (inputs, kept, [compute, from, roundsInputs]) =>
    expect(found(inputs, kept, HALF)).toEqual([compute, kept, from, roundsInputs]),
  );

  test("where they have few digits the answer does", () => {
    expect(found([HALF, HALF], "float64", NEEDS.float32)).toEqual(["float32", "float32", "answer", false]);
    expect(found([HALF], "float64", HALF)).toEqual(["float64", "float64", "answer", false]);
    expect(found([], "float32", NEEDS.bfloat16)).toEqual(["bfloat16", "bfloat16", "answer", false]);
  });
});

test("an answer is kept in the coarsest type that holds it, unless its digits were printed", () => {
  expect(found([NEEDS.float64], "float64", NEEDS.float32)).toEqual(["float64", "float32", "values", false]);
  expect(found([NEEDS.float64], "float64", NEEDS.float32, undefined, true)).toEqual([
    ...["float64", "float64", "values", false],
  ]);
  // A short answer to longer inputs was cut.
  expect(found([NEEDS.float32], "float32", NEEDS.bfloat16)).toEqual(["float32", "float32", "values", false]);
});
