import { describe, expect, test } from "vitest";
import { createMatrix, type RowRange, rowsOf, toRows } from "../../../src/math/matrix.js";
import { tellProgress, watchProgress } from "../../../src/math/progress.js";
import { remember } from "../../../src/math/remember.js";
import { isStored, storedMatrix, storedPart } from "../../../src/math/stored-matrix.js";

describe("a part of a matrix in a file", () => {
  /** Row i contains 10 i, 10 i + 1, …, and every way of reading is recorded. */
  function lying(rows: number, cols: number) {
    const whole = createMatrix(rows, cols, (row, col) => 10 * row + col);
    const bytes = new Uint8Array(Float32Array.from(whole.data).buffer);
    const read: string[] = [];
    const note = (how: string, { first, count }: RowRange) => read.push(`${how} ${first}+${count}`);
    const stored = storedMatrix(
      whole,
      () => {
        note("whole", { first: 0, count: rows });
        return whole.data;
      },
      (range) => {
        note("rows", range);
        return rowsOf(whole, range);
      },
      (range, into) => {
        note("singles", range);
        into.set(bytes.subarray(4 * cols * range.first, 4 * cols * (range.first + range.count)));
      },
    );
    return { stored, read };
  }

  test("is no more of it than its rows, read when somebody asks, and once", () => {
    const { stored, read } = lying(5, 4);
    const part = storedPart(stored, { firstRow: 1, firstCol: 2, rows: 3, cols: 2 });
    expect([isStored(part), isStored(createMatrix(1, 1))]).toEqual([true, false]);
    expect(read).toEqual([]);
    const expected = [
      [12, 13],
      [22, 23],
      [32, 33],
    ];
    expect(toRows(part)).toEqual(expected);
    expect(toRows(part)).toEqual(expected);
    expect(read).toEqual(["rows 1+3"]);
    expect(part.readRows({ first: 1, count: 2 })).toEqual(
      createMatrix(2, 2, (row, col) => 10 * row + col + 22),
    );
    expect(read).toEqual(["rows 1+3", "rows 2+2"]);
  });

  test("of all columns is read as it lies", () => {
    const { stored, read } = lying(5, 4);
    const part = storedPart(stored, { firstRow: 2, firstCol: 0, rows: 2, cols: 4 });
    expect(toRows(part)).toEqual([
      [20, 21, 22, 23],
      [30, 31, 32, 33],
    ]);
    const into = new Float32Array(4);
    part.readSingles?.({ first: 1, count: 1 }, new Uint8Array(into.buffer));
    expect([...into]).toEqual([30, 31, 32, 33]);
    expect(read).toEqual(["rows 2+2", "singles 3+1"]);
  });

  test("is had as float32 where the whole is, and nowhere else", () => {
    const { stored, read } = lying(5, 4);
    const place = { firstRow: 1, firstCol: 1, rows: 4, cols: 2 };
    const part = storedPart(stored, place);
    const into = new Float32Array(6);
    part.readSingles?.({ first: 1, count: 3 }, new Uint8Array(into.buffer));
    expect([...into]).toEqual([21, 22, 31, 32, 41, 42]);
    expect(read).toEqual(["singles 2+3"]);
    const { readSingles: _, ...none } = { ...stored, data: new Float64Array(20) };
    expect(storedPart(none, place).readSingles).toBeUndefined();
  });

  // Half a megabyte is 2 rows of 2¹⁶ float32. A larger row is read alone.
  test.each([
    [2 ** 16, ["singles 0+2", "singles 2+2", "singles 4+1"]],
    [2 ** 17 + 1, ["singles 0+1", "singles 1+1", "singles 2+1", "singles 3+1", "singles 4+1"]],
  ])("of wide rows, %d columns, is read some at a time", (cols, parts) => {
    const { stored, read } = lying(5, cols);
    const part = storedPart(stored, { firstRow: 0, firstCol: 3, rows: 5, cols: 1 });
    const into = new Float32Array(5);
    part.readSingles?.({ first: 0, count: 5 }, new Uint8Array(into.buffer));
    expect([...into]).toEqual([3, 13, 23, 33, 43]);
    expect(read).toEqual(parts);
  });
});

test("whoever listens hears how far work is; nobody need", () => {
  const told: unknown[] = [];
  tellProgress(0, 2, "nobody hears this");
  watchProgress((...progress) => told.push(progress));
  tellProgress(1, 2, "reading q.csv");
  watchProgress(undefined);
  tellProgress(2, 2, "nobody hears this");
  expect(told).toEqual([[1, 2, "reading q.csv"]]);
});

test("what is remembered is made once for each key, even where it is nothing much", () => {
  const known = new Map<string, number>();
  let made = 0;
  const length = (word: string) =>
    remember(known, word, () => {
      made++;
      return word.length;
    });
  expect([length("ab"), length("ab"), length(""), length("")]).toEqual([2, 2, 0, 0]);
  expect(made).toBe(2);
});
