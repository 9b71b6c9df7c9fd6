import { expect, test } from "vitest";
import { onPaper } from "../../../../src/render/sentences/cell-sentence.js";
import { constant, product, sum } from "../../../../src/trace/expression.js";

const third = (times: number, decimals: number) => {
  const made = onPaper(product(constant(1 / 3), constant(times)), decimals);
  return made.kind === "product" && made.factors.map((factor) => factor.kind === "constant" && factor.value);
};

test("numbers of arithmetic have four digits, or as many as its result needs", () => {
  // 0.3333 · 30 = 9.999 is 10.00; 0.3333 · 300 = 99.99 is not 100.00, but 0.33333 · 300 = 99.999 is.
  expect(third(30, 2)).toEqual([0.3333, 30]);
  expect(third(300, 2)).toEqual([0.33333, 300]);
});

test("an ε that changes nothing is left out", () => {
  const variance = (value: number, eps: number, decimals: number) =>
    onPaper(sum([constant(value), constant(eps)]), decimals);
  expect(variance(1.872, 1e-5, 3)).toEqual(constant(1.872));
  // 0.002 + 0.0001 is 0.0021 to four decimals.
  expect(variance(0.002, 1e-4, 4)).toEqual(sum([constant(0.002), constant(1e-4)]));
});
