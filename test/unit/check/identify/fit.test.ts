import { describe, expect, test } from "vitest";
import {
  constantOf,
  fitBoth,
  fitScale,
  fitSoftcap,
  misfit,
  type Row,
  type Scoring,
  scoreOf,
} from "../../../../src/check/identify/fit.js";

const row = (products: number[], logs: number[], sizes = products.map(() => 0)): Row => ({
  products: Float64Array.from(products),
  logs: Float64Array.from(logs),
  sizes: Float64Array.from(sizes),
});

const EVEN = { own: 1, relative: 0 };

describe("the score of a product", () => {
  test.each([
    [{ scale: 2 }, 3, 6],
    [{ scale: -0.5 }, 3, -1.5],
    // 5 tanh(6 / 5), tanh 1.2 = 0.8336546
    [{ scale: 2, softcap: 5 }, 3, 4.168273],
    [{ scale: 2, softcap: 5 }, -3, -4.168273],
    [{ scale: 2, softcap: 5 }, 1000, 5],
  ])("%o of %d is %d", (scoring, product, score) => expect(scoreOf(scoring, product)).toBeCloseTo(score, 6));
});

describe("the constant of a row", () => {
  const constant = (scores: number[], logs: number[], sizes: number[], scale: number, own: number) =>
    constantOf(
      Float64Array.from(scores),
      { logs: Float64Array.from(logs), sizes: Float64Array.from(sizes), scale },
      { own, relative: own === 1 ? 1 : 0 },
    );
  test("is the mean of what is left where all cells count alike", () => {
    // (3 − 1 + 6 − 2) / 2
    expect(constant([1, 2], [3, 6], [7, 9], 2, 0.5)).toEqual({
      ...{ constant: 3, weights: Float64Array.of(4, 4) },
    });
  });
  test("counts cells of large scores and products less", () => {
    // 1 / (1 + 1 + 0)² = 1/4 and 1 / (1 + 2 + 3·1)² = 1/36; (¼·1 + 1/36·2) / (¼ + 1/36) = 11/10
    const found = constant([1, -2], [2, 0], [0, 1], -3, 1);
    expect(found.constant).toBeCloseTo(1.1, 12);
    expect([...found.weights]).toEqual([1 / 4, 1 / 36]);
  });
  test("of no cells is 0", () => expect(constant([], [], [], 1, 1).constant).toBe(0));
});

describe("how far scores are from what is seen", () => {
  test("is the largest difference and the root mean square, in units of the slack", () => {
    // Constant (1 + 1 + 4) / 3 = 2: 1, 1 and 2 off, over ½; √((4 + 4 + 16) / (3 − 1))
    const found = misfit([row([1, 2, 3], [2, 6, 4])], { scale: 1 }, { own: 0.5, relative: 0 });
    expect(found).toEqual({ scale: 1, worst: 4, mean: expect.closeTo(Math.sqrt(12), 12) });
  });
  test("takes a constant off each row", () => {
    // ±1 in one row, ±2 in another: 1 + 1 + 4 + 4 over a degree of freedom each.
    const rows = [row([0, 0], [5, 7]), row([0, 0], [-1, -5])];
    expect(misfit(rows, { scale: 3, softcap: 2 }, EVEN)).toEqual({
      ...{ scale: 3, softcap: 2, worst: 2, mean: expect.closeTo(Math.sqrt(5), 12) },
    });
  });
  test("counts cells of large scores less", () => {
    // Scores 0 and −1, logarithms 1 and −1: weights 1 and ¼, constant (1·1 + ¼·0) / 1.25 = 0.8.
    // 0.2 off, and 0.8 · ½: √(0.04 + 0.16)
    const found = misfit([row([0, -1], [1, -1])], { scale: 1 }, { own: 1, relative: 1 });
    expect([found.worst, found.mean]).toEqual([expect.closeTo(0.4, 12), expect.closeTo(Math.sqrt(0.2), 12)]);
  });
  test.each([
    ["rows of one cell", [row([1], [3]), row([2], [4])]],
    ["rows of none", [row([], []), row([], [])]],
    ["no rows", []],
  ])("is nothing in %s", (_, rows) =>
    expect(misfit(rows, { scale: 1 }, EVEN)).toEqual({ scale: 1, worst: 0, mean: 0 }),
  );
  test("a row without cells makes no other count more", () => {
    // As above, √((1 + 1) / 1)
    expect(misfit([row([], []), row([0, 0], [5, 7])], { scale: 1 }, EVEN).mean).toBeCloseTo(Math.SQRT2, 12);
  });
});

describe("the scale of a line", () => {
  test("is that of least squares", () => {
    // Means 1 and 2/3: (−1 · −2/3 + 0 + 1 · 1/3) / (1 + 0 + 1)
    expect(fitScale([row([0, 1, 2], [0, 1, 1])], EVEN).scale).toBeCloseTo(0.5, 12);
    // A row more of slope 2 over a distance of 1 (½ · 2 of ½): (1 + 1) / (2 + ½)
    expect(fitScale([row([0, 1, 2], [0, 1, 1]), row([5, 6], [-7, -5])], EVEN).scale).toBeCloseTo(0.8, 12);
  });
  test("is told with its misfit", () => {
    // Off 1/6, 1/3, 1/6 from ½ p + 1/6: √((1 + 4 + 1) / 36 / 2)
    const found = fitScale([row([0, 1, 2], [0, 1, 1])], EVEN);
    expect(found.mean).toBeCloseTo(Math.sqrt(1 / 12), 12);
    expect(found.worst).toBeCloseTo(1 / 3, 12);
  });
  test("is found whatever the constants", () => {
    const logs = (products: number[], constant: number) => products.map((p) => -0.3 * p + constant);
    const products = [[1, 2, 5], [-3, 4], [9]];
    const rows = products.map((own, at) => row(own, logs(own, 10 * at)));
    const found = fitScale(rows, { own: 1e-3, relative: 1e-2 });
    expect(found.scale).toBeCloseTo(-0.3, 12);
    expect(found.worst).toBeLessThan(1e-9);
  });
  test("counts cells by their scores, in three rounds", () => {
    // Rows of two cells: each has a slope, which counts by w₁ w₂ / (w₁ + w₂) Δp², w = 1 / (1 + |score|)².
    // At first the score of a cell is how far its logarithm lies below the highest: 0 and 1; 0 and 6.
    // Slopes 1 (Δp 1) and 3 (Δp 2) of products 0 1 and 0 2 with sizes 0 0 and 1 1.
    const weigh = (a: number, b: number) => {
      const [v, w] = [1 / (1 + a) ** 2, 1 / (1 + b) ** 2];
      return (v * w) / (v + w);
    };
    const slope = (h: number, g: number) => (h * 1 + g * 4 * 3) / (h + g * 4);
    const first = slope(weigh(0, 1), weigh(0, 6));
    const next = (s: number) => slope(weigh(0, s), weigh(s, 3 * s));
    const rows = [row([0, 1], [-1, 0]), row([0, 2], [-6, 0], [1, 1])];
    expect(fitScale(rows, { own: 1, relative: 1 }).scale).toBeCloseTo(next(next(first)), 12);
  });
  test("is 0 where the products of a row are all the same", () =>
    expect(fitScale([row([2, 2], [1, 3])], EVEN)).toMatchObject({ scale: 0, worst: 1 }));
});

/** What a kernel with this scoring shows of products from −60 to 60, in rows with constants of their own. */
const seenBy = (scoring: Scoring) =>
  [0, 1, 2].map((at) => {
    const products = Array.from({ length: 13 }, (_, index) => 10 * index - 60 + at);
    return row(
      products,
      products.map((p) => scoreOf(scoring, p) - at),
    );
  });

const SLACK = { own: 1e-3, relative: 1e-4 };

describe("a softcap", () => {
  test.each([0.08, 0.7, 7, 30, 50, 400])("of %d is found", (softcap) => {
    const found = fitSoftcap(seenBy({ scale: 1.5, softcap }), 1.5, SLACK);
    expect((found.softcap ?? 0) / softcap).toBeCloseTo(1, 5);
    expect([found.scale, found.worst < 0.1]).toEqual([1.5, true]);
  });
  test("is far away where there is none", () => {
    expect(fitSoftcap(seenBy({ scale: 0.2 }), 0.2, SLACK).softcap).toBeGreaterThan(1000);
  });
  test.each([
    [0.2, 7],
    [0.4, 10],
    [1.5, 50],
  ])("and a scale of %d are found together", (scale, softcap) => {
    for (const [off, other] of [
      [0.8, 1.3],
      [1.25, 0.8],
    ]) {
      const found = fitBoth(
        seenBy({ scale, softcap }),
        { scale: scale * off, softcap: softcap * other },
        SLACK,
      );
      expect(found.scale / scale).toBeCloseTo(1, 3);
      expect((found.softcap ?? 0) / softcap).toBeCloseTo(1, 3);
    }
  });
  test("that fits is left as it is", () => {
    const scoring = { scale: 0.2, softcap: 7 };
    expect(fitBoth(seenBy(scoring), scoring, SLACK)).toMatchObject(scoring);
  });
});
