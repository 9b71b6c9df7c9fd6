import { describe, expect, test } from "vitest";
import { areNear, largest } from "../../../src/check/plausible-distance.js";
import { type Matrix, matrixFromRows } from "../../../src/math/matrix.js";
import { typedScores } from "../../support/typed-answers.js";

test("the largest size of numbers leaves infinities and what is no number aside", () => {
  const [infinity, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
  expect(largest(Float64Array.of(1, -3, infinity, -infinity, nan, 2))).toBe(3);
  expect(largest(Float64Array.of())).toBe(0);
});

describe("whether cells are so near to a solution that rounding may give them", () => {
  const COUNT = 102;
  const all = (cell: number, count = COUNT): Matrix => matrixFromRows([new Array<number>(count).fill(cell)]);
  const half = (one: number, other: number): Matrix =>
    matrixFromRows([Array.from({ length: COUNT }, (_, index) => (index < COUNT / 2 ? one : other))]);
  const answer = (cell: string, count = COUNT) => typedScores(new Array(count).fill(cell).join(" "));
  const indices = Array.from({ length: COUNT }, (_, index) => index);

  interface Given {
    readonly origins: readonly Matrix[];
    readonly rounded?: Matrix;
    readonly share?: number;
    readonly right?: Matrix;
  }
  const isNear = (cell: string, { origins, rounded = all(0), share = 0.5, ...more }: Given) =>
    areNear(answer(cell), indices, { origins, rounded: () => rounded, share, ...more });

  test("is so of a step of up to 100 cells, wherever they are", () => {
    const far = (count: number) =>
      areNear(answer("0.50", count), [0], {
        ...{ origins: [all(9, count)], rounded: () => all(9, count), share: 1 },
      });
    expect([far(100), far(101)]).toEqual([true, false]);
  });

  test("is not so beyond a tenth of the largest number and five units of the last digit, however it is rounded", () => {
    // 0.1 · 0.6 + 0.05 is more than 0.1; 0.1 · 0.64 + 0.05 less than 0.14.
    expect(isNear("0.50", { origins: [all(0.6)] })).toBe(true);
    expect(isNear("0.50", { origins: [all(0.64)] })).toBe(false);
    expect(isNear("0.50", { origins: [all(0.36)] })).toBe(false);
    let looks = 0;
    const rounded = () => {
      looks++;
      return all(0);
    };
    areNear(answer("0.50"), indices, { origins: [all(0.64)], rounded, share: 0.5 });
    expect(looks).toBe(0);
  });

  test("is so within four times what one way to round does, and five units", () => {
    // Rounding moves 0.6 to 0.58: 4 · 0.02 + 0.05 is more than the distance of 0.1; 4 · 0.01 + 0.05 is less.
    expect(isNear("0.50", { origins: [all(0.6)], rounded: all(0.58) })).toBe(true);
    expect(isNear("0.50", { origins: [all(0.6)], rounded: all(0.59) })).toBe(false);
    expect(isNear("0.50", { origins: [all(0.6)], rounded: all(0.62) })).toBe(true);
    // Five units of three decimals are 0.005.
    expect(isNear("0.500", { origins: [all(0.6)], rounded: all(0.58) })).toBe(false);
  });

  test("is asked of a share of the cells, and of any origin", () => {
    const mixed = half(0.5, 9);
    expect(isNear("0.50", { origins: [mixed], rounded: mixed, share: 0.5 })).toBe(true);
    expect(isNear("0.50", { origins: [mixed], rounded: mixed, share: 0.51 })).toBe(false);
    const two = [mixed, half(9, 0.5)];
    expect(isNear("0.50", { origins: two, rounded: mixed, share: 1 })).toBe(true);
    // The second look is at the share that the first one left.
    const slack = half(0.6, 0.5);
    expect(isNear("0.50", { origins: [slack], rounded: slack, share: 0.51 })).toBe(false);
    expect(isNear("0.50", { origins: [slack], rounded: slack, share: 0.5 })).toBe(true);
  });

  test("is so of infinities, which are no matter of distance", () => {
    const infinite = all(Number.NEGATIVE_INFINITY);
    expect(isNear("0.50", { origins: [infinite], rounded: infinite })).toBe(true);
    expect(isNear("0.50", { origins: [half(0.5, Number.NaN)], rounded: half(0.5, 0), share: 1 })).toBe(true);
  });

  test("needs as large a share that is nearer than to the right numbers", () => {
    // Of one decimal five units are 0.5. 0.75 is 0.25 away.
    const from = (right: Matrix, share = 0.5) => isNear("0.5", { origins: [all(0.75)], right, share });
    expect(from(all(0.2))).toBe(true);
    expect(from(all(0.25))).toBe(false);
    expect(from(all(0.5))).toBe(false);
    expect(from(half(0.2, 0.5))).toBe(true);
    expect(from(half(0.2, 0.5), 0.51)).toBe(false);
    expect(from(all(Number.NEGATIVE_INFINITY))).toBe(true);
    expect(from(all(Number.NaN))).toBe(true);
    expect(isNear("0.5", { origins: [all(0.75), all(0.6)], right: all(0.3) })).toBe(true);
  });
});
