import { describe, expect, test } from "vitest";
import { createMatrix, type Matrix, matrixFromRows } from "../../../src/math/matrix.js";
import { eraseMasked } from "../../../src/ops/masking.js";
import { rowSums } from "../../../src/ops/product.js";
import { exponentials, needsShift, normalizeRows } from "../../../src/ops/softmax.js";
import { evaluate } from "../../../src/trace/expression.js";
import type { Recorder, Ref } from "../../../src/trace/recorder.js";
import { AXES, recordGradients } from "../../support/recorded-gradients.js";

const INFINITY = Number.POSITIVE_INFINITY;
const row = (...cells: number[]): Matrix => matrixFromRows([cells]);

describe("the powers", () => {
  const scores = matrixFromRows([
    [0, Math.log(3)],
    [-INFINITY, 1],
    [-INFINITY, -INFINITY],
  ]);

  test("are e^s; of −∞ it is 0", () => {
    expect(exponentials.compute([scores], { isShifted: false })).toBeCloseToMatrix([
      [1, 3],
      [0, Math.E],
      [0, 0],
    ]);
    const power = exponentials.explainCells([scores], { isShifted: false })(0, 1);
    expect(power).toMatchObject({ kind: "call", fn: "exp", args: [{ kind: "cell", row: 0, col: 1 }] });
  });

  test("are e^(s − the largest of the row) when they are shifted, and 0 in a row of nothing but −∞", () => {
    // e^(0 − ln 3) = 1/3
    expect(exponentials.compute([scores], { isShifted: true })).toBeCloseToMatrix([
      [1 / 3, 1],
      [0, 1],
      [0, 0],
    ]);
    expect(exponentials.compute([row(1000, 1001)], { isShifted: true })).toBeCloseToMatrix([[1 / Math.E, 1]]);
    expect(evaluate(exponentials.explainCells([scores], { isShifted: true })(0, 0)).value).toBeCloseTo(1 / 3);
    expect(evaluate(exponentials.explainCells([scores], { isShifted: true })(1, 0)).value).toBe(0);
    expect(evaluate(exponentials.explainCells([scores], { isShifted: true })(1, 1)).value).toBe(1);
    expect(exponentials.explainCells([scores], { isShifted: true })(2, 0)).toEqual({
      ...{ kind: "constant", value: 0, text: "0, because no key may be attended" },
    });
  });

  test.each([
    // e^80 is 5·10³⁴, and its sums do not overflow.
    [[80, -80], false],
    [[0, 80.5], true],
    [[-81, 0], true],
    [[-INFINITY, 0], false],
    [[INFINITY, 0], true],
    [[Number.NaN], false],
  ])("of %j are to be shifted: %s", (scores, expected) => expect(needsShift(row(...scores))).toBe(expected));
});

describe("each cell over the sum of its row", () => {
  const inputs = [
    matrixFromRows([
      [1, 3],
      [0, 0],
    ]),
    matrixFromRows([[4], [0]]),
  ];

  test.each([
    ["zero", 0, "0"],
    ["nan", Number.NaN, "NaN"],
    // Two keys get 1/2 each.
    ["uniform", 0.5, "1/m"],
  ] as const)("and where that is 0: %s", (emptyRow, weight, text) => {
    expect([...normalizeRows.compute(inputs, { emptyRow }).data]).toEqual([0.25, 0.75, weight, weight]);
    expect(evaluate(normalizeRows.explainCells(inputs, { emptyRow })(0, 1)).value).toBe(0.75);
    expect(normalizeRows.explainCells(inputs, { emptyRow })(1, 0)).toEqual({
      ...{ kind: "constant", value: weight, text: `${text}, because no key may be attended` },
    });
  });
});

test("they have names that readers find them by, and need row i of what they are made of for row i", () => {
  expect([exponentials.name, exponentials.rowwise]).toEqual(["exponentials", [0]]);
  expect([normalizeRows.name, normalizeRows.rowwise]).toEqual(["normalize-rows", "all"]);
});

describe("the gradient", () => {
  const step = (recorder: Recorder) => {
    const of = (id: string, blocked?: Matrix) => ({
      ...{ id, title: id, formula: id, axes: AXES },
      ...(blocked && { blocked: { ...blocked, data: Uint8Array.from(blocked.data) } }),
    });
    return {
      powers: (scores: Ref) =>
        recorder.step(exponentials, [scores], { ...of("e"), params: { isShifted: false } }),
      weights: (powers: Ref, blocked?: Matrix) => {
        const sums = recorder.step(rowSums, [powers], of("sums"));
        return recorder.step(normalizeRows, [powers, sums], {
          ...of("y", blocked),
          params: { emptyRow: "zero" },
        });
      },
      erased: (powers: Ref) => {
        const blocked = { rows: 1, cols: 3, numRuled: 3, low: Float64Array.of(0), high: Float64Array.of(2) };
        return recorder.step(eraseMasked, [powers], {
          ...of("erased"),
          params: { blocked, reason: () => "masked" },
        });
      },
    };
  };
  const ONE_OF_THREE = createMatrix(1, 3, (_, col) => (col === 0 ? 1 : 0));

  test("of a softmax is taken of it as a whole", () => {
    // y = 1/4, 3/4, dy = 1, 0: δ = 1/4, and y (dy − δ) = 1/4 · 3/4, 3/4 · −1/4.
    const find = recordGradients(row(0, Math.log(3)), row(1, 0), (recorder, scores) =>
      step(recorder).weights(step(recorder).powers(scores)),
    );
    expect(find("d-row-dots").output()).toBeCloseToMatrix([[0.25]]);
    expect(find("d-x").output()).toBeCloseToMatrix([[3 / 16, -3 / 16]]);
    expect(find("d-row-dots")).toMatchObject({ title: "Row dots", formula: "δ_i = Σ_j Y_ij dY_ij" });
    expect(find("d-x").formula).toBe("dX = Y ∘ (dY − δ)");
    expect(find("d-x").inputs).toEqual(["y", "seed", "d-row-dots", "sums"]);
    expect(find("d-x").notes).toEqual([
      "∂Y_j/∂s_k = Y_j (1 − Y_k) for j = k, and −Y_j Y_k for the others",
      "so ds_k = Σ_j dY_j ∂Y_j/∂s_k = Y_k (dY_k − Σ_j Y_j dY_j) = Y_k (dY_k − δ)",
    ]);
  });

  test("of one whose blocked powers are erased reaches the scores as well, and is 0 where they are", () => {
    const blocked = row(0, 0, 1);
    const find = recordGradients(row(0, Math.log(3), 5), ONE_OF_THREE, (recorder, scores) => {
      const { powers, erased, weights } = step(recorder);
      return weights(erased(powers(scores)), blocked);
    });
    expect(find("d-x").output()).toBeCloseToMatrix([[3 / 16, -3 / 16, 0]]);
    expect(find("d-x").blocked?.data).toEqual(Uint8Array.of(0, 0, 1));
  });

  test("of other numbers over their sum is (dy − δ) / Σ", () => {
    // 1/4, 3/4 of Σ = 4: δ = 1/4, (1 − 1/4) / 4 = 3/16, −1/4 / 4 = −1/16.
    const find = recordGradients(row(1, 3), row(1, 0), (recorder, powers) => step(recorder).weights(powers));
    expect(find("d-x").output()).toBeCloseToMatrix([[3 / 16, -1 / 16]]);
    expect(find("d-x")).toMatchObject({
      ...{ formula: "dX = (dY − δ) / Σ", inputs: ["seed", "d-quotient-dots", "sums"] },
    });
    expect(find("d-quotient-dots")).toMatchObject({
      ...{ title: "Row dots of the quotient", formula: "δ_i = Σ_j Y_ij dY_ij" },
    });
  });
});
