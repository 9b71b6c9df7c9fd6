import { describe, expect, test } from "vitest";
import { type KeyRange, readKeys, ruleOf } from "../../../../src/check/machine/keys-used.js";
import type { Task } from "../../../../src/check/machine/task.js";
import { createMatrix, matrixFromRows } from "../../../../src/math/matrix.js";

/** Queries of 0, so that every key that is used weighs alike, and values of one column. */
function taskOf(values: readonly number[], more: Partial<Task> = {}): Task {
  return {
    ...{ scope: "", head: 0, scale: 1, emptyRow: "zero", isProjected: false },
    query: createMatrix(2, 1),
    key: createMatrix(values.length, 1),
    value: matrixFromRows(values.map((value) => [value])),
    ...more,
  };
}
const read = (task: Task, got: readonly number[], isMadeOf: (range: KeyRange) => boolean = () => true) =>
  readKeys(task, 0, Float64Array.from(got), isMadeOf);

describe("the keys that a row was made of", () => {
  const task = taskOf([1, 2, 4, 8]);

  test.each<[number, KeyRange]>([
    // (2 + 4) / 2 = 3, (1 + 2 + 4 + 8) / 4 = 3.75, (2 + 4 + 8) / 3 = 14/3
    [3, { low: 1, high: 3 }],
    [3.75, { low: 0, high: 4 }],
    [14 / 3, { low: 1, high: 4 }],
    [8, { low: 3, high: 4 }],
    [1, { low: 0, high: 1 }],
    // 3.1 is nearest to the 3 of keys 1 and 2.
    [3.1, { low: 1, high: 3 }],
  ])("%d", (got, seen) => expect(read(task, [got])).toEqual({ row: 0, expected: { low: 0, high: 4 }, seen }));

  test("are none when the nearest range does not give the row", () => {
    const asked: KeyRange[] = [];
    const found = read(task, [3.1], (range) => asked.push(range) === 0);
    expect(found).toEqual({ row: 0, expected: { low: 0, high: 4 } });
    expect(asked).toEqual([{ low: 1, high: 3 }]);
  });

  test("are told by every column, of up to 16", () => {
    // Both pairs of keys have the mean 1 in the first column; the second tells them apart.
    const value = matrixFromRows([
      [0, 5],
      [2, 5],
      [0, 7],
      [2, 7],
    ]);
    expect(read(taskOf([0, 2, 0, 2], { value }), [1, 7]).seen).toEqual({ low: 2, high: 4 });
    // In column 16 and beyond nobody looks: the first range is as near as any.
    const wide = createMatrix(2, 17, (row, col) => (col === 16 ? row : 3));
    expect(read(taskOf([0, 0], { value: wide }), new Array(17).fill(3)).seen).toEqual({ low: 0, high: 1 });
    const last = createMatrix(2, 16, (row, col) => (col === 15 ? row : 3));
    expect(read(taskOf([0, 0], { value: last }), [...new Array(15).fill(3), 1]).seen).toEqual({
      low: 1,
      high: 2,
    });
  });

  test("weigh as their scores say, whatever the mask", () => {
    // Scores 0, ln 3: (0 + 3 · 4) / 4 = 3, although key 1 is blocked.
    const blocked = {
      rows: 2,
      cols: 2,
      numRuled: 2,
      low: Float64Array.of(0, 0),
      high: Float64Array.of(1, 2),
    };
    const bias = matrixFromRows([[0, Math.log(3)]]);
    expect(read(taskOf([0, 4], { bias, blocked }), [3])).toEqual({
      ...{ row: 0, expected: { low: 0, high: 1 }, seen: { low: 0, high: 2 } },
    });
  });

  test("are none that weigh nothing", () => {
    const bias = matrixFromRows([[Number.NEGATIVE_INFINITY, 0, 0]]);
    // Keys 0 and 1 together are key 1.
    expect(read(taskOf([9, 1, 5], { bias }), [1]).seen).toEqual({ low: 0, high: 2 });
    const nothing = matrixFromRows([new Array<number>(2).fill(Number.NEGATIVE_INFINITY)]);
    expect(read(taskOf([1, 2], { bias: nothing }), [1])).toEqual({ row: 0, expected: { low: 0, high: 2 } });
  });

  test("begin where they should when that is as near", () => {
    const blocked = {
      rows: 2,
      cols: 4,
      numRuled: 4,
      low: Float64Array.of(1, 0),
      high: Float64Array.of(3, 4),
    };
    expect(read(taskOf([1, 1, 1, 1], { blocked }), [1])).toEqual({
      ...{ row: 0, expected: { low: 1, high: 3 }, seen: { low: 1, high: 2 } },
    });
    const none = { ...blocked, high: Float64Array.of(1, 4) };
    expect(read(taskOf([1, 1, 1, 1], { blocked: none }), [1]).expected).toEqual({ low: 4, high: 4 });
  });

  test("of more than 1024 begin near the expected first key, or where tiles do", () => {
    // Values are squares, so that a mean tells the range.
    const values = (count: number) => Array.from({ length: count }, (_, key) => key ** 2);
    const made = (low: number) => (low ** 2 + (low + 1) ** 2) / 2;
    const first = (count: number, low: number) => read(taskOf(values(count)), [made(low)]).seen?.low;
    expect([4, 128, 130].map((low) => first(1024, low))).toEqual([4, 128, 130]);
    expect([4, 128].map((low) => first(1025, low))).toEqual([4, 128]);
    expect(first(1025, 130)).not.toBe(130);
    expect(first(1025, 5)).not.toBe(5);
  });
});

describe("what ranges have in common, as a rule of the row", () => {
  const text = (numKeys: number, ...ends: readonly (readonly [row: number, low: number, high: number])[]) =>
    ruleOf(
      ends.map(([row, low, high]) => ({ row, range: { low, high } })),
      numKeys,
    )?.text;

  test.each<[string, number, Parameters<typeof text>[1][]]>([
    [
      "0…3",
      4,
      [
        [0, 0, 4],
        [1, 0, 4],
      ],
    ],
    [
      "0…i",
      4,
      [
        [0, 0, 1],
        [1, 0, 2],
        [2, 0, 3],
      ],
    ],
    // Four packed rows to a position, from the third on: 2, 6 and 10, and no key after 11.
    [
      "0…4i+2",
      12,
      [
        [0, 0, 3],
        [1, 0, 7],
        [2, 0, 11],
        [3, 0, 12],
      ],
    ],
    // ⌊2/4⌋ = 0, ⌊5/4⌋ = 1, ⌊11/4⌋ = 2
    [
      "0…⌊i/4⌋+6",
      24,
      [
        [2, 0, 7],
        [5, 0, 8],
        [11, 0, 9],
      ],
    ],
    // The last key of the tile before.
    [
      "0…8⌊i/8⌋−1",
      40,
      [
        [8, 0, 8],
        [17, 0, 16],
        [31, 0, 24],
      ],
    ],
    // Row 3 would see key 4, which there is not.
    [
      "0…i+1",
      4,
      [
        [0, 0, 2],
        [1, 0, 3],
        [2, 0, 4],
        [3, 0, 4],
      ],
    ],
    [
      "0…i−1",
      4,
      [
        [1, 0, 1],
        [2, 0, 2],
        [3, 0, 3],
      ],
    ],
    // Row 0 would begin before the first key.
    [
      "i−1…i",
      4,
      [
        [0, 0, 1],
        [1, 0, 2],
        [2, 1, 3],
        [3, 2, 4],
      ],
    ],
    [
      "i…3",
      4,
      [
        [0, 0, 4],
        [1, 1, 4],
        [2, 2, 4],
      ],
    ],
    [
      "1…2",
      4,
      [
        [0, 1, 3],
        [1, 1, 3],
        [2, 1, 3],
      ],
    ],
    // One row is no rule.
    ["2…3", 8, [[5, 2, 4]]],
  ])("%s", (expected, numKeys, ends) => expect(text(numKeys, ...ends)).toBe(expected));

  test("is none where there is none", () => {
    expect(text(4, [0, 0, 1], [1, 0, 3], [2, 0, 2])).toBeUndefined();
    expect(text(8, [0, 1, 8], [1, 4, 8], [2, 3, 8])).toBeUndefined();
  });
});
