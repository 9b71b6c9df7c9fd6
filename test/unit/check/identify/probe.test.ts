import { describe, expect, test } from "vitest";
import { cellOf, valueFactor, weightsOf } from "../../../../src/check/identify/answers.js";
import { EMPTY_ROW, FULL_ROW, numberOfValue, PROBE, probe } from "../../../../src/check/identify/probe.js";
import { kvHeadFor, productsOf, ROTATIONS, sizesOf } from "../../../../src/check/identify/products.js";
import { answersOf, dotOf, tileHead } from "../../../support/probe-answers.js";

const { heads, kvHeads, queries, keys, size } = PROBE;
const { query, key, value, mask } = probe();

const rowOf = (data: Float64Array, index: number) => data.subarray(index * size, (index + 1) * size);
const largest = (numbers: Float64Array) => Math.max(...numbers.map(Math.abs));

describe("the probe", () => {
  test("has four heads of 16 × 32 and two kv heads of 24 × 32", () => {
    expect([query, key, value, mask].map(({ axes }) => axes)).toEqual([
      ...[
        [4, 16, 32],
        [2, 24, 32],
        [2, 24, 32],
        [16, 24],
      ],
    ]);
    for (const { axes, data } of [query, key, value, mask])
      expect(data.length).toBe(axes.reduce((a, b) => a * b));
  });

  test("holds multiples of an eighth from −1 to 1, as keys", () => {
    for (const number of key.data)
      expect([Math.abs(number) <= 1, number * 8]).toEqual([true, Math.round(number * 8)]);
    expect(new Set(key.data).size).toBe(17);
  });

  test("has queries of twice that in heads 0 and 2, and that grow with their row in the others", () => {
    for (let head = 0; head < heads; head++)
      for (let i = 0; i < queries; i++) {
        // 2, 4, …, 256 in rows 0 to 7, and again in rows 8 to 15
        const factor = head % 2 === 0 ? 2 : 2 ** ((i % 8) + 1);
        const row = rowOf(query.data, head * queries + i);
        expect(row.every((x) => Number.isInteger((x / factor) * 8))).toBe(true);
        // 32 numbers, of which each is at least half as large with a probability of ½
        expect(largest(row) / factor).toBeGreaterThan(0.5);
        expect(largest(row) / factor).toBeLessThanOrEqual(1);
      }
  });

  test("has unit vectors times the number of the kv head as values, and that number in the last column", () => {
    for (let g = 0; g < kvHeads; g++)
      for (let j = 0; j < keys; j++) {
        const row = Array.from({ length: size }, (_, c) => (c === j || c === 31 ? g + 1 : 0));
        expect([...rowOf(value.data, g * keys + j)]).toEqual(row);
      }
    expect([numberOfValue(0), numberOfValue(1)]).toEqual([1, 2]);
  });

  test("has a mask with a row of ones, a row of zeros, and both in all others", () => {
    for (let i = 0; i < queries; i++) {
      const kinds = new Set(mask.data.subarray(i * keys, (i + 1) * keys));
      expect(kinds).toEqual(new Set(i === FULL_ROW ? [1] : i === EMPTY_ROW ? [0] : [0, 1]));
    }
    // 384 cells, half of them: within five standard deviations of √96
    const count = mask.data.reduce((a, b) => a + b, 0);
    expect(Math.abs(count - 192)).toBeLessThan(49);
  });
});

describe("products of the probe", () => {
  test("are q·k of each head with each kv head", () => {
    for (let head = 0; head < heads; head++)
      for (let g = 0; g < kvHeads; g++) {
        const expected = Array.from({ length: queries * keys }, (_, at) =>
          dotOf(head, g, Math.floor(at / keys), at % keys),
        );
        expect([...productsOf(head, g, ROTATIONS[0])]).toEqual(expected);
      }
  });

  test("have a size ‖q‖ ‖k‖ / √32", () => {
    const norm = (row: Float64Array) => Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    for (const [head, g, i, j] of [
      [0, 0, 0, 0],
      [1, 1, 7, 20],
      [3, 0, 15, 23],
      [3, 1, 15, 23],
    ]) {
      const expected = norm(rowOf(query.data, head * queries + i)) * norm(rowOf(key.data, g * keys + j));
      expect(sizesOf(head, g)[i * keys + j]).toBeCloseTo(expected / Math.sqrt(32), 9);
    }
    expect(sizesOf(2, 1).length).toBe(16 * 24);
  });

  test("are turned in thirteen ways", () => {
    expect(ROTATIONS[0]).toMatchObject({ pairs: "none", offset: 0 });
    expect(ROTATIONS.length).toBe(13);
    const texts = ROTATIONS.slice(1).map(({ pairs, base, offset }) => `${pairs} ${base} ${offset}`);
    expect(new Set(texts)).toEqual(
      new Set(
        [1e4, 5e5, 1e6].flatMap((base) =>
          ["interleaved", "half-split"].flatMap((pairs) =>
            [0, 8].map((offset) => `${pairs} ${base} ${offset}`),
          ),
        ),
      ),
    );
  });

  // Pairs (a, b) of q and k turned by m θ and n θ: (q·k) cos (m − n)θ + (q × k) sin (m − n)θ, summed; θ = base^(−2p/32).
  test.each([
    ["interleaved", 10_000, 0],
    ["interleaved", 500_000, 8],
    ["half-split", 1_000_000, 0],
    ["half-split", 10_000, 8],
  ] as const)("%s, base %d, offset %d", (pairs, base, offset) => {
    const products = productsOf(3, 1, { pairs, base, offset });
    for (const [i, j] of [
      [0, 0],
      [4, 11],
      [15, 2],
      [7, 23],
    ]) {
      const [q, k] = [rowOf(query.data, 3 * queries + i), rowOf(key.data, keys + j)];
      let sum = 0;
      for (let p = 0; p < 16; p++) {
        const [a, b] = pairs === "interleaved" ? [2 * p, 2 * p + 1] : [p, p + 16];
        const angle = (i + offset - j) * base ** (-p / 16);
        sum += (q[a] * k[a] + q[b] * k[b]) * Math.cos(angle) + (q[a] * k[b] - q[b] * k[a]) * Math.sin(angle);
      }
      expect(products[i * keys + j]).toBeCloseTo(sum, 8);
    }
  });

  test("of heads that share a kv head: neighbours, or every second", () => {
    expect([0, 1, 2, 3].map((head) => kvHeadFor(head, "repeat"))).toEqual([0, 0, 1, 1]);
    expect([0, 1, 2, 3].map((head) => kvHeadFor(head, "tile"))).toEqual([0, 1, 0, 1]);
  });
});

describe("what an answer shows", () => {
  // Scores 0 and ln 3 of keys 2 and 5: weights ¼ and ¾.
  const made = answersOf((_, __, j) => (j === 2 ? 0 : j === 5 ? Math.log(3) : -Infinity), {
    valueHead: tileHead,
  });

  test("are cells, the kv head behind them, and weights", () => {
    for (const [head, i, factor] of [
      [0, 0, 1],
      [1, 15, 2],
      [3, 7, 2],
    ]) {
      expect(valueFactor(made, head, i)).toBe(factor);
      expect(cellOf(made, head, i, 2)).toBeCloseTo(factor / 4, 12);
      const weights = weightsOf(made, head, i);
      expect([weights.length, weights[2], weights[5], weights[6]]).toEqual([
        ...[24, expect.closeTo(0.25, 12), expect.closeTo(0.75, 12), 0],
      ]);
    }
  });

  test.each([
    [1.09, 1],
    [0.91, 1],
    [1.81, 2],
    [2.19, 2],
    [1.2, Number.NaN],
    [0.89, Number.NaN],
    [1.11, Number.NaN],
    [2.21, Number.NaN],
    [0, Number.NaN],
    [-1, Number.NaN],
    [3, Number.NaN],
    [Number.NaN, Number.NaN],
  ])("a sum of %d is that of kv head %d", (sum, factor) => {
    const output = new Float64Array(heads * queries * size);
    output[(2 * queries + 3) * size + 31] = sum;
    expect(valueFactor({ output }, 2, 3)).toBe(factor);
  });
});
