import { expect, test } from "vitest";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { effectiveKeys, relativeEntropy } from "../../../src/ops/summary.js";

test("entropy and effective keys of a row that sums below 1 are those of its shares", () => {
  // 0.2, 0.2, 0 is half and half: ln 2 of ln 3, two keys. 0.25 alone is one key. 0.1 and 0.3 are ¼ and ¾:
  // −¼ ln ¼ − ¾ ln ¾ = ln 4 − ¾ ln 3, and e to that is 4 / 3^¾.
  const weights = matrixFromRows([
    [0.2, 0.2, 0],
    [0, 0.25, 0],
    [0.1, 0, 0.3],
    [0, 0, 0],
  ]);
  expect(relativeEntropy.compute([weights], undefined)).toBeCloseToMatrix([
    [Math.log(2) / Math.log(3)],
    [0],
    [(Math.log(4) - 0.75 * Math.log(3)) / Math.log(3)],
    [0],
  ]);
  expect(effectiveKeys.compute([weights], undefined)).toBeCloseToMatrix([[2], [1], [4 / 3 ** 0.75], [0]]);
});
