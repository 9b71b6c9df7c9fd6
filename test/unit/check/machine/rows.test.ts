import { describe, expect, test } from "vitest";
import {
  capped,
  cellFor,
  powersOf,
  productsOfRow,
  rowNorms,
  scoresOfRow,
} from "../../../../src/check/machine/row-scores.js";
import { boundOf, FAINT, type MadeRow, makeRow, over, SAMPLED } from "../../../../src/check/machine/rows.js";
import type { Task } from "../../../../src/check/machine/task.js";
import { createMatrix, matrixFromRows } from "../../../../src/math/matrix.js";

/** Queries 1 0 and 0 1, three keys, values of two columns. */
const taskOf = (more: Partial<Task> = {}): Task => ({
  ...{ scope: "", head: 0, scale: 1, emptyRow: "zero", isProjected: false },
  query: matrixFromRows([
    [1, 0],
    [0, 1],
  ]),
  key: matrixFromRows([
    [3, 4],
    [6, 8],
    [0, 2],
  ]),
  value: matrixFromRows([
    [1, 2],
    [3, -2],
    [5, 7],
  ]),
  ...more,
});

const LOW = Number.NEGATIVE_INFINITY;
const blocked = (low: number[], high: number[], more: Partial<NonNullable<Task["blocked"]>> = {}) => ({
  ...{ rows: low.length, cols: 3, numRuled: 3 },
  low: Float64Array.from(low),
  high: Float64Array.from(high),
  ...more,
});
const cells = (rows: number[][]) => ({
  ...{ rows: rows.length, cols: rows[0].length },
  data: Uint8Array.from(rows.flat()),
});
const scores = (row: number, more: Partial<Task>) => [...scoresOfRow(taskOf(more), row)];

describe("the scores of a row", () => {
  test("are products with the keys, scaled, capped, biased", () => {
    expect(scores(0, {})).toEqual([3, 6, 0]);
    expect(scores(1, { scale: 0.5 })).toEqual([2, 4, 1]);
    expect(scores(0, { scale: 0.5, softcap: 2 })).toEqual([1.5, 3, 0].map((s) => 2 * Math.tanh(s / 2)));
    const bias = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(scores(1, { bias: matrixFromRows(bias) })).toEqual([8, 13, 8]);
    expect(scores(1, { bias: matrixFromRows([bias[0]]) })).toEqual([5, 10, 5]);
    // The bias is added to what is capped.
    expect(scores(1, { softcap: 1, bias: matrixFromRows([bias[0]]) })[0]).toBe(Math.tanh(4) + 1);
  });

  test.each<[string, Task["blocked"], number[]]>([
    ["before the first", blocked([0, 1], [3, 3]), [LOW, 8, 2]],
    ["from the last on", blocked([0, 0], [3, 1]), [4, LOW, LOW]],
    ["on both sides", blocked([0, 1], [3, 2]), [LOW, 8, LOW]],
    ["none", blocked([1, 0], [2, 3]), [4, 8, 2]],
    ["all", blocked([0, 3], [3, 3]), [LOW, LOW, LOW]],
    ["but those that no rule reaches", blocked([0, 3], [3, 2], { numRuled: 2 }), [LOW, LOW, 2]],
    [
      "by cells",
      blocked([0, 0], [3, 3], {
        cells: cells([
          [1, 1, 1],
          [0, 1, 0],
        ]),
      }),
      [4, LOW, 2],
    ],
    ["by cells of all rows", blocked([0, 0], [3, 3], { cells: cells([[0, 0, 1]]) }), [4, 8, LOW]],
    ["by both", blocked([0, 1], [3, 3], { cells: cells([[0, 0, 1]]) }), [LOW, 8, LOW]],
  ])("are −∞ for keys that are blocked, %s", (_, rule, expected) =>
    expect(scores(1, { blocked: rule })).toEqual(expected),
  );

  test("leave the products as they are, which are worked out once", () => {
    const task = taskOf({ blocked: blocked([0, 3], [3, 3]) });
    const products = productsOfRow(task, 1);
    scoresOfRow(task, 1);
    expect([...products]).toEqual([4, 8, 2]);
    expect(productsOfRow({ ...task }, 1)).toBe(products);
    expect([...productsOfRow({ ...task, key: task.query }, 1)]).toEqual([0, 1]);
    expect([...productsOfRow({ ...task, query: task.key }, 1)]).toEqual([50, 100, 16]);
  });

  test("are remembered of 64 rows", () => {
    const [query, key] = [createMatrix(66, 1, (row) => row), matrixFromRows([[2]])];
    const made = Array.from({ length: 66 }, (_, row) => productsOfRow({ query, key }, row));
    expect(productsOfRow({ query, key }, 63)).toBe(made[63]);
    expect(productsOfRow({ query, key }, 64)).not.toBe(made[64]);
    expect([...productsOfRow({ query, key }, 65)]).toEqual([130]);
  });
});

test("lengths of rows, cells for all rows, and a cap", () => {
  expect([...rowNorms(taskOf().key)]).toEqual([5, 10, 2]);
  expect(cellFor(matrixFromRows([[1, 2]]), 5, 1)).toBe(2);
  expect(capped({ softcap: undefined }, 7)).toBe(7);
  expect(capped({ softcap: 3 }, 7)).toBe(3 * Math.tanh(7 / 3));
});

test("exponentials of a row", () => {
  const close = (numbers: Float64Array) => [...numbers].map((number) => Number(number.toFixed(12)));
  // e^(ln 3 − ln 3) = 1, e^(0 − ln 3) = 1/3
  const { powers, maximum, sum } = powersOf(Float64Array.of(0, Math.log(3), LOW));
  expect(close(powers)).toEqual([Number((1 / 3).toFixed(12)), 1, 0]);
  expect([maximum, Number(sum.toFixed(12))]).toEqual([Math.log(3), Number((4 / 3).toFixed(12))]);
  expect(powersOf(Float64Array.of(LOW, LOW))).toEqual({
    powers: Float64Array.of(0, 0),
    maximum: LOW,
    sum: 0,
  });
  expect([...over(Float64Array.of(1, 3), 4)]).toEqual([0.25, 0.75]);
});

const expectClose = (made: Iterable<number>, expected: readonly number[]) => {
  const numbers = [...made];
  expect(numbers).toHaveLength(expected.length);
  for (const [at, value] of numbers.entries()) expect(value).toBeCloseTo(expected[at], 12);
};

describe("a row of an output", () => {
  // Scores 0, ln 3, −∞: weights 1/4 and 3/4 of the values 1 2 and 3 −2.
  const given = Float64Array.of(0, Math.log(3), LOW);
  const make = (more: Partial<Task> = {}, ...rest: [] | [Parameters<typeof makeRow>[3]]) =>
    makeRow(taskOf(more), 1, given.slice(), ...rest) as MadeRow;

  test("is the sum of its values by its weights", () => {
    const made = make();
    expectClose(made.coefficients, [0.25, 0.75, 0]);
    // 1/4 + 9/4 and 2/4 − 6/4
    expectClose(made.output, [2.5, -1]);
    expect(made.logSumExp).toBeCloseTo(Math.log(4), 12);
    expect(made.sum).toBeCloseTo(4 / 3, 12);
    expect(made.keys).toBe(2);
    expect(made.faint).toBe(0);
  });

  test("has squares by which its errors are told", () => {
    const made = make({ scale: -0.5 });
    // Weights squared are 1/16 and 9/16.
    expect(made.concentration).toBeCloseTo(10 / 16, 12);
    expectClose(made.squares, [82 / 16, 40 / 16]);
    // 1/16 · 1.5² + 9/16 · 0.5², 1/16 · 3² + 9/16 · 1²
    expectClose(made.spread, [4.5 / 16, 18 / 16]);
    // The mean squares by 1/10 and 9/10: of scores 0.9 · ln² 3, of key lengths 2.5 + 90; the query has length 1.
    expect(made.score).toBeCloseTo(Math.sqrt(0.9) * Math.log(3), 12);
    expect(made.norms).toBeCloseTo(0.5 * Math.sqrt(92.5), 12);
    const query = matrixFromRows([
      [0, 0],
      [3, 4],
    ]);
    expect(make({ query }).norms).toBeCloseTo(5 * Math.sqrt(92.5), 12);
  });

  test("of numbers that do not add up to 1 has the spread of what an error of all scores moves", () => {
    // ½ and 1: o = 3.5 and −1, over the sum 7/3 and −2/3; squares ¼ · 1 + 9 and ¼ · 4 + 4, total 1.25.
    const made = make({}, () => Float64Array.of(0.5, 1, 0));
    expectClose(made.squares, [9.25, 5]);
    expectClose(made.spread, [9.25 + (49 / 9) * 1.25, 5 + (4 / 9) * 1.25]);
    // 1 and −1: no sum to divide by.
    const none = make({}, () => Float64Array.of(1, -1, 0));
    expectClose(none.squares, [10, 8]);
    expectClose(none.spread, [10, 8]);
  });

  test("of no numbers at all is 0", () => {
    const made = make({}, () => Float64Array.of(0, 0, 0));
    expectClose(made.output, [0, 0]);
    expect([made.concentration, made.score, made.norms]).toEqual([0, 0, 0]);
  });

  test("may have a weight for a key of score −∞, which has no score", () => {
    const made = make({}, () => Float64Array.of(0, 0, 1));
    expectClose(made.output, [5, 7]);
    expect([made.score, made.keys]).toEqual([0, 2]);
    expect(made.norms).toBeCloseTo(2, 12);
  });

  test("says what its faint weights come to", () => {
    const small = FAINT / 2;
    expect(make({}, () => Float64Array.of(1, small, small)).faint).toBe(FAINT);
    expect(make({}, () => Float64Array.of(1, FAINT, FAINT)).faint).toBe(0);
  });

  test("is none where nothing may be attended to", () =>
    expect(makeRow(taskOf(), 0, Float64Array.of(LOW, LOW, LOW))).toBeUndefined());

  test("comes from the scores of the task where none are given", () => {
    // Query 0 · keys are 3, 6, 0; all keys but the first are blocked.
    const made = makeRow(taskOf({ blocked: blocked([0, 0], [1, 3]) }), 0);
    expectClose(made?.output ?? [], [1, 2]);
    expect(made?.logSumExp).toBe(3);
  });

  test("has its first eight columns sooner", () => {
    const wide = createMatrix(3, 9, (row, col) => (row < 2 ? col : 0));
    const made = make({ value: wide });
    expectClose(made.sample?.() ?? [], [0, 1, 2, 3, 4, 5, 6, 7]);
    expectClose(made.output, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(SAMPLED).toBe(8);
    expectClose(make().sample?.() ?? [], [2.5, -1]);
  });

  test("errs no more than one whose values are all as large as the largest", () => {
    const made = make();
    const bound = boundOf(made, taskOf().value);
    // The largest is 7: 10/16 · 49, and 10/16 · ((7 + |o|)² + 49).
    expectClose(bound.output, [2.5, -1]);
    expectClose(bound.squares, [(10 / 16) * 49, (10 / 16) * 49]);
    expectClose(bound.spread, [(10 / 16) * (9.5 ** 2 + 49), (10 / 16) * (64 + 49)]);
    const { keys, sum, score, norms } = made;
    expect(bound).toMatchObject({ keys, sum, score, norms });
    const negative = boundOf({ ...made, sample: undefined }, matrixFromRows([[-9, 2]]));
    expectClose(negative.squares, [(10 / 16) * 81, (10 / 16) * 81]);
  });
});

test("the squares of huge keys are no measure of a row that small queries meet", () => {
  // ‖q‖ = 5·10^−160 and ‖k‖ = 5·10^160 of every key: ‖q‖·‖k‖ = 25, and 10^320 is no double.
  const key = matrixFromRows([
    [3e160, 4e160],
    [4e160, 3e160],
    [5e160, 0],
  ]);
  const made = makeRow(taskOf({ query: matrixFromRows([[3e-160, 4e-160]]), key }), 0);
  expect(made?.norms).toBeCloseTo(25, 10);
});
