import { expect, test } from "vitest";
import { matrixFromRows, toRows } from "../../../src/math/matrix.js";
import { createRandom } from "../../../src/math/random.js";
import { countSizes, drawUniform, evaluateSizes, measured } from "../../../src/ops/sources.js";
import { constant, product, sum } from "../../../src/trace/expression.js";

const sizes = { n: 3, m: 4, d: 5 };

test.each([
  ["0", 0],
  ["n", 3],
  // 3·4 + 2
  ["n·m + 2", 14],
  // 2·3·5 + 3·4
  ["2·n·d + n·m", 42],
  // 3·9 + 9: a size that is a sum is in parentheses among factors.
  ["n·(m+d) + m+d", 36],
  // 3·2
  ["n·⌈m/(d·1)⌉", 6],
])("%s is %d", (formula, count) => {
  const named = { ...sizes, "m+d": 9, "⌈m/(d·1)⌉": 2 };
  expect(evaluateSizes(formula, named)).toBe(count);
  expect(toRows(countSizes.compute([], { formulas: [[formula]], sizes: [named] }))).toEqual([[count]]);
});

test("each row of formulas has sizes of its own, by name; a number is its own", () => {
  const params = { formulas: [["n"], ["n"]], sizes: [{ n: 1 }, { n: 2 }] };
  expect(toRows(countSizes.compute([], params))).toEqual([[1], [2]]);
  const [of, number] = ["n", "2"].map((formula) =>
    countSizes.explainCells([], { formulas: [[formula]], sizes: [{ n: 7 }] })(0, 0),
  );
  expect(of).toMatchObject({ terms: [{ factors: [{ value: 7, name: "n" }] }] });
  expect(number).toEqual(sum([product(constant(2))]));
});

test("what was drawn names its number and seed, (2u − 1)·bound with the u of the stream", () => {
  const params = { seed: 3, name: "wa", rows: 2, cols: 2, bound: 0.5 };
  const stream = createRandom(3, "wa");
  const drawn = Array.from({ length: 4 }, () => stream.uniform());
  expect([...drawUniform.compute([], params).data]).toEqual(drawn.map((u) => (2 * u - 1) * 0.5));
  expect(drawUniform.explainCells([], params)(1, 0)).toMatchObject({
    factors: [
      {
        terms: [
          { factors: [{ value: 2 }, { value: drawn[2], name: "u (number 2 of seed 3)" }] },
          { kind: "negative" },
        ],
      },
      { value: 0.5, name: "bound" },
    ],
  });
});

test("what was measured says how", () => {
  const values = matrixFromRows([
    [1, 2],
    [3, 4],
  ]);
  expect(measured.compute([], { values, how: "measured" })).toBe(values);
  expect(measured.explainCells([], { values, how: "mean over 9" })(1, 0)).toEqual({
    ...{ kind: "constant", value: 3, text: "mean over 9" },
  });
});
