import { expect, test } from "vitest";
import { matrixFromRows, toRows } from "../../../src/math/matrix.js";
import { type Pairing, partnerOf, rotatePairs } from "../../../src/ops/pairs.js";
import { AXES, recordGradients } from "../../support/recorded-gradients.js";

// Four columns are two pairs: 0 with 1 and 2 with 3, or 0 with 2 and 1 with 3.
test.each([
  ["interleaved", [0, 0, 1, 1], [1, 0, 3, 2], [true, false, true, false]],
  ["half-split", [0, 1, 0, 1], [2, 3, 0, 1], [true, true, false, false]],
] as const)("%s: pair, partner, and which is first", (pairing, pairs, partners, isFirst) => {
  const places = [0, 1, 2, 3].map((col) => partnerOf(col, 2, pairing));
  expect(places.map(({ pair }) => pair)).toEqual(pairs);
  expect(places.map(({ partner }) => partner)).toEqual(partners);
  expect(places.map((place) => place.isFirst)).toEqual(isFirst);
});

// A quarter turn maps (x, y) to (−y, x), and back to (y, −x). The fifth column is not in a pair.
const vectors = matrixFromRows([[1, 2, 3, 4, 5]]);
const cosines = matrixFromRows([[0, 0]]);
const sines = matrixFromRows([[1, 1]]);

test.each<[Pairing, true | undefined, number[]]>([
  ["interleaved", undefined, [-2, 1, -4, 3, 5]],
  ["interleaved", true, [2, -1, 4, -3, 5]],
  ["half-split", undefined, [-3, -4, 1, 2, 5]],
  ["half-split", true, [3, 4, -1, -2, 5]],
])("a quarter turn, %s, back: %s", (pairing, isBack, turned) => {
  const params = { pairing, ...(isBack && { isBack }) };
  expect(toRows(rotatePairs.compute([vectors, cosines, sines], params))).toEqual([turned]);
});

test.each([
  [undefined, "dX = dY turned back by the same angles", [2, -1, 4, -3, 5]],
  [true, "dX = dY turned forth by the same angles", [-2, 1, -4, 3, 5]],
] as const)("the gradient of vectors turned back: %s", (isBack, formula, turned) => {
  const find = recordGradients(vectors, vectors, (recorder, x) => {
    const angles = [recorder.input("cosines", cosines, AXES), recorder.input("sines", sines, AXES)];
    const params = { pairing: "interleaved", ...(isBack && { isBack }) } as const;
    return recorder.step(rotatePairs, [x, ...angles], {
      id: "y",
      title: "Y",
      formula: "y",
      axes: AXES,
      params,
    });
  });
  expect(toRows(find("d-x").output())).toEqual([turned]);
  expect(find("d-x").formula).toBe(formula);
});
