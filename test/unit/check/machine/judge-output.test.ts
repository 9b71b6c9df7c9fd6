import { describe, expect, test } from "vitest";
import {
  type RoundingModel,
  varianceOfFaint,
  varianceOfRow,
} from "../../../../src/check/machine/expected-error.js";
import type { FloatName } from "../../../../src/check/machine/float-names.js";
import { FLOAT_TYPES, roundTo } from "../../../../src/check/machine/float-types.js";
import {
  type Expected,
  expectedLogSumExp,
  expectedOutput,
  judgeByRule,
  worstOf,
} from "../../../../src/check/machine/judge-output.js";
import type { Precision } from "../../../../src/check/machine/precision.js";
import { type Statistics, statisticsOf } from "../../../../src/check/machine/statistics.js";
import { countCells } from "../../../../src/check/machine/target-report.js";
import type { Task } from "../../../../src/check/machine/task.js";
import { createMatrix, matrixFromRows } from "../../../../src/math/matrix.js";
import { createRandom } from "../../../support/random.js";

const UNITS = { float64: 2 ** -53, float32: 2 ** -24, tf32: 2 ** -11, float16: 2 ** -11, bfloat16: 2 ** -8 };

const precisionOf = (compute: FloatName, more: Partial<Precision> = {}): Precision => ({
  ...{ compute, stored: compute, from: "option", roundsInputs: false },
  ...more,
});

/** Every number should be 1, and may be off by a unit of what is worked in: ten units where scores are rounded, too. */
function ones(rows: number, cols: number) {
  const tried: RoundingModel[] = [];
  const unitOf = ({ compute, roundsScores, sumsShort }: RoundingModel) =>
    UNITS[compute] * (roundsScores ? 10 : 1) * (sumsShort ? 10 : 1);
  const expected: Expected = {
    want: createMatrix(rows, cols, () => 1),
    variance(rounding) {
      tried.push(rounding);
      return new Float64Array(rows * cols).fill(unitOf(rounding) ** 2);
    },
  };
  return { expected, tried, unitOf };
}

/** What is said of ones of which the first is off by so much, and how many ways of rounding were tried. */
function judge(off: number, precision: Precision, more: Partial<Expected> = {}) {
  const { expected, tried } = ones(2, 2);
  const got = createMatrix(2, 2, (row, col) => (row + col === 0 ? 1 + off : 1));
  const judged = judgeByRule({ got }, { ...expected, ...more }, precision);
  return { ...judged, tried };
}

describe("an answer is judged by the ways of rounding, the strictest first", () => {
  test.each<[FloatName, number, string, FloatName, number]>([
    // A cell may be 8 units off; its row, of two cells, 4: 4·√2 = 5.6; the whole 1 + 3/√2 = 3.1, of four cells.
    ["float32", 0, "agrees", "float32", 1],
    ["float32", 5 * UNITS.float32, "agrees", "float32", 1],
    ["float32", 6 * UNITS.float32, "less-precise", "tf32", 2],
    // Coarser types round scores too, which is ten units here.
    ["float32", 50 * UNITS.tf32, "less-precise", "tf32", 2],
    ["float32", 60 * UNITS.tf32, "less-precise", "bfloat16", 4],
    ["float32", 60 * UNITS.bfloat16, "differs", "float32", 4],
    ["float16", 6 * UNITS.float16, "agrees-rounded", "float16", 2],
    // Sums in float16 are nearer than work in bfloat16.
    ["float16", 60 * UNITS.float16, "less-precise", "float16", 3],
    ["bfloat16", 60 * UNITS.bfloat16, "less-precise", "bfloat16", 3],
    ["bfloat16", 600 * UNITS.bfloat16, "differs", "bfloat16", 3],
    ["tf32", 6 * UNITS.tf32, "less-precise", "bfloat16", 2],
    ["float64", 60 * UNITS.tf32, "less-precise", "bfloat16", 5],
    ["float64", 6 * UNITS.float64, "less-precise", "float32", 2],
  ])("%s, off by %d, %s in %s", (compute, off, verdict, worked, numTried) => {
    const judged = judge(off, precisionOf(compute));
    expect([judged.verdict, judged.rounding.compute, judged.tried.length]).toEqual([
      verdict,
      worked,
      numTried,
    ]);
  });

  test("each way says what is rounded on it", () => {
    const given = precisionOf("float16", { projectedFrom: 64, stored: "float32" });
    const rounding = { compute: "float16", stored: "float32", projectedFrom: 64, roundsInputs: false };
    expect(judge(1, given).tried).toEqual([
      { ...rounding, roundsScores: false },
      { ...rounding, roundsScores: true },
      { ...rounding, compute: "bfloat16", roundsInputs: true, roundsScores: true },
      { ...rounding, roundsScores: true, sumsShort: true },
    ]);
    const plain = judge(1, precisionOf("tf32", { roundsInputs: true })).tried;
    expect(plain.map(({ compute, roundsScores, sumsShort }) => [compute, roundsScores, sumsShort])).toEqual([
      ["tf32", false, undefined],
      ["bfloat16", true, undefined],
      ["tf32", true, true],
    ]);
    expect(plain[0]).toEqual({
      ...{ compute: "tf32", stored: "tf32", roundsInputs: true, roundsScores: false },
    });
  });

  test("what is told of a wrong one is by the strictest", () => {
    const { units, summary, variance } = judge(1, precisionOf("float32"));
    expect([...units]).toEqual([2 ** 24, 0, 0, 0]);
    expect(summary).toEqual({ cell: 2 ** 24, row: Math.sqrt(2 ** 47), all: 2 ** 23 });
    expect([...variance]).toEqual([2 ** -48, 2 ** -48, 2 ** -48, 2 ** -48]);
  });

  test("what is no number at all is tried once", () => {
    for (const off of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(judge(off, precisionOf("float64"))).toMatchObject({ verdict: "differs", tried: { length: 1 } });
  });

  test("ways of which the worst row alone is off are left out", () => {
    const { unitOf } = ones(2, 2);
    const asked: number[] = [];
    const varianceOf = (rounding: RoundingModel, row: number) => {
      asked.push(row);
      return new Float64Array(2).fill(unitOf(rounding) ** 2);
    };
    // 90 units of tf32 are 9 where scores are rounded: more than 8; of bfloat16 1.1.
    const found = judge(90 * UNITS.tf32, precisionOf("float32"), { varianceOf });
    expect(found.verdict).toBe("less-precise");
    expect(found.tried.map(({ compute }) => compute)).toEqual(["float32", "bfloat16"]);
    expect(asked).toEqual([0, 0, 0]);
  });

  test("whichever row that is", () => {
    const { expected, tried, unitOf } = ones(3, 2);
    const asked: number[] = [];
    const varianceOf = (rounding: RoundingModel, row: number) => {
      asked.push(row);
      return new Float64Array(2).fill(unitOf(rounding) ** 2);
    };
    const got = createMatrix(3, 2, (row, col) => (row === 2 && col === 1 ? 1 + 90 * UNITS.tf32 : 1));
    const found = judgeByRule({ got }, { ...expected, varianceOf }, precisionOf("float32"));
    expect([found.verdict, found.rounding.compute, tried.length]).toEqual(["less-precise", "bfloat16", 2]);
    expect(asked).toEqual([2, 2, 2]);
  });

  test("and the worst row is looked at with the slack of its own cells", () => {
    const { expected, tried, unitOf } = ones(2, 2);
    const varianceOf = (rounding: RoundingModel) => new Float64Array(2).fill(unitOf(rounding) ** 2);
    // Row 1 is off by 1000 units of tf32, of which its text may hide 999.
    const got = createMatrix(2, 2, (row) => 1 + row * 1000 * UNITS.tf32);
    const slack = Float64Array.of(0, 0, 999 * UNITS.tf32, 999 * UNITS.tf32);
    const found = judgeByRule({ got, slack }, { ...expected, varianceOf }, precisionOf("float32"));
    expect([found.verdict, found.rounding.compute, tried.length]).toEqual(["less-precise", "tf32", 2]);
  });

  test("∞ is right for what the type of the answer cannot hold", () => {
    // Float16 goes to 65504.
    const want = matrixFromRows([[70_000, 1]]);
    const expected = { want, variance: () => Float64Array.of(1, 1) };
    const verdict = (stored: FloatName, infinity: number) =>
      judgeByRule({ got: matrixFromRows([[infinity, 1]]) }, expected, precisionOf("float32", { stored }))
        .verdict;
    expect(verdict("float16", Infinity)).toBe("agrees");
    expect(verdict("float16", -Infinity)).toBe("differs");
    expect(verdict("float32", Infinity)).toBe("differs");
  });
});

test("the worst cell is the farthest, the first of several", () => {
  expect(worstOf(Float64Array.of(1, 3, 2, 3))).toBe(1);
  expect(worstOf(Float64Array.of(5, 3))).toBe(0);
  expect(worstOf(Float64Array.of(0, 0, 1))).toBe(2);
});

const LOW = Number.NEGATIVE_INFINITY;

/** Two queries of 1, of which the second may attend to nothing; keys of 0 and `far`. */
const taskOf = (far: number): Task => ({
  ...{ scope: "", head: 0, scale: 1, emptyRow: "zero", isProjected: false },
  query: matrixFromRows([[1], [1]]),
  key: matrixFromRows([[0], [far]]),
  value: matrixFromRows([
    [1, 2],
    [3, -2],
  ]),
  blocked: { rows: 2, cols: 2, numRuled: 2, low: Float64Array.of(0, 0), high: Float64Array.of(2, 0) },
});
const OUTPUT = createMatrix(2, 2);
const rounding = (compute: FloatName): RoundingModel => ({
  ...{ compute, stored: compute, roundsScores: false, roundsInputs: false },
});

describe("the expected error of an output", () => {
  test("is that of each row, and none where nothing is attended to", () => {
    const task = taskOf(1);
    const statistics = statisticsOf(task, () => OUTPUT);
    const { want, variance, varianceOf } = expectedOutput(task, statistics, OUTPUT);
    expect(want).toBe(OUTPUT);
    for (const compute of ["float64", "float32", "bfloat16"] as const) {
      const made = statistics.row(0);
      if (!made) throw new TypeError("there are keys");
      const own = varianceOfRow(made, statistics.meanSquares, rounding(compute), 1);
      expect([...variance(rounding(compute))]).toEqual([...own, 0, 0]);
      expect(varianceOf?.(rounding(compute), 0)).toEqual(own);
      expect(varianceOf?.(rounding(compute), 1)).toEqual(Float64Array.of(0, 0));
    }
  });

  test("is that of equal weights where a row that may attend to nothing is the mean of all values", () => {
    const task = { ...taskOf(1), emptyRow: "uniform" as const };
    const { variance, varianceOf } = expectedOutput(
      task,
      statisticsOf(task, () => OUTPUT),
      OUTPUT,
    );
    // Weights of 1/2 of two keys, values 1 and 3, 2 and −2: means o of 2 and 0, Σ α² v² = 10/4 and 8/4, Σ α² (v − o)² = 1/2 and 2.
    // A score errs by 0.41 ‖q‖‖k‖, in the mean of keys of lengths 0 and 1.
    const unit = UNITS.float32 ** 2;
    const right = [
      [2, 10 / 4, 1 / 2],
      [0, 8 / 4, 2],
    ].map(([o, squares, spread]) => {
      const ofSums = (2 * (squares / 2 + o ** 2 / 3)) / 3;
      return unit * (o ** 2 / 3 + ofSums + (0.41 ** 2 / 2) * spread);
    });
    const made = varianceOf?.(rounding("float32"), 1) ?? [];
    expect([...made].map((own, c) => own / right[c])).toEqual([1, 1].map((one) => expect.closeTo(one, 9)));
    expect([...variance(rounding("float32")).subarray(2)]).toEqual([...made]);
  });

  test("counts the keys that hardly weigh, but in float64", () => {
    // e^−20 = 2·10⁻⁹ is less than 2^−22. The mean squares of the values are 5 and 4.
    const task = taskOf(-20);
    const statistics = statisticsOf(task, () => OUTPUT);
    const made = statistics.row(0);
    if (!made) throw new TypeError("there are keys");
    const faint = Math.exp(-20) / (1 + Math.exp(-20));
    expect(made.faint).toBeCloseTo(faint, 20);
    const { variance, varianceOf } = expectedOutput(task, statistics, OUTPUT);
    const plain = (compute: FloatName) => varianceOfRow(made, statistics.meanSquares, rounding(compute), 1);
    const more = [5, 4].map((square) => varianceOfFaint(made.faint, square));
    expect([...variance(rounding("float32")).subarray(0, 2)]).toEqual(
      [...plain("float32")].map((own, c) => own + more[c]),
    );
    expect([...variance(rounding("float64")).subarray(0, 2)]).toEqual([...plain("float64")]);
    expect(varianceOf?.(rounding("float32"), 0)).toEqual(variance(rounding("float32")).slice(0, 2));
    expect(varianceOf?.(rounding("float64"), 0)).toEqual(plain("float64"));
  });

  /** Statistics in which nobody has worked out yet what hardly weighs, of so many equal rows. */
  function withoutFaint(rows: number) {
    const one = taskOf(-20);
    const task = { ...one, query: createMatrix(rows, 1, () => 1), blocked: undefined };
    const output = createMatrix(rows, 2, () => 1);
    const known = statisticsOf(task, () => output);
    const statistics: Statistics = {
      ...known,
      row(row) {
        const made = known.row(row);
        return (
          made && {
            ...made,
            output: made.output,
            squares: made.squares,
            spread: made.spread,
            faint: Number.NaN,
          }
        );
      },
    };
    const plain = expectedOutput(task, known, output).variance(rounding("float32"));
    const without = known.row(0);
    if (!without) throw new TypeError("there are keys");
    return {
      task,
      output,
      statistics,
      counted: plain[0],
      bare: varianceOfRow(without, known.meanSquares, rounding("float32"), 1)[0],
    };
  }

  test("looks at what hardly weighs only where rounding does not explain a row yet", () => {
    const { task, output, statistics, counted, bare } = withoutFaint(1);
    const varianceFor = (off: number) => {
      const got = createMatrix(1, 2, () => 1 + off * Math.sqrt(bare));
      return expectedOutput(task, statistics, got).variance(rounding("float32"))[0];
    };
    expect(output.rows).toBe(1);
    expect(counted).toBeGreaterThan(bare);
    // Within 1.5 units nobody has to look; a row that is a thousand units off is wrong whatever it is.
    expect(varianceFor(0)).toBe(bare);
    expect(varianceFor(1)).toBe(bare);
    expect(varianceFor(2)).toBe(counted);
    expect(varianceFor(1000)).toBe(bare);
  });
});

test("the expected log-sum-exp is a column, and that of a row without keys is −∞ and exact", () => {
  const task = taskOf(1);
  const statistics = statisticsOf(task, () => OUTPUT);
  const { want, variance } = expectedLogSumExp(task, statistics, {
    rows: 2,
    cols: 1,
    data: statistics.logSumExp,
  });
  expect([want.rows, want.cols]).toEqual([2, 1]);
  // ln(e^0 + e^1)
  expect(want.data[0]).toBeCloseTo(Math.log(1 + Math.E), 12);
  expect(want.data[1]).toBe(LOW);
  const own = variance(rounding("float32"));
  expect(own[0]).toBeGreaterThan(2 ** -50);
  expect(own[1]).toBe(0);
});

describe("an answer is judged the same where the kernel measures it and where each cell is", () => {
  // 400² · (64 + 3·64) products are enough for the kernel.
  const [N, D] = [400, 64];
  // The sum of twelve uniform numbers is nearly normal, with variance 1.
  const normals = (seed: number) => {
    const random = createRandom(seed);
    return () => Array.from({ length: 12 }, random).reduce((sum, own) => sum + own, -6);
  };
  const normal = (seed: number, size: number) => {
    const next = normals(seed);
    return createMatrix(N, D, () => roundTo(FLOAT_TYPES.bfloat16, size * next()));
  };
  const causal = {
    rows: N,
    cols: N,
    numRuled: N,
    low: new Float64Array(N),
    high: Float64Array.from(Array(N).keys(), (at) => at + 1),
  };
  const taskOf = (size: number): Task => ({
    ...{ scope: "", head: 0, scale: 1 / 8, emptyRow: "zero", isProjected: false, blocked: causal },
    ...{ query: normal(1, size), key: normal(2, size), value: normal(3, 1) },
  });
  const NAMES: readonly FloatName[] = ["float64", "float32", "float16", "bfloat16"];

  test.each(NAMES.flatMap((name) => [1, 4].map((size) => [name, size] as const)))(
    "in %s, numbers of size %d",
    (name, size) => {
      const task = taskOf(size);
      const statistics = statisticsOf(task, () => createMatrix(N, D));
      const precision = precisionOf(name);
      const strict = { ...precision, roundsScores: false };
      const right = {
        ...statistics.output,
        data: statistics.output.data.map((value) => roundTo(FLOAT_TYPES[name], value)),
      };
      const sigma = expectedOutput(task, statistics, right).variance(strict).map(Math.sqrt);
      const next = normals(4);
      const noisy = (of: number) => right.data.map((value, at) => value + of * sigma[at] * next());
      const changed = (at: number, to: number) => right.data.with(at, to);
      const answers = [
        right.data,
        // One cell just within its limit, and just beyond it; many near the limit of the whole, of rows, and beyond both.
        changed(7777, statistics.output.data[7777] + 7.999 * sigma[7777]),
        changed(7777, statistics.output.data[7777] + 8.001 * sigma[7777]),
        ...[0.9, 1.1, 2, 3, 20].map(noisy),
        ...[Number.NaN, Infinity, 0].map((value) => changed(99, value)),
        new Float64Array(N * D),
      ];
      const verdicts = answers.map((data) => {
        const got = { ...right, data };
        const measured = expectedOutput(
          task,
          statisticsOf(task, () => createMatrix(N, D)),
          got,
        );
        const plain = { ...expectedOutput(task, statistics, got), measure: () => undefined };
        const [first, second] = [measured, plain].map((expected) => {
          const judged = judgeByRule({ got }, expected, precision);
          const { verdict, rounding, summary } = judged;
          return { verdict, rounding, summary, cells: countCells(got, expected, judged) };
        });
        expect(first).toEqual(second);
        return first.verdict;
      });
      expect(new Set(verdicts).size).toBeGreaterThan(1);
    },
  );
});
