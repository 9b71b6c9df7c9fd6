import { expect, test } from "vitest";
import { matrixFromRows, toRows } from "../../../src/math/matrix.js";
import { addWindows, countWindows, rowWindows } from "../../../src/ops/windows.js";
import { AXES, recordGradients } from "../../support/recorded-gradients.js";

test.each([
  // 7 rows hold windows of 3 that begin at 0, 2 and 4; 2 rows hold none.
  [7, 3, 2, 3],
  [8, 3, 2, 3],
  [3, 3, 1, 1],
  [2, 3, 1, 0],
  [0, 9, 1, 0],
])("%d rows, windows of %d that begin every %d: %d", (rows, kernel, stride, expected) => {
  expect(countWindows(rows, { kernel, stride })).toBe(expected);
});

const matrix = matrixFromRows([
  [1, 10],
  [2, 20],
  [3, 30],
  [4, 40],
]);
const windows = { kernel: 2, stride: 1 };

test("a window is laid out column by column, as torch.nn.functional.unfold lays it out", () => {
  expect(toRows(rowWindows.compute([matrix], windows))).toEqual([
    [1, 2, 10, 20],
    [2, 3, 20, 30],
    [3, 4, 30, 40],
  ]);
});

test("the gradient of a row is the sum of those of the windows that have it", () => {
  const dY = matrixFromRows([
    [1, 2, 10, 20],
    [4, 8, 40, 80],
    [16, 32, 160, 320],
  ]);
  const described = { id: "y", title: "Y", formula: "y", axes: AXES };
  const find = recordGradients(matrix, dY, (recorder, x) =>
    recorder.step(rowWindows, [x], { ...described, params: windows }),
  );
  // Row 0 begins the first window; row 1 ends it and begins the second: 2 + 4; row 2 8 + 16; row 3 ends the last.
  expect(toRows(find("d-x").output())).toEqual([
    [1, 10],
    [6, 60],
    [24, 240],
    [32, 320],
  ]);
  expect(find("d-x").formula).toBe("dX = the cells of dY, added where each was taken from");
});

test("a row that no window has says so", () => {
  // Windows of rows 0, 1 and 3, 4.
  const params = { kernel: 2, stride: 3, rows: 6 };
  const given = matrixFromRows([
    [1, 2],
    [3, 4],
  ]);
  expect(toRows(addWindows.compute([given], params))).toEqual([[1], [2], [0], [3], [4], [0]]);
  for (const row of [2, 5]) {
    expect(addWindows.explainCells([given], params)(row, 0)).toEqual({
      ...{ kind: "constant", value: 0, text: "0, because no window has this row" },
    });
  }
});
