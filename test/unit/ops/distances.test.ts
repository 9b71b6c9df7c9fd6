import { describe, expect, test } from "vitest";
import { matrixFromRows, rowsOf, toRows } from "../../../src/math/matrix.js";
import { storedMatrix } from "../../../src/math/stored-matrix.js";
import {
  addToRows,
  buckets,
  clipped,
  distances,
  lookUpRows,
  slopeBias,
  slopes,
} from "../../../src/ops/distances.js";
import { createRecorder } from "../../../src/trace/recorder.js";
import { AXES, recordGradients } from "../../support/recorded-gradients.js";

const row = (...cells: number[]) => matrixFromRows([cells]);

test.each([
  // 4 − 1, 4 − 2, 4 − 9
  ["i − j", [3, 2, -5]],
  ["j − i", [-3, -2, 5]],
] as const)("distances %s", (sign, expected) => {
  const params = { queries: Float64Array.of(0, 4), keys: Float64Array.of(1, 2, 9), sign };
  expect(toRows(distances.compute([], params))[1]).toEqual(expected);
  const second = distances.paramsForRows?.(params, { first: 1, count: 1 }) ?? params;
  expect(toRows(distances.compute([], second))).toEqual([expected]);
});

// Press et al. 2022: for 8 heads 1/2, 1/4, … 1/256. For 12, their code takes those of 8, then every second one of 16.
test.each([
  [1, [-8]],
  [2, [-4, -8]],
  [8, [-1, -2, -3, -4, -5, -6, -7, -8]],
  [12, [-1, -2, -3, -4, -5, -6, -7, -8, -0.5, -1.5, -2.5, -3.5]],
])("ALiBi slopes of %d heads are 2 to the power of %j", (numHeads, powers) => {
  const slopesOf = slopes.compute([], { numHeads, biasMax: 8 });
  expect(slopesOf).toBeCloseToMatrix(powers.map((power) => [2 ** power]));
  // With another largest exponent, all slopes shrink.
  expect(slopes.compute([], { numHeads, biasMax: 4 })).toBeCloseToMatrix(
    powers.map((power) => [2 ** (power / 2)]),
  );
});

test("a bias of slopes is 0 at distance 0, and not −0", () => {
  const inputs = [matrixFromRows([[1], [0.5]]), row(0, 3, -2)];
  expect(toRows(slopeBias.compute(inputs, { head: 1, isSymmetric: false }))).toEqual([[0, -1.5, 1]]);
  expect(toRows(slopeBias.compute(inputs, { head: 1, isSymmetric: true }))).toEqual([[0, -1.5, -1]]);
});

// Raffel et al. 2020, as T5 does it. With 32 buckets for both directions, each side has 16, and 8 of these are for near
// keys. From 8 to 128 is a factor of 16, over 8 buckets: distance 16 is ln 2 / ln 16 · 8 = 2 buckets on, 32 is 4 and 64
// is 6. With only keys before the query, 16 are near and 16 are for a factor of 8: 32 is 16/3, 64 is 32/3 on.
test.each([
  [
    "keys before",
    true,
    [0, -1, -7, -8, -11, -12, -16, -32, -64, -127, -128, -500],
    [0, 1, 7, 8, 8, 9, 10, 12, 14, 15, 15, 15],
  ],
  [
    "keys after",
    true,
    [1, 7, 8, 11, 12, 16, 32, 64, 127, 128, 500],
    [17, 23, 24, 24, 25, 26, 28, 30, 31, 31, 31],
  ],
  [
    "one way",
    false,
    [3, 1, 0, -1, -15, -16, -32, -64, -127, -128, -500],
    [0, 0, 0, 1, 15, 16, 21, 26, 31, 31, 31],
  ],
] as const)("T5 buckets, %s", (_, isBidirectional, relative, expected) => {
  const params = { numBuckets: 32, maxDistance: 128, isBidirectional };
  expect(toRows(buckets.compute([row(...relative)], params))).toEqual([expected]);
});

test("the bucket of a key that comes after a query that looks back alone says why", () => {
  const params = { numBuckets: 32, maxDistance: 128, isBidirectional: false };
  expect(buckets.explainCells([row(3)], params)(0, 0)).toMatchObject({
    ...{ kind: "constant", value: 0, text: "0, because the key comes after the query" },
  });
});

test("distances are clipped to ±limit and counted from 0", () => {
  expect(toRows(clipped.compute([row(-9, -2, -1, 0, 1, 2, 9)], { limit: 2 }))).toEqual([
    [0, 0, 1, 2, 3, 4, 4],
  ]);
});

describe("rows of a table", () => {
  const table = matrixFromRows([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const rows = [2, 0, 2];
  const step = { id: "y", title: "Y", formula: "y", axes: AXES, params: { rows } };

  test("in the order asked; of a given table no others are read", () => {
    const read: number[] = [];
    const never = () => {
      throw new Error("nobody needs the whole table");
    };
    const stored = storedMatrix(table, never, ({ first, count }) => {
      read.push(first);
      return rowsOf(table, { first, count });
    });
    const recorder = createRecorder("rows");
    const found = recorder.step(lookUpRows, [recorder.input("table", stored, AXES)], step);
    expect(toRows(recorder.numbers.of(found))).toEqual([
      [5, 6],
      [1, 2],
      [5, 6],
    ]);
    expect(read).toEqual([2, 0, 2]);
  });

  test("of a step it is looked up when the step is there", () => {
    const recorder = createRecorder("rows");
    const made = recorder.step(lookUpRows, [recorder.input("table", table, AXES)], { ...step, id: "x" });
    expect(
      toRows(recorder.numbers.of(recorder.step(lookUpRows, [made], { ...step, params: { rows: [1] } }))),
    ).toEqual([[1, 2]]);
  });

  test("the gradient of one that was taken twice is the sum of both", () => {
    const dY = matrixFromRows([
      [1, 10],
      [2, 20],
      [4, 40],
    ]);
    const find = recordGradients(table, dY, (recorder, x) => recorder.step(lookUpRows, [x], step));
    expect(toRows(find("d-x").output())).toEqual([
      [2, 20],
      [0, 0],
      [5, 50],
    ]);
    expect(find("d-x").formula).toBe("dX = the rows of dY, added to the row that each was taken from");
    expect(addToRows.explainCells([dY], { rows, numRows: 3 })(1, 0)).toMatchObject({
      ...{ kind: "constant", value: 0, text: "0, because nothing was taken from this row" },
    });
  });
});
