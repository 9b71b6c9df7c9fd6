import { expect, test } from "vitest";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { geluGradient, geluTanhGradient, reluGradient, siluGradient } from "../../../src/ops/activation.js";
import type { Op } from "../../../src/trace/op.js";

const row = (...cells: number[]) => matrixFromRows([cells]);

// torch.nn.functional's gradients at 1, −2 and 0.5, in float64.
test.each<[string, Op, number[]]>([
  ["silu", siluGradient, [0.9276705118714869, -0.09078424878489547, 0.7399611873026519]],
  ["gelu", geluGradient, [1.0833154705876864, -0.08523180107819692, 0.8674951246561629]],
  ["gelu, by tanh", geluTanhGradient, [1.0829640838457826, -0.0860992566236183, 0.8673699035346424]],
])("%s", (_, op, expected) => {
  const [one, two] = [1, 2].map((dY) => op.compute([row(dY, dY, dY), row(1, -2, 0.5)], undefined));
  expect(one).toBeCloseToMatrix([expected]);
  expect(two).toBeCloseToMatrix([expected.map((slope) => 2 * slope)]);
});

test("relu: none where x is not above 0, even of an infinite gradient, as torch has it", () => {
  const infinity = Number.POSITIVE_INFINITY;
  const inputs = [row(3, infinity, infinity), row(1, 0, -1)];
  expect([...reluGradient.compute(inputs, undefined).data]).toEqual([3, 0, 0]);
  expect(reluGradient.explainCells(inputs, undefined)(0, 0)).toMatchObject({
    factors: [{ value: 3 }, { value: 1, text: "1, since x > 0" }],
  });
  for (const col of [1, 2]) {
    expect(reluGradient.explainCells(inputs, undefined)(0, col)).toEqual({
      ...{ kind: "constant", value: 0, text: "0, since x is not above 0" },
    });
  }
});

test("constants are written as the formulas have them", () => {
  const said = (op: Op) => JSON.stringify(op.explainCells([row(1), row(1)], undefined)(0, 0));
  expect(said(geluGradient)).toContain('"½"');
  expect(said(geluGradient)).toContain('"2π"');
  expect(said(geluTanhGradient)).toContain('"√(2/π)"');
});
