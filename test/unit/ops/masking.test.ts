import { describe, expect, test } from "vitest";
import type { BlockedKeys } from "../../../src/math/blocked.js";
import { matrixFromRows, toRows } from "../../../src/math/matrix.js";
import { addToMasked, eraseMasked, mask } from "../../../src/ops/masking.js";
import { evaluate } from "../../../src/trace/expression.js";
import { AXES, recordGradients } from "../../support/recorded-gradients.js";

// Query 0 sees key 0, query 1 both. The third column belongs to an open key, which no rule applies to.
const blocked: BlockedKeys = {
  ...{ rows: 2, cols: 3, numRuled: 2 },
  ...{ low: Float64Array.of(0, 0), high: Float64Array.of(1, 2) },
};
const reason = (row: number, col: number) => `key ${col} comes after query ${row}`;
const scores = matrixFromRows([
  [1, 2, 3],
  [4, -5, 6],
]);

describe("what becomes of a cell that is masked", () => {
  test("a number in its place", () => {
    const params = { blocked, reason, fill: -7 };
    expect(toRows(mask.compute([scores], params))).toEqual([
      [1, -7, 3],
      [4, -5, 6],
    ]);
    expect(mask.explainCells([scores], params)(0, 1)).toMatchObject({
      kind: "constant",
      value: -7,
      text: reason(0, 1),
    });
    expect(evaluate(mask.explainCells([scores], params)(1, 1)).value).toBe(-5);
  });

  test("a number added to it", () => {
    // 2 − 100 = −98
    const params = { blocked, reason, amount: -100, text: "-1e2" };
    expect(toRows(addToMasked.compute([scores], params))).toEqual([
      [1, -98, 3],
      [4, -5, 6],
    ]);
    expect(evaluate(addToMasked.explainCells([scores], params)(0, 1)).value).toBe(-98);
    expect(JSON.stringify(addToMasked.explainCells([scores], params)(0, 1))).toContain(
      "(-1e2, since key 1 comes after query 0)",
    );
    expect(evaluate(addToMasked.explainCells([scores], params)(0, 0)).value).toBe(1);
  });

  test("times 0, so that what is no number stays none", () => {
    const params = { blocked, reason };
    expect(toRows(eraseMasked.compute([scores], params))).toEqual([
      [1, 0, 3],
      [4, -5, 6],
    ]);
    const infinite = matrixFromRows([[1, Number.POSITIVE_INFINITY, 3]]);
    expect(eraseMasked.compute([infinite], params).data[1]).toBeNaN();
    expect(evaluate(eraseMasked.explainCells([scores], params)(0, 1)).value).toBe(0);
    expect(JSON.stringify(eraseMasked.explainCells([scores], params)(0, 1))).toContain(
      "(0, since key 1 comes after query 0)",
    );
    expect(evaluate(eraseMasked.explainCells([scores], params)(1, 0)).value).toBe(4);
  });
});

describe("some rows of it", () => {
  test.each([
    ["mask", mask.paramsForRows?.({ blocked, reason, fill: 0 }, { first: 1, count: 1 })],
    [
      "add-to-masked",
      addToMasked.paramsForRows?.({ blocked, reason, amount: 1, text: "1" }, { first: 1, count: 1 }),
    ],
    ["erase-masked", eraseMasked.paramsForRows?.({ blocked, reason }, { first: 1, count: 1 })],
  ])("%s: the rules of these rows, and the reasons of the whole", (_, params) => {
    expect(params?.blocked).toMatchObject({ rows: 1, low: Float64Array.of(0), high: Float64Array.of(2) });
    expect(params?.reason(0, 1)).toBe("key 1 comes after query 1");
    expect(params?.reason(1, 2)).toBe("key 2 comes after query 2");
  });

  test("what else is said of them stays", () => {
    expect(mask.paramsForRows?.({ blocked, reason, fill: 5 }, { first: 0, count: 1 })).toMatchObject({
      fill: 5,
    });
  });
});

test("they keep the shape of the scores", () => {
  const shape = { rows: 2, cols: 3 };
  expect(mask.shape([shape], { blocked, reason, fill: 0 })).toEqual(shape);
  expect(addToMasked.shape([shape], { blocked, reason, amount: 0, text: "0" })).toEqual(shape);
  expect(eraseMasked.shape([shape], { blocked, reason })).toEqual(shape);
});

test("they have names that readers find them by, and need row i of the scores for row i", () => {
  const ops = [mask, addToMasked, eraseMasked];
  expect(ops.map(({ name }) => name)).toEqual(["mask", "add-to-masked", "erase-masked"]);
  expect(ops.map(({ rowwise }) => rowwise)).toEqual([[0], [0], [0]]);
});

describe("the gradient of cells that are masked", () => {
  const cells = { rows: 2, cols: 3, data: Uint8Array.of(0, 1, 0, 0, 0, 0) };
  const described = { id: "y", title: "Y", formula: "y", axes: AXES, blocked: cells };
  const ones = matrixFromRows([
    [2, 2, 2],
    [2, 2, 2],
  ]);

  test("is 0 where another number took their place", () => {
    const find = recordGradients(scores, ones, (recorder, x) =>
      recorder.step(mask, [x], { ...described, params: { blocked, reason, fill: -7 } }),
    );
    expect(toRows(find("d-x").output())).toEqual([
      [2, 0, 2],
      [2, 2, 2],
    ]);
    expect(find("d-x").formula).toBe("dX = dY, 0 if a query may not attend to a key");
    expect(find("d-x").blocked).toBe(cells);
  });

  test("is that of the sum where a number is added, and shown as masked", () => {
    const find = recordGradients(scores, ones, (recorder, x) =>
      recorder.step(addToMasked, [x], {
        ...described,
        params: { blocked, reason, amount: -100, text: "-1e2" },
      }),
    );
    expect(toRows(find("d-x").output())).toEqual(toRows(ones));
    expect(find("d-x").formula).toBe("dX = dY");
    expect(find("d-x").blocked).toBe(cells);
  });
});
