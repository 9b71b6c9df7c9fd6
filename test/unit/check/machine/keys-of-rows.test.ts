import { describe, expect, test } from "vitest";
import { type RoundingModel, varianceOfRow } from "../../../../src/check/machine/expected-error.js";
import { readKeysOfRow, readKeysUsed } from "../../../../src/check/machine/keys-of-rows.js";
import type { RangeRule } from "../../../../src/check/machine/keys-used.js";
import { makeRow } from "../../../../src/check/machine/rows.js";
import { isOff, summariseUnits } from "../../../../src/check/machine/rule.js";
import { statisticsOf } from "../../../../src/check/machine/statistics.js";
import type { Target } from "../../../../src/check/machine/target.js";
import type { Task } from "../../../../src/check/machine/task.js";
import type { BlockedKeys } from "../../../../src/math/blocked.js";
import { createMatrix, type Matrix } from "../../../../src/math/matrix.js";
import { createRandom } from "../../../../src/math/random.js";

const rounding: RoundingModel = {
  ...{ compute: "float32", stored: "float32", roundsScores: false, roundsInputs: false },
};
const random = createRandom(9);
const draw = (rows: number, cols: number) => createMatrix(rows, cols, () => random.normal());

/** Query i may attend to the keys from its first one up to, and without, its last. */
const ruled = (rows: number, cols: number, of: (row: number) => readonly [number, number]): BlockedKeys => ({
  ...{ rows, cols, numRuled: cols },
  low: Float64Array.from({ length: rows }, (_, row) => of(row)[0]),
  high: Float64Array.from({ length: rows }, (_, row) => of(row)[1]),
});

const N = 40;
const attention = (size: number, blocked?: BlockedKeys): Task => ({
  ...{ scope: "", head: 0, scale: 1 / Math.sqrt(size), emptyRow: "zero", isProjected: false },
  ...{ query: draw(N, size), key: draw(N, size), value: draw(N, size), blocked },
});
const causal = attention(
  4,
  ruled(N, N, (row) => [0, row + 1]),
);

/** The output of other keys than those that should be attended to. */
const outputOf = (task: Task, of: (row: number) => readonly [number, number]): Matrix => {
  const other = { ...task, blocked: ruled(N, N, of) };
  return createMatrix(N, task.value.cols, (row, col) => Math.fround(makeRow(other, row)?.output[col] ?? 0));
};

/** What is read off an output. */
function read(
  task: Task,
  got: Matrix,
  what: "output" | "log-sum-exp" | "other" = "output",
  rules: readonly RangeRule[] = [],
) {
  const want = createMatrix(N, got.cols, (row, col) => makeRow(task, row)?.output[col] ?? 0);
  const statistics = statisticsOf(task, () => want);
  const units = got.data.map((value, at) => Math.abs(value - want.data[at]) / 1e-6);
  const expected = { want, variance: () => new Float64Array(1) };
  const target: Target = {
    scope: "",
    id: "output",
    got,
    expected,
    ...(what !== "other" && { of: { task, statistics, what } }),
  };
  const judged = {
    verdict: "differs",
    rounding,
    units,
    variance: units,
    summary: summariseUnits(units, got.cols),
  } as const;
  const found = readKeysUsed(target, judged, { keyRules: rules });
  return {
    keys: found?.keysUsed,
    rule: found?.rule,
    wrong: Array.from({ length: N }, (_, row) =>
      units.subarray(row * got.cols, (row + 1) * got.cols).some(isOff),
    ).filter(Boolean).length,
  };
}

describe("which keys an output was made of", () => {
  test.each<[string, (row: number) => readonly [number, number], object]>([
    // 39 rows are wrong; of every fourth, ten, the keys are read.
    [
      "the next one, too",
      (row) => [0, Math.min(N, row + 2)],
      { expected: "0…i", seen: "0…i+1", rows: 10, of: 10 },
    ],
    ["all", () => [0, N], { expected: "0…i", seen: "0…39", rows: 10, of: 10 }],
    [
      "all but the first",
      (row) => [Math.min(row, 1), row + 1],
      { expected: "0…i", seen: "1…i", rows: 10, of: 10 },
    ],
    // Rows 4, 5, 6 … have other ends: 36 of them are wrong, of which every third is read.
    [
      "in each row others",
      (row) => [0, row < 4 ? row + 1 : row - (row % 4) + 1 - (row % 4 === 0 ? 1 : 0)],
      { seen: "row 4: 0–3 of 0–4; row 7: 0–4 of 0–7; row 10: 0–8 of 0–10; row 13: 0–12 of 0–13" },
    ],
  ])("%s", (_, of, keys) => expect(read(causal, outputOf(causal, of)).keys).toMatchObject(keys));

  test("of twelve rows at most, of all where fewer are wrong", () => {
    const some = (count: number) =>
      read(
        causal,
        outputOf(causal, (row) => [0, row < count ? row + 2 : row + 1]),
      ).keys;
    expect(some(1)).toMatchObject({ rows: 1, of: 1 });
    expect(some(12)).toMatchObject({ expected: "0…i", seen: "0…i+1", rows: 12, of: 12 });
    expect(some(13)).toMatchObject({ rows: 7, of: 7 });
    expect(some(36)).toMatchObject({ rows: 12, of: 12 });
  });

  test("of those rows in which a range of keys is seen", () => {
    const got = outputOf(causal, (row) => [0, Math.min(N, row + 2)]);
    // Rows 0, 4, 8, … 36 are read; 20 is made of no range of keys.
    const damaged = createMatrix(N, 4, (row, col) => got.data[row * 4 + col] + (row === 20 ? 5 + col : 0));
    expect(read(causal, damaged).keys).toMatchObject({ expected: "0…i", seen: "0…i+1", rows: 9, of: 10 });
  });

  test("none where the first four rows show none", () => {
    const got = outputOf(causal, (row) => [0, Math.min(N, row + 2)]);
    // Every third of rows 0, 4, … 36 is asked first: 0, 12, 24 and 36.
    const without = (...rows: readonly number[]) =>
      read(
        causal,
        createMatrix(N, 4, (row, col) => got.data[row * 4 + col] + (rows.includes(row) ? 5 + col : 0)),
      ).keys;
    expect(without(0, 12, 24, 36)).toBeUndefined();
    expect(without(0, 12, 24)).toMatchObject({ rows: 7, of: 10 });
    expect(without(0, 4, 8, 12, 24)).toMatchObject({ rows: 5, of: 10 });
    const none = read(
      causal,
      createMatrix(N, 4, (row, col) => 10 + row + col),
    );
    expect(none).toEqual({ keys: undefined, rule: undefined, wrong: N });
    // Of fewer rows all are asked.
    const two = createMatrix(N, 4, (row, col) => {
      const own = makeRow(causal, row)?.output[col] ?? 0;
      return row === 5 || row === 9 ? own + 5 + col : own;
    });
    expect(read(causal, two)).toEqual({ keys: undefined, rule: undefined, wrong: 2 });
  });

  test("by a rule of another output where it holds of every row, and by their own ranges where it does not", () => {
    const next = (row: number) => [0, Math.min(N, row + 2)] as const;
    const { rule } = read(causal, outputOf(causal, next));
    const asked: number[] = [];
    const known: RangeRule = {
      ...{ text: "as before", first: { text: "0", of: () => 0 }, last: { text: "i", of: (row) => row } },
      rangeOf(row) {
        asked.push(row);
        return rule?.rangeOf(row) ?? { low: 0, high: 0 };
      },
    };
    const keys = (of: (row: number) => readonly [number, number]) =>
      read(causal, outputOf(causal, of), "output", [known]).keys;
    expect(keys(next)).toMatchObject({ expected: "0…i", seen: "as before", rows: 4, of: 4 });
    expect(new Set(asked)).toEqual(new Set([0, 12, 24, 36]));
    // Row 24 alone has other keys: two more.
    expect(keys((row) => [0, Math.min(N, row + (row === 24 ? 3 : 2))])?.seen).toMatch(/^row 0: 0–1 of 0–0/);
  });

  test("is said of outputs of two columns and more", () => {
    const of = (row: number) => [0, Math.min(N, row + 2)] as const;
    const two = attention(2, causal.blocked);
    const narrow = attention(1, causal.blocked);
    expect(read(two, outputOf(two, of)).keys).toMatchObject({ seen: "0…i+1" });
    expect(read(narrow, outputOf(narrow, of)).keys).toBeUndefined();
    expect(read(causal, outputOf(causal, of), "log-sum-exp").keys).toBeUndefined();
    expect(read(causal, outputOf(causal, of), "other").keys).toBeUndefined();
  });

  test("is said where it follows no rule which keys are right, too", () => {
    const blocked = ruled(N, N, (row) => [0, ((row * 7) % 11) + 1]);
    const jagged = { ...causal, blocked };
    expect(
      read(
        jagged,
        outputOf(jagged, () => [0, N]),
      ).keys,
    ).toMatchObject({ expected: "those of the mask", seen: "0…39" });
  });
});

describe("which keys a row was made of", () => {
  const ROW = 20;
  const { meanSquares } = statisticsOf(causal, () => createMatrix(N, 4));
  const made = (low: number, high: number) =>
    outputOf(causal, () => [low, high]).data.slice(ROW * 4, ROW * 4 + 4);
  const seen = (got: Float64Array, compute: RoundingModel["compute"] = "float32") =>
    readKeysOfRow(causal, ROW, got, { ...rounding, compute }, meanSquares).seen;

  test("is read from all keys, whatever it may attend to", () => {
    expect(readKeysOfRow(causal, ROW, made(3, 30), rounding, meanSquares)).toEqual({
      ...{ row: ROW, expected: { low: 0, high: ROW + 1 }, seen: { low: 3, high: 30 } },
    });
    expect(seen(made(0, 1))).toEqual({ low: 0, high: 1 });
    expect(seen(made(39, 40))).toEqual({ low: 39, high: 40 });
  });

  test("may be of scores that a short type rounded", () => {
    const right = makeRow({ ...causal, blocked: ruled(N, N, () => [10, 12]) }, ROW);
    if (!right) throw new TypeError("there are keys");
    const sigma = (roundsScores: boolean) =>
      Math.sqrt(varianceOfRow(right, meanSquares, { ...rounding, compute: "bfloat16", roundsScores }, 4)[0]);
    const off = 8.2 * sigma(false);
    expect(off).toBeLessThan(8 * sigma(true));
    const got = made(10, 12).map((value, at) => value + (at === 0 ? off : 0));
    expect(seen(got, "bfloat16")).toEqual({ low: 10, high: 12 });
  });

  test("is not read where the nearest range is farther off than rounding puts it", () => {
    const off = made(3, 30).map((value, at) => value + (at === 2 ? 1e-3 : 0));
    expect(seen(off)).toBeUndefined();
    // A unit of bfloat16 is 2^−8.
    expect(seen(off, "bfloat16")).toEqual({ low: 3, high: 30 });
  });
});
