import { describe, expect, test } from "vitest";
import { matrixFromRows, toRows } from "../../../src/math/matrix.js";
import { add, identity, mean, scale, softcap, subtract, tanhGradient } from "../../../src/ops/elementwise.js";
import type { Step } from "../../../src/trace/trace.js";
import { AXES, recordGradients } from "../../support/recorded-gradients.js";

const x = matrixFromRows([[1, 2, 3]]);
const dY = matrixFromRows([[2, 4, 8]]);
const explained = ({ op, params }: Step, row: number, col: number) => op.explainCells([dY], params)(row, col);
const described = { id: "y", title: "Y", formula: "y", axes: AXES };

describe("the gradient", () => {
  test("is shown as masked where the step is", () => {
    const blocked = { rows: 1, cols: 3, data: Uint8Array.of(0, 1, 0) };
    const masked = { ...described, blocked };
    const found = [
      recordGradients(x, dY, (recorder, s) =>
        recorder.step(scale, [s], { ...masked, params: { factor: 2, text: "2" } }),
      ),
      recordGradients(x, dY, (recorder, s) => recorder.step(softcap, [s], { ...masked, params: { cap: 2 } })),
      recordGradients(x, dY, (recorder, s) => recorder.step(add, [s], masked)),
      recordGradients(x, dY, (recorder, s) => recorder.step(identity, [s], masked)),
    ].map((find) => find("d-x").blocked);
    expect(found).toEqual([blocked, blocked, blocked, blocked]);
  });

  test("of s / √d is written so, there and back", () => {
    const params = { factor: 0.5, text: "1/√4", root: 4 };
    const find = recordGradients(x, dY, (recorder, s) => recorder.step(scale, [s], { ...described, params }));
    expect(find("d-x").formula).toBe("dX = dY / √4");
    expect(toRows(find("d-x").output())).toEqual([[1, 2, 4]]);
    expect(scale.explainCells([x], params)(0, 1)).toMatchObject({
      ...{ kind: "quotient", dividend: { value: 2 }, divisor: { fn: "sqrt", args: [{ value: 4 }] } },
    });
    expect(scale.explainCells([x], { factor: 0.5, text: "1/2" })(0, 1)).toMatchObject({
      ...{ kind: "product", factors: [{ value: 2 }, { value: 0.5, text: "1/2" }] },
    });
  });

  test("of a mean and of what is taken away says by what it is multiplied", () => {
    const ofMean = recordGradients(x, dY, (recorder, a) =>
      recorder.step(mean, [a, recorder.input("b", x, AXES)], described),
    );
    expect(explained(ofMean("d-x"), 0, 2)).toMatchObject({
      factors: [{ value: 8 }, { text: "1/2" }],
    });
    const ofRest = recordGradients(x, dY, (recorder, b) =>
      recorder.step(subtract, [recorder.input("a", x, AXES), b], described),
    );
    expect(explained(ofRest("d-x"), 0, 2)).toMatchObject({ factors: [{ value: 8 }, { text: "−1" }] });
  });

  test("of tanh divides by a cap where there is one", () => {
    const shareOf = (cap: number) => JSON.stringify(tanhGradient.explainCells([dY, x], { cap })(0, 0));
    expect(shareOf(1)).not.toContain("quotient");
    expect(shareOf(5)).toContain("quotient");
    // 2 (1 − (1/5)²)
    expect(tanhGradient.compute([dY, x], { cap: 5 }).data[0]).toBeCloseTo(1.92, 14);
  });
});
