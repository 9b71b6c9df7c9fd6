import { expect, test } from "vitest";
import {
  belowEachOther,
  cellOf,
  countTrue,
  createBooleanMatrix,
  createMatrix,
  isTrue,
  joinedPart,
  mapCells,
  matrixFromRows,
  partsSideBySide,
  type RowRange,
  rowsOf,
  sameShape,
  shapeText,
  sideBySide,
  toRows,
  transpose,
} from "../../../src/math/matrix.js";
import { dotRows, multiply, multiplyTransposed } from "../../../src/math/product.js";
import { columnSums, rowMaxima, rowSums } from "../../../src/math/rows.js";
import { storedMatrix, storedPart } from "../../../src/math/stored-matrix.js";
import { createRandom, randomMatrix } from "../../support/random.js";

const a = { rows: 2, cols: 2, data: Float64Array.of(1, 2, 3, 4) };
const b = { rows: 2, cols: 2, data: Float64Array.of(5, 6, 7, 8) };

test("products of 2×2", () => {
  // 1·5 + 2·7 = 19, 1·6 + 2·8 = 22, 3·5 + 4·7 = 43, 3·6 + 4·8 = 50
  expect(toRows(multiply(a, b))).toEqual([
    [19, 22],
    [43, 50],
  ]);
  // 1·5 + 2·6 = 17, 1·7 + 2·8 = 23, 3·5 + 4·6 = 39, 3·7 + 4·8 = 53
  expect(toRows(multiplyTransposed(a, b))).toEqual([
    [17, 23],
    [39, 53],
  ]);
});

test("tiles and their remainders give the bits of one dot product after another", () => {
  const random = createRandom(5);
  for (const [n, m, k] of [
    [1, 1, 1],
    [4, 4, 4],
    [5, 7, 3],
    [8, 9, 1],
    [3, 12, 6],
    [11, 4, 17],
  ]) {
    const [p, q] = [randomMatrix(random, n, k), randomMatrix(random, m, k)];
    const expected = createMatrix(n, m, (row, col) => dotRows(p, row, q, col));
    expect(multiplyTransposed(p, q)).toEqual(expected);
  }
});

test("rows and columns", () => {
  expect(toRows(transpose(matrixFromRows([[1, 2, 3]])))).toEqual([[1], [2], [3]]);
  expect(toRows(rowSums(a))).toEqual([[3], [7]]);
  expect(toRows(columnSums(a))).toEqual([[4, 6]]);
  expect(
    Array.from(
      rowMaxima(
        matrixFromRows([
          [1, 3],
          [Number.NaN, 5],
        ]),
      ),
    ),
  ).toEqual([3, Number.NaN]);
  expect(() => matrixFromRows([[1, 2], [3]])).toThrow("row 1 has 1 value, row 0 has 2");
});

test("a matrix of rows, of cells and of nothing", () => {
  expect(
    matrixFromRows([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  ).toEqual({
    ...{ rows: 3, cols: 2, data: Float64Array.of(1, 2, 3, 4, 5, 6) },
  });
  expect(matrixFromRows([])).toEqual({ rows: 0, cols: 0, data: new Float64Array(0) });
  expect(() => matrixFromRows([[1], [2, 3, 4]])).toThrow("row 1 has 3 values, row 0 has 1");
  expect(createMatrix(2, 3, (row, col) => 10 * row + col).data).toEqual(Float64Array.of(0, 1, 2, 10, 11, 12));
  expect(createMatrix(2, 3)).toEqual({ rows: 2, cols: 3, data: new Float64Array(6) });
});

test("what stands where", () => {
  const m = { rows: 3, cols: 2, data: Float64Array.of(1, 2, 3, 4, 5, 6) };
  expect(cellOf(m, 1, 1)).toBe(4);
  expect(cellOf(m, 2, 0)).toBe(5);
  expect(rowsOf(m, { first: 1, count: 2 })).toEqual({ rows: 2, cols: 2, data: Float64Array.of(3, 4, 5, 6) });
  expect(mapCells(m, (value, row, col) => 100 * value + 10 * row + col)).toEqual({
    ...{ rows: 3, cols: 2, data: Float64Array.of(100, 201, 310, 411, 520, 621) },
  });
  expect(shapeText(m)).toBe("3×2");
});

test("two shapes are the same by both their sides", () => {
  const shape = { rows: 3, cols: 2 };
  expect(sameShape(shape, { rows: 3, cols: 2 })).toBe(true);
  expect(sameShape(shape, { rows: 3, cols: 1 })).toBe(false);
  expect(sameShape(shape, { rows: 2, cols: 2 })).toBe(false);
});

test("a matrix of true and false", () => {
  const mask = createBooleanMatrix(2, 3, (row, col) => col <= row);
  expect(mask).toEqual({ rows: 2, cols: 3, data: Uint8Array.of(1, 0, 0, 1, 1, 0) });
  expect([isTrue(mask, 0, 0), isTrue(mask, 0, 1), isTrue(mask, 1, 0), isTrue(mask, 1, 2)]).toEqual([
    ...[true, false, true, false],
  ]);
  expect(isTrue(mask, 1, 1)).toBe(true);
  expect(countTrue(mask)).toBe(3);
});

test("nine rows are turned in two groups", () => {
  const nine = createMatrix(9, 3, (row, col) => 10 * row + col);
  expect(transpose(nine)).toEqual({
    rows: 3,
    cols: 9,
    data: createMatrix(3, 9, (row, col) => 10 * col + row).data,
  });
});

test("a part of a stored matrix is read in rows, whole, and as float32, and no more of it is read than its rows", () => {
  const [rows, cols] = [700, 300];
  const singles = Float32Array.from({ length: rows * cols }, (_, at) => at / 7);
  const asked: number[] = [];
  const readRows = ({ first, count }: RowRange) => {
    asked.push(first, count);
    return {
      rows: count,
      cols,
      data: Float64Array.from(singles.subarray(first * cols, (first + count) * cols)),
    };
  };
  const whole = storedMatrix(
    { rows, cols },
    () => readRows({ first: 0, count: rows }).data,
    readRows,
    ({ first, count }, into) => into.set(new Uint8Array(singles.buffer, 4 * first * cols, 4 * count * cols)),
  );
  // 2^19 / (4·300) = 436 rows are read at a time: 600 take two turns.
  for (const place of [
    { firstRow: 50, firstCol: 7, rows: 600, cols: 11 },
    { firstRow: 3, firstCol: 0, rows: 5, cols: 300 },
  ]) {
    const part = storedPart(whole, place);
    const want = (row: number, col: number) => singles[(place.firstRow + row) * cols + place.firstCol + col];
    const range = { first: 2, count: place.rows - 3 };
    const some = createMatrix(range.count, place.cols, (row, col) => want(row + 2, col));
    const bytes = new Uint8Array(4 * range.count * place.cols);
    part.readSingles?.(range, bytes);
    expect(Float64Array.from(new Float32Array(bytes.buffer))).toEqual(some.data);
    expect(part.readRows(range)).toEqual(some);
    expect(part.data).toEqual(createMatrix(place.rows, place.cols, want).data);
    expect(asked.splice(0)).toEqual([place.firstRow + 2, place.rows - 3, place.firstRow, place.rows]);
  }
});

test("matrices are put below each other, with rows of zeros behind them, and side by side", () => {
  const [one, two] = [
    matrixFromRows([[1, 2]]),
    matrixFromRows([
      [3, 4],
      [5, 6],
    ]),
  ];
  expect(toRows(belowEachOther([one, two]))).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(toRows(belowEachOther([one, one], 1))).toEqual([
    [1, 2],
    [1, 2],
    [0, 0],
  ]);
  expect(toRows(sideBySide([two, matrixFromRows([[7], [8]])]))).toEqual([
    [3, 4, 7],
    [5, 6, 8],
  ]);
});

test("matrices side by side are joined when all numbers are asked for, and a part is had without that", () => {
  let reads = 0;
  const part = (value: number) => ({
    rows: 1,
    cols: 2,
    get data() {
      reads++;
      return Float64Array.of(value, value + 1);
    },
  });
  const parts = [part(1), part(3)];
  const whole = sideBySide(parts);
  expect(joinedPart(whole, 2, 2)).toBe(parts[1]);
  expect(joinedPart(whole, 1, 2)).toBeUndefined();
  expect(partsSideBySide(whole)).toBe(parts);
  expect(reads).toBe(0);
  expect([...whole.data]).toEqual([1, 2, 3, 4]);
  expect(partsSideBySide(parts[0])).toEqual([parts[0]]);
});
