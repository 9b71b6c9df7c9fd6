import { describe, expect, test } from "vitest";
import { scoresOfRow } from "../../../../src/check/machine/row-scores.js";
import { makeRow } from "../../../../src/check/machine/rows.js";
import { faintOf, statisticsOf, statisticsOfRows } from "../../../../src/check/machine/statistics.js";
import type { Task } from "../../../../src/check/machine/task.js";
import { createMatrix, type Matrix, matrixFromRows } from "../../../../src/math/matrix.js";

const LOW = Number.NEGATIVE_INFINITY;
const task = (parts: Pick<Task, "query" | "key" | "value"> & Partial<Task>): Task => ({
  ...{ scope: "", head: 0, scale: 1, emptyRow: "zero", isProjected: false },
  ...parts,
});

describe("of a small attention", () => {
  // Two keys that weigh alike; row 1 may attend to nothing.
  const small = task({
    query: matrixFromRows([[0], [0]]),
    key: matrixFromRows([[1], [2]]),
    value: matrixFromRows([
      [1, 4],
      [3, 0],
    ]),
    blocked: { rows: 2, cols: 2, numRuled: 2, low: Float64Array.of(0, 0), high: Float64Array.of(2, 0) },
  });
  const output = matrixFromRows([
    [2, 2],
    [0, 0],
  ]);

  test("rows have what their errors hang on", () => {
    const statistics = statisticsOf(small, () => output);
    expect(statistics.output).toBe(output);
    expect(statistics.logSumExp[0]).toBeCloseTo(Math.log(2), 12);
    expect(statistics.logSumExp[1]).toBe(LOW);
    expect(statistics.row(1)).toBeUndefined();
    // ¼ of the squares, ¼ of those of the distances from 2; no numbers of keys are kept.
    const row = statistics.row(0);
    expect([...(row?.squares ?? [])]).toEqual([2.5, 4]);
    expect([...(row?.spread ?? [])]).toEqual([0.5, 2]);
    expect(row).toMatchObject({ coefficients: undefined, sample: undefined, concentration: 0.5, keys: 2 });
  });

  test("columns have the mean of their squares", () =>
    // (1 + 9) / 2 and 16 / 2
    expect([...statisticsOf(small, () => output).meanSquares]).toEqual([5, 8]));
});

describe("of a large attention, by the kernel", () => {
  // 1024² · (4 + 3 · 10) are more than 3·10⁷ products. Waves of different lengths, which no two rows share.
  const N = 1024;
  const waves = (rate: number, cols: number, size: number): Matrix =>
    createMatrix(N, cols, (row, col) => size * Math.sin(rate * row + 2 * col + (row * col) / 7));
  const parts = { query: waves(0.31, 4, 1), key: waves(0.17, 4, 1.5), value: waves(0.11, 10, 2) };
  const outputOf = (given: Task) =>
    createMatrix(N, 10, (row, col) => (row % 100 === 7 ? (makeRow(given, row)?.output[col] ?? 0) : 0));
  const ROWS = Array.from({ length: 10 }, (_, k) => 100 * k + 7);

  const columnMeans = ({ rows, cols, data }: Matrix, of: (value: number) => number): number[] =>
    Array.from({ length: cols }, (_, c) =>
      Array.from({ length: rows }, (_row, j) => of(data[j * cols + c])).reduce(
        (sum, own) => sum + own / rows,
        0,
      ),
    );

  /** How far the scores of a row scatter by the variances of the columns of the keys: scale² Σ_c q_c² var(k_c). */
  function scatterOf({ query, key, scale }: Task, row: number): number {
    const [means, squares] = [columnMeans(key, (k) => k), columnMeans(key, (k) => k * k)];
    return means.reduce(
      (sum, mean, c) => sum + scale ** 2 * query.data[row * query.cols + c] ** 2 * (squares[c] - mean ** 2),
      0,
    );
  }

  /** √(mean² + variance) of the scores, the mean weighed by α². */
  function estimateOf(given: Task, row: number): number {
    const coefficients = makeRow(given, row)?.coefficients ?? [];
    const scores = scoresOfRow(given, row);
    let [sum, total] = [0, 0];
    for (const [j, c] of coefficients.entries()) {
      if (c === 0) continue;
      sum += c * c * scores[j];
      total += c * c;
    }
    return Math.sqrt((sum / total) ** 2 + scatterOf(given, row));
  }

  test.each<[string, Partial<Task>]>([
    ["as it is", { scale: -0.5 }],
    ["with a cap", { softcap: 2 }],
    ["with a bias", { bias: createMatrix(N, N, (row, col) => ((row + 2 * col) % 5) / 4) }],
    ["with one bias for all rows", { bias: createMatrix(1, N, (_, col) => (col % 3) / 4) }],
    [
      "with a mask",
      {
        blocked: {
          ...{ rows: N, cols: N, numRuled: N },
          low: Float64Array.from({ length: N }, (_, row) => Math.floor(row / 2)),
          high: Float64Array.from({ length: N }, (_, row) => row + 1),
        },
      },
    ],
  ])("%s rows are those of plain arithmetic", (_, more) => {
    const large = task({ ...parts, ...more });
    const statistics = statisticsOf(large, () => {
      throw new RangeError("the kernel gives the output, too");
    });
    for (const row of ROWS) {
      const [made, plain] = [statistics.row(row), makeRow(large, row)];
      if (!made || !plain) throw new TypeError("there are keys");
      expect(made.keys).toBe(plain.keys);
      for (const name of ["logSumExp", "sum", "concentration"] as const)
        expect(made[name] / plain[name]).toBeCloseTo(1, 9);
      // Squares are summed in float32: variances need no more.
      expect(made.norms / plain.norms).toBeCloseTo(1, 6);
      for (const name of ["squares", "spread"] as const)
        for (let col = 0; col < 10; col++) expect(made[name][col]).toBeCloseTo(plain[name][col], 6);
      for (let col = 0; col < 10; col++) expect(made.output[col]).toBeCloseTo(plain.output[col], 12);
      expect(made.score / estimateOf(large, row)).toBeCloseTo(1, 9);
      // Which is within a factor of two.
      expect(made.score / plain.score).toBeGreaterThan(0.5);
      expect(made.score / plain.score).toBeLessThan(2.5);
    }
  });

  test("what other attentions overwrote is computed again", () => {
    const [first, second, third] = [0.5, 0.6, 0.7].map((scale) =>
      statisticsOf(task({ ...parts, scale }), () => createMatrix(N, 10)),
    );
    const kept = statisticsOf(task({ ...parts, scale: 0.5 }), () => createMatrix(N, 10));
    const { output } = kept;
    const [strict, most] = [
      { compute: "float32", stored: "float32", roundsScores: false, roundsInputs: false } as const,
      8,
    ];
    for (const statistics of [first, second, third]) {
      statistics.begin?.();
      expect(statistics.measure?.(output, strict, most) === undefined).toBe(statistics !== first);
    }
    expect(first.output).toEqual(output);
    expect(first.row(7)).toEqual(kept.row(7));
    expect([...(first.row(7)?.spread ?? [])]).toEqual([...(kept.row(7)?.spread ?? [])]);
  });

  test("what hardly weighs is not worked out, unless no key can be so light", () => {
    // Scores lie within 1 of each other: no weight is below e^−1 / 1024.
    const near = task({ ...parts, scale: 0.01 });
    expect(statisticsOf(near, () => outputOf(near)).row(7)?.faint).toBe(0);
    const far = task({ ...parts, scale: 20 });
    const statistics = statisticsOf(far, () => outputOf(far));
    const row = statistics.row(7);
    if (!row) throw new TypeError("there are keys");
    expect(row.faint).toBeNaN();
    expect(faintOf(far, row, 7)).toBe(makeRow(far, 7)?.faint);
    expect(faintOf(far, row, 7)).toBeGreaterThan(0);
    // A bias may make any key light.
    const biased = task({ ...parts, scale: 0.01, bias: createMatrix(1, N) });
    expect(statisticsOf(biased, () => outputOf(biased)).row(7)?.faint).toBeNaN();
    expect(faintOf(far, { ...row, faint: 0.25 }, 8)).toBe(0.25);
  });

  test("no key is so light where even a score of six standard deviations below the mean is heavy enough", () => {
    // Keys with means of their own, so that the mean score is far from 0.
    const key = createMatrix(N, 4, (row, col) => parts.key.data[row * 4 + col] + col - 0.5);
    let [heavy, light] = [0, 0];
    for (const scale of [0.2, 0.5, 1, 1.5, -1]) {
      const given = task({ ...parts, key, scale });
      const statistics = statisticsOf(given, () => createMatrix(N, 10));
      const means = columnMeans(key, (k) => k);
      for (const row of ROWS) {
        const mean = means.reduce((sum, own, c) => sum + scale * given.query.data[row * 4 + c] * own, 0);
        const lowest = mean - 6 * Math.sqrt(scatterOf(given, row)) - statistics.logSumExp[row];
        const isHeavy = lowest > Math.log(2 ** -22);
        expect(statistics.row(row)?.faint).toBe(isHeavy ? 0 : Number.NaN);
        if (isHeavy) heavy++;
        else light++;
      }
    }
    expect(Math.min(heavy, light)).toBeGreaterThan(5);
  });

  test("rows that may attend to nothing have none, and those that one may not have no rule do without the kernel", () => {
    const high = new Float64Array(N).fill(N);
    high[7] = 0;
    const rule = { rows: N, cols: N, numRuled: N, low: new Float64Array(N), high };
    const statistics = statisticsOf(task({ ...parts, blocked: rule }), () => createMatrix(N, 10));
    expect(statistics.row(7)).toBeUndefined();
    expect(statistics.row(8)?.keys).toBe(N);
    // No rule reaches the last key: row 7 attends to it alone.
    const open = task({
      ...parts,
      blocked: { ...rule, numRuled: N - 1, high: high.map((end) => Math.min(end, N - 1)) },
    });
    expect(statisticsOf(open, () => createMatrix(N, 10)).row(7)?.keys).toBe(1);
  });
});

test("what stands in values that nobody attends to is none of what errors hang on", () => {
  const value = createMatrix(3, 1, (row) => [1, 3, 1e30][row]);
  const blocked = { rows: 2, cols: 3, low: Float64Array.of(0, 0), high: Float64Array.of(2, 2), numRuled: 3 };
  const padded = task({ query: createMatrix(2, 1), key: createMatrix(3, 1), value, blocked });
  // (1 + 9) / 2
  expect(statisticsOf(padded, () => createMatrix(2, 1)).meanSquares).toEqual(Float64Array.of(5));
  expect(statisticsOfRows(padded, [0]).meanSquares).toEqual(Float64Array.of(5));
});
