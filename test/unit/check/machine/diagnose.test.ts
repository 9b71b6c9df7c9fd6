import { describe, expect, test } from "vitest";
import { diagnoseOutput, reproduces } from "../../../../src/check/machine/diagnose.js";
import type { RoundingModel } from "../../../../src/check/machine/expected-error.js";
import type { AssembledRow, WrongOutput } from "../../../../src/check/machine/fit.js";
import type { KernelMistake, SearchContext } from "../../../../src/check/machine/mistakes/kernel-mistake.js";
import { type MadeRow, makeRow } from "../../../../src/check/machine/rows.js";
import type { Task } from "../../../../src/check/machine/task.js";
import type { Homework } from "../../../../src/check/mistakes/mistake.js";
import { createMatrix, matrixFromRows } from "../../../../src/math/matrix.js";
import { createRandom } from "../../../../src/math/random.js";

// Mistakes of which the test says what numbers they give, each to be expected to err by 1: units are differences.

const homework = {
  problem: { settings: {}, matrices: {} },
  trace: { command: "attend" },
} as unknown as Homework;
const rounding: RoundingModel = {
  ...{ compute: "float32", stored: "float32", roundsScores: false, roundsInputs: false },
};
const taskOf = (keys: number): Task => ({
  ...{ scope: "", head: 0, scale: 1, emptyRow: "zero", isProjected: false },
  ...{ query: createMatrix(1, 1), key: createMatrix(keys, 1), value: createMatrix(keys, 1) },
});

type Cells = readonly (readonly number[])[];
interface Given extends Partial<Omit<WrongOutput, "units">> {
  readonly units?: Cells;
}

/** Cells that should be 0, and are wrong where they are more than 8. */
function wrongOutput(got: Cells, { units = got, ...more }: Given = {}): WrongOutput {
  const matrix = matrixFromRows(got);
  return {
    ...{ got: matrix, want: createMatrix(matrix.rows, matrix.cols), rounding, tasks: [taskOf(1)] },
    units: matrixFromRows(units).data.map(Math.abs),
    // Of mistakes of the registry, which no test here is about, nothing is known.
    assemble: (make) => assembled.get(make(taskOf(1)) as MadeRow),
    ...more,
  };
}

const assembled = new WeakMap<object, AssembledRow>();

interface Made extends Pick<KernelMistake, "isPossible"> {
  readonly variance?: Cells;
  readonly sample?: AssembledRow["sample"];
}

/** A mistake that makes these rows, in one way or several; an empty row is one that attends to nothing. */
function mistake(
  id: string,
  ways: readonly ((row: number) => readonly number[])[],
  made: Made = {},
): KernelMistake {
  const { variance, sample, isPossible } = made;
  const make = (way: (row: number) => readonly number[]) => (_: Task, row: number) => {
    const output = Float64Array.from(way(row));
    if (output.length === 0) return undefined;
    const name = {} as MadeRow;
    const own = variance ? Float64Array.from(variance[row]) : output.map(() => 1);
    assembled.set(name, { output, variance: own, ...(sample && { sample }) });
    return name;
  };
  return {
    ...{ id, step: "output", title: "", formula: "", fix: "", ...(isPossible && { isPossible }) },
    variants: () => ways.map((way, at) => ({ make: make(way), parameters: { way: at } })),
  };
}

const rowsOf = (cells: Cells) => (row: number) => cells[row];
const off = (cells: Cells, by: number) => (row: number) => cells[row].map((value) => value + by);
const ones = (count: number, value = 1): number[] => new Array<number>(count).fill(value);

describe("a mistake gives an output", () => {
  const fits = (got: Cells, made: Cells, more: Made = {}, given: Given = {}) =>
    reproduces(homework, wrongOutput(got, given), mistake("own", [rowsOf(made)], more));
  const BIG = 1000;

  test.each<[string, Cells, Cells, boolean]>([
    ["the same", [[BIG, 2]], [[BIG, 2]], true],
    ["a cell off by 8 units", [[BIG, 2, 0, 0]], [[BIG + 8, 2, 0, 0]], true],
    ["a cell off by more", [[BIG, 2, 0, 0]], [[BIG + 8.1, 2, 0, 0]], false],
    ["a row off by 4 units in the mean", [[BIG, 20]], [[BIG + 4, 16]], true],
    ["a row off by more", [[BIG, 20]], [[BIG + 4.1, 15.9]], false],
    [
      "a second row off by more",
      [
        [0, 0],
        [BIG, 20],
      ],
      [
        [0, 0],
        [BIG + 4.1, 15.9],
      ],
      false,
    ],
    ["one column, of which no row has a mean", [[BIG]], [[BIG + 8]], true],
    ["one column off by more", [[BIG]], [[BIG + 8.1]], false],
    ["rows that attend to nothing and are 0", [[0, 0]], [[]], true],
    // 0 / 0 is NaN without any mistake.
    ["rows that attend to nothing and are no numbers", [[Number.NaN, Number.NaN]], [[]], false],
    [
      "rows that attend to nothing, of which one cell is a number",
      [
        [0, 0],
        [0, 1],
      ],
      [[], []],
      false,
    ],
    ["what overflows either way", [[Number.NaN, BIG]], [[Infinity, BIG]], true],
    ["a number for ∞", [[Infinity, BIG]], [[9, BIG]], false],
    ["∞ for a number", [[9, BIG]], [[Infinity, BIG]], false],
  ])("%s", (_, got, made, isGiven) => expect(fits(got, made)).toBe(isGiven));

  test("by as much as digits were cut off, too", () => {
    const slack = Float64Array.of(0, 0, 3, 0);
    expect(
      fits(
        [
          [0, 0],
          [BIG, 0],
        ],
        [
          [0, 0],
          [BIG + 8.5, 0],
        ],
        {},
        { slack },
      ),
    ).toBe(true);
    expect(
      fits(
        [
          [BIG, 0],
          [0, 0],
        ],
        [
          [BIG + 8.5, 0],
          [0, 0],
        ],
        {},
        { slack },
      ),
    ).toBe(false);
  });

  test("with ∞ for what its type cannot hold", () => {
    const given = (stored: RoundingModel["stored"]) => ({ rounding: { ...rounding, stored } });
    expect(fits([[Infinity, BIG]], [[70_000, BIG]], {}, given("float16"))).toBe(true);
    expect(fits([[Infinity, BIG]], [[70_000, BIG]], {}, given("float32"))).toBe(false);
  });

  // Of w wrong cells of 100 the first few are 100 and the others 1 off for a variance of 1: they could as well be right.
  const telling = (wrong: number, told: number, variance = 1) => {
    const got = [[...ones(told, 100), ...ones(wrong - told, 1)]];
    return fits(got, got, { variance: [ones(wrong, variance)] }, { units: [ones(wrong, 100)] });
  };
  test.each([
    [1, 0, false],
    [2, 1, true],
    [3, 1, false],
    [4, 2, true],
    [30, 7, false],
    [30, 8, true],
  ])("of %d wrong cells %d tell it from the right output", (wrong, told, isGiven) => {
    expect(telling(wrong, told)).toBe(isGiven);
    // 100 is within 8 units of 0 where a unit is 12.5.
    expect(telling(wrong, told, 12.5 ** 2)).toBe(false);
  });

  test("cells that are not wrong need not tell, and those that are no number do", () => {
    expect(fits([[1, 1]], [[1, 1]])).toBe(true);
    const units = [[100, 100]];
    expect(fits([[1, 1]], [[1, 1]], {}, { units })).toBe(false);
    expect(fits([[Number.NaN, 1]], [[Number.NaN, 1]], {}, { units })).toBe(true);
    const want = matrixFromRows([[-Infinity, 1]]);
    expect(fits([[1, 1]], [[1, 1]], {}, { units, want })).toBe(true);
    // Nothing is told by rows that attend to nothing.
    expect(fits([[0, 0]], [[]], {}, { units })).toBe(false);
  });

  test("each wrong cell by its own variance", () => {
    const [got, units] = [[[100, 100, 1, 1]], [[100, 100, 0, 0]]];
    expect(fits(got, got, { variance: [[1, 1, 10_000, 10_000]] }, { units })).toBe(true);
    expect(fits(got, got, { variance: [[10_000, 10_000, 1, 1]] }, { units })).toBe(false);
  });

  test("of which the first columns are far off is not made whole", () => {
    const made = (sample: AssembledRow["sample"]) => {
      const wrong = wrongOutput([[BIG, 2]]);
      const whole: AssembledRow = {
        variance: Float64Array.of(1, 1),
        get output(): Float64Array {
          throw new RangeError("the row was made");
        },
        ...(sample && { sample }),
      };
      return () => reproduces(homework, { ...wrong, assemble: () => whole }, mistake("own", [() => [1, 1]]));
    };
    expect(made({ output: Float64Array.of(BIG + 8.1), variance: Float64Array.of(1) })()).toBe(false);
    expect(made({ output: Float64Array.of(BIG + 8), variance: Float64Array.of(1) })).toThrow(
      "the row was made",
    );
    expect(made(undefined)).toThrow("the row was made");
  });

  test("in the first and the last row, and in six between them", () => {
    const got = Array.from({ length: 15 }, () => [BIG, 2]);
    const asked: number[] = [];
    const way = (row: number) => {
      asked.push(row);
      return got[row];
    };
    expect(reproduces(homework, wrongOutput(got), mistake("own", [way]))).toBe(true);
    expect(asked).toEqual([14, 12, 10, 8, 6, 4, 2, 0]);
  });

  test("in one of its ways, where it can be made", () => {
    const [one, other] = [() => [BIG, 2], () => [2, BIG]];
    const wrong = wrongOutput([[BIG, 2]]);
    expect(reproduces(homework, wrong, mistake("own", [other, one]))).toBe(true);
    expect(reproduces(homework, wrong, mistake("own", [other]))).toBe(false);
    expect(reproduces(homework, wrong, mistake("own", []))).toBe(false);
    expect(reproduces(homework, wrong, mistake("own", [one], { isPossible: () => false }))).toBe(false);
    let given: SearchContext | undefined;
    const isPossible = (context: SearchContext) => {
      given = context;
      return true;
    };
    const allBatches = [{ batch: 2, tasks: [] }];
    expect(reproduces(homework, { ...wrong, allBatches }, mistake("own", [one], { isPossible }))).toBe(true);
    expect(given).toEqual({ homework, tasks: wrong.tasks, allBatches });
  });
});

describe("the mistakes that give a wrong output", () => {
  const find = (wrong: WrongOutput, ...likely: readonly KernelMistake[]) =>
    diagnoseOutput(homework, wrong, { likely, skipsLastResorts: true });
  const idsOf = (...given: Parameters<typeof find>) => find(...given).map(({ mistake: { id } }) => id);
  const got = [
    [100, 200, 300, 400],
    [0, 0, 0, 0],
    [500, 600, 700, 0],
  ];

  test("are named with what they explain, and how far they are off", () => {
    // One unit off in each of the eight cells of four and the four right ones.
    const [found, ...others] = find(wrongOutput(got), mistake("own", [() => ones(4, 7), off(got, 1)]));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ mistake: { id: "own" }, ways: [{ way: 1 }], explains: 7, of: 7 });
    expect(found.units).toEqual({ cell: 1, row: 1, all: 1 });
  });

  test("must give the rows that are right, too", () => {
    const way = (row: number) => (row === 1 ? [0, 0, 0, 9] : got[row]);
    expect(idsOf(wrongOutput(got), mistake("own", [way]))).toEqual([]);
    const seen: (readonly number[])[] = [];
    const isPossible = ({ dump }: SearchContext) => dump !== undefined && seen.push(dump.wrongRows) > 0;
    const wrong = wrongOutput(got);
    expect(idsOf(wrong, mistake("own", [rowsOf(got)], { isPossible }))).toEqual([]);
    const ofOne = { ...wrong, task: wrong.tasks[0] };
    expect(idsOf(ofOne, mistake("own", [rowsOf(got)], { isPossible }))).toEqual(["own"]);
    expect(seen).toEqual([[0, 2]]);
  });

  test("that another answer showed are asked for 4 wrong rows and 2 right ones", () => {
    const many = Array.from({ length: 60 }, (_, row) => (row < 30 ? [100, 200] : [0, 0]));
    const asked: number[] = [];
    // The last one asked tells that it is not this mistake.
    const way = (row: number) => {
      asked.push(row);
      return row === 30 ? [0, 9] : many[row];
    };
    expect(idsOf(wrongOutput(many), mistake("own", [way]))).toEqual([]);
    // Every 29/3rd of the first, the last and the first of the others.
    expect(asked).toEqual([29, 19, 10, 0, 59, 30]);
  });

  test.each([
    // Within half of the error that may be expected, 1 in the mean, both are as good.
    [0.1, 0.5, ["one", "other"]],
    [0.5, 0.1, ["one", "other"]],
    [0.1, 0.6, ["one"]],
    [0.6, 0.1, ["other"]],
    // Beyond it one may be a quarter farther off than the other.
    [2, 2.4, ["one", "other"]],
    [2, 2.6, ["one"]],
    [2.6, 2, ["other"]],
  ])("off by %d and %d", (first, second, named) =>
    expect(
      idsOf(wrongOutput(got), mistake("one", [off(got, first)]), mistake("other", [off(got, second)])),
    ).toEqual(named),
  );

  test("are named in the way that comes closest, the first of equal ones", () => {
    const ways = (...offs: number[]) =>
      find(
        wrongOutput(got),
        mistake(
          "own",
          offs.map((by) => off(got, by)),
        ),
      ).map(({ ways: [first] }) => first);
    expect(ways(0.5, 0.2, 0.4)).toEqual([{ way: 1 }]);
    expect(ways(0.5, 0.2, 0.2)).toEqual([{ way: 1 }]);
    expect(ways(0.2, 0.2)).toEqual([{ way: 0 }]);
  });

  // 16 wrong rows of two columns, of which rows 15, 10, 5 and 0 are probed.
  const MANY = 16;
  const many = Array.from({ length: MANY }, (_, row) => [100 + row, 200 + row]);

  test("are those that explain the most cells", () => {
    const all = mistake("all", [rowsOf(many)]);
    const most = mistake("most", [(row) => (row === 1 ? [0, many[1][1]] : many[row])]);
    const [found, ...others] = find(wrongOutput(many), most);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ mistake: { id: "most" }, explains: 2 * MANY - 1, of: 2 * MANY });
    expect(idsOf(wrongOutput(many), most, all)).toEqual(["all"]);
    expect(idsOf(wrongOutput(many), all, most)).toEqual(["all"]);
    // Where a row attends to nothing, what is no number is explained.
    const blank = many.map((cells, row) => (row === 1 ? [Number.NaN, Infinity] : cells));
    const anything = mistake("anything", [(row) => (row === 1 ? [] : many[row])]);
    expect(idsOf(wrongOutput(blank, { units: many }), anything, all)).toEqual(["anything"]);
  });

  test.each([
    // 100 000 scores of rivals, 16 rows at least; of the one that is likely no more than the 4 rows that were probed, unless all are soon made.
    [1000, 1, 1, 4],
    [1000, 2, 1, 4],
    [1000, 1, 2, 100],
    [1000, 2, 2, 50],
    [1, 1, 1, 200],
    [100_000, 1, 2, 16],
  ])("%d keys, %d heads, %d mistakes: %d rows are replayed", (keys, heads, mistakes, rows) => {
    const cells = Array.from({ length: 200 }, () => [100, 200]);
    const tasks = Array.from({ length: heads }, () => taskOf(keys));
    const rivals = Array.from({ length: mistakes }, (_, at) => mistake(`no ${at}`, [rowsOf(cells)]));
    const found = find(wrongOutput(cells, { tasks }), ...rivals);
    const replayed = 2 * rows;
    expect(found.map(({ of, explains }) => [of, explains])).toEqual(rivals.map(() => [replayed, replayed]));
  });
});

describe("where hardly a cell is off by itself", () => {
  const ROWS = 9;
  const cells = (value: number) => Array.from({ length: ROWS }, () => ones(4, value));
  const ids = (got: Cells, made: Cells, units = got) =>
    diagnoseOutput(homework, wrongOutput(got, { units }), {
      likely: [mistake("own", [rowsOf(made)])],
      skipsLastResorts: true,
    }).map(({ mistake: { id }, explains, of }) => [id, explains, of]);

  test("a mistake must be much nearer than what is right", () => {
    // No cell is wrong, so that all of 36 are counted; 3 units off is 1.5 times 2, and 1.9 less than what that is.
    expect(ids(cells(3), cells(4.9))).toEqual([["own", 36, 36]]);
    expect(ids(cells(3), cells(5))).toEqual([]);
    expect(ids(cells(3), cells(1.1))).toEqual([["own", 36, 36]]);
    // Nine rows may be off by 1 + 3/√9 = 2 in the mean, and four by 2.5 (of nine wrong rows eight are probed: 2.06).
    expect(ids(cells(4), cells(6))).toEqual([["own", 36, 36]]);
    expect(ids(cells(4), cells(6.1))).toEqual([]);
  });

  test("up to half as far again as a cell may be off", () => {
    // One cell of each row is off by 12, which is 8 · 1.5: 6 units in the mean of the row.
    const got = Array.from({ length: ROWS }, () => [12, 0, 0, 0]);
    const near = Array.from({ length: ROWS }, () => [12, 4, 0, 0]);
    expect(ids(got, near)).toEqual([["own", ROWS, ROWS]]);
    // 4.2 off in one cell and 4 in another are 2.9 in the mean.
    const far = Array.from({ length: ROWS }, () => [12 + 4.2, 4, 0, 0]);
    expect(ids(got, far)).toEqual([]);
    const farther = Array.from({ length: ROWS }, (_, row) => [row === 3 ? 12.1 : 12, 0, 0, 0]);
    expect(ids(got, far, farther)).toEqual([["own", ROWS, ROWS]]);
  });
});

describe("mistakes of the registry", () => {
  const random = createRandom(5);
  const draw = () => createMatrix(12, 8, () => random.normal());
  const task: Task = { ...taskOf(1), scale: 0.3, query: draw(), key: draw(), value: draw() };
  const variance = new Float64Array(8).fill(1e-12);
  /** An output of this attention, row by row. */
  const diagnose = (rowFor: (row: number) => ArrayLike<number> | undefined, skipsLastResorts = false) => {
    const rows = (make: (row: number) => ArrayLike<number> | undefined) =>
      matrixFromRows(Array.from({ length: 12 }, (_, row) => Array.from(make(row) ?? [])));
    const [got, want] = [rows(rowFor), rows((row) => makeRow(task, row)?.output)];
    const units = got.data.map((value, at) => Math.abs(value - want.data[at]) / 1e-6);
    const assemble: WrongOutput["assemble"] = (make) => {
      const made = make(task);
      return made && { output: made.output, variance };
    };
    const wrong = { got, want, units, rounding, tasks: [task], task, assemble };
    return diagnoseOutput(homework, wrong, { likely: [], skipsLastResorts }).map(({ mistake: { id } }) => id);
  };

  test("are tried where nothing is likely", () => {
    expect(diagnose((row) => makeRow({ ...task, scale: 1 }, row)?.output)).toEqual(["scale-missing"]);
    expect(diagnose((row) => makeRow({ ...task, scale: 1 }, row)?.output, true)).toEqual(["scale-missing"]);
  });

  test("last resorts are left out where it is lost", () => {
    const scaled = (row: number) => makeRow(task, row)?.output.map((value) => value * (2 + row));
    expect(diagnose(scaled)).toEqual(["rows-scaled"]);
    expect(diagnose(scaled, true)).toEqual([]);
  });

  test("explain no noise", () => {
    const noise = draw();
    expect(diagnose((row) => noise.data.subarray(row * 8, (row + 1) * 8))).toEqual([]);
  });
});
