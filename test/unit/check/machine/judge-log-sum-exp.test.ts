import { describe, expect, test } from "vitest";
import { checkDump, type Dumped } from "../../../../src/check/machine/check-dump.js";
import type { FloatName } from "../../../../src/check/machine/float-names.js";
import { attentionsOf, findTarget } from "../../../../src/check/machine/target.js";
import { createMatrix, type Matrix } from "../../../../src/math/matrix.js";
import { createRandom } from "../../../../src/math/random.js";
import { recordAttend } from "../../../support/record.js";

// The log-sum-exp of plain arithmetic, and what is said of one with a mistake in it.

const [N, D] = [40, 4];
const random = createRandom(17);
const draw = () => createMatrix(N, D, () => Math.fround(2 * random.normal()));
const matrices = { query: draw(), key: draw(), value: draw() };

/** The scores of a row as they are summed: those of the keys that it may attend to. */
const scoresOf = (row: number, scale = 1 / Math.sqrt(D), last = row) =>
  Array.from({ length: last + 1 }, (_, j) => {
    let score = 0;
    for (let c = 0; c < D; c++) score += matrices.query.data[row * D + c] * matrices.key.data[j * D + c];
    return score * scale;
  });
const sumOf = (scores: readonly number[]) => {
  const maximum = Math.max(...scores);
  return { maximum, sum: scores.reduce((sum, score) => sum + Math.exp(score - maximum), 0) };
};
const right = (row: number) => {
  const { maximum, sum } = sumOf(scoresOf(row));
  return maximum + Math.log(sum);
};

const settings = { causal: true };
const homework = (given: object = settings) => {
  const problem = { matrices, settings: given };
  return { trace: recordAttend(problem), problem, record: recordAttend };
};
const check = (
  made: (row: number) => number,
  more: Partial<Dumped> = {},
  given: object = settings,
  dtype?: FloatName,
) => {
  const kept = more.kept ?? "float32";
  const matrix: Matrix = createMatrix(N, 1, (row) =>
    kept === "float32" ? Math.fround(made(row)) : made(row),
  );
  const answer: Dumped = { key: "lse", matrix, source: "dump", kept, ...more };
  return checkDump([{ homework: homework(given), answers: [answer] }], { dtype });
};
const idsOf = (...given: Parameters<typeof check>) =>
  check(...given).diagnosis.map(({ mistake: { id } }) => id);

test("what is right agrees", () => expect(check(right)).toMatchObject({ verdict: "agrees", diagnosis: [] }));

describe("a mistake of the log-sum-exp alone", () => {
  const of =
    (scores: (row: number) => readonly number[], make: (maximum: number, sum: number) => number) =>
    (row: number) => {
      const { maximum, sum } = sumOf(scores(row));
      return make(maximum, sum);
    };
  const plain = (row: number) => scoresOf(row);
  test.each<[string, (row: number) => number]>([
    ["lse-base-2", of(plain, (maximum, sum) => (maximum + Math.log(sum)) / Math.LN2)],
    ["lse-without-maximum", of(plain, (_, sum) => Math.log(sum))],
    [
      "lse-unscaled",
      of(
        (row) => scoresOf(row, 1),
        (maximum, sum) => maximum + Math.log(sum),
      ),
    ],
    ["lse-maximum-unscaled", of(plain, (maximum, sum) => maximum * Math.sqrt(D) + Math.log(sum))],
    ["lse-negated", of(plain, (maximum, sum) => -maximum - Math.log(sum))],
    ["lse-maximum-subtracted", of(plain, (maximum, sum) => Math.log(sum) - maximum)],
    ["lse-sum-alone", of(plain, (_, sum) => sum)],
    // By kernels that take no maximum off.
    ["lse-sum-alone", of(plain, (maximum, sum) => Math.exp(maximum) * sum)],
    ["lse-maximum-alone", of(plain, (maximum) => maximum)],
  ])("%s is named", (id, made) => {
    const { verdict, diagnosis, steps } = check(made);
    expect(verdict).toBe("differs");
    expect(diagnosis.map(({ mistake, step }) => [mistake.id, step])).toEqual([[id, "log-sum-exp"]]);
    // It explains every cell that is wrong.
    expect(steps[0].wrong).toBeGreaterThan(N / 2);
    expect(diagnosis[0]).toMatchObject({ explains: steps[0].wrong, of: steps[0].wrong });
  });

  test("must fit in every row that is looked at: 24 of them, the first and the last among them", () => {
    const base2 = (but: number) => (row: number) => (row === but ? 2 : 1) * right(row) * Math.LOG2E;
    expect(idsOf(base2(0))).toEqual([]);
    expect(idsOf(base2(N - 1))).toEqual([]);
    // Row 1 lies between 0 and 39/23.
    expect(idsOf(base2(1))).toEqual(["lse-base-2"]);
  });

  test("is found in printed numbers, too", () => {
    const slack = new Float64Array(N).fill(0.0005);
    const printed = (row: number) => Number((right(row) * Math.LOG2E).toFixed(3));
    expect(idsOf(printed, { slack, isPrinted: true })).toEqual(["lse-base-2"]);
    expect(idsOf(printed, { isPrinted: true })).toEqual([]);
  });

  test("may be one of rounded scores", () => {
    // bfloat16 rounds scores by a unit of 2^−9 of them, which float32 does not.
    const rounded = (row: number) => {
      const { maximum, sum } = sumOf(
        scoresOf(row).map((score) => score * (1 + (row % 3 === 0 ? 1 : -1) * 2 ** -9)),
      );
      return (maximum + Math.log(sum)) * Math.LOG2E;
    };
    expect(idsOf(rounded, {}, settings, "bfloat16")).toEqual(["lse-base-2"]);
    expect(idsOf(rounded, {}, settings, "float32")).toEqual([]);
  });
});

/** The standard deviation that is expected of each row. */
function sigmas(): readonly number[] {
  const answer = { key: "lse", matrix: createMatrix(N, 1), source: "dump" };
  const { expected } = findTarget(attentionsOf(homework().trace), answer);
  const rounding = {
    compute: "float32",
    stored: "float32",
    roundsInputs: false,
    roundsScores: false,
  } as const;
  return Array.from(expected.variance(rounding), Math.sqrt);
}

test("noise is measured by what is right, and grows with what the mistake made of it", () => {
  // In float64, whose last bits are beyond all of this; one up, one down.
  const noisy = (made: (row: number) => number, units: number) => {
    const expected = sigmas();
    return idsOf(
      (row) => made(row) + (row % 2 === 0 ? 1 : -1) * units * expected[row],
      { kept: "float64" },
      settings,
      "float32",
    );
  };
  const base2 = (row: number) => right(row) * Math.LOG2E;
  // Of 24 rows 1 + 3/√24 = 1.6 units are rounding; in base 2 a unit is log₂ e of what it was.
  expect(noisy(base2, 2.2)).toEqual(["lse-base-2"]);
  expect(noisy(base2, 2.5)).toEqual([]);
});

describe("a mistake of the attention behind it", () => {
  test("may be farther off where it is large", () => {
    // Twice the variance of the worst row for a log-sum-exp of 2, ten times for one of 10; a cell may be 8 units off.
    const most = Math.max(...sigmas());
    const next = (row: number) => {
      const { maximum, sum } = sumOf(scoresOf(row, 0.5, Math.min(N - 1, row + 1)));
      return maximum + Math.log(sum);
    };
    const sizes = Array.from({ length: N }, (_, row) => Math.sqrt(Math.max(1, Math.abs(next(row)))));
    const noisy = (units: number) =>
      idsOf(
        (row) => next(row) + (row % 2 === 0 ? 1 : -1) * units * most * sizes[row],
        { kept: "float64" },
        settings,
        "float32",
      );
    expect(sizes.filter((size) => size > 2).length).toBeGreaterThan(N / 3);
    expect(noisy(7)).toEqual(["mask-off-by-one"]);
    expect(noisy(9)).toEqual([]);
  });

  test("is named where it gives the log-sum-exp", () => {
    const next = (row: number) => {
      const { maximum, sum } = sumOf(scoresOf(row, 0.5, Math.min(N - 1, row + 1)));
      return maximum + Math.log(sum);
    };
    const { diagnosis, steps } = check(next);
    expect(diagnosis.map(({ mistake, step }) => [mistake.id, step])).toEqual([
      ["mask-off-by-one", "log-sum-exp"],
    ]);
    expect(diagnosis[0]).toMatchObject({ explains: steps[0].wrong, of: steps[0].wrong });
    expect(idsOf((row) => next(row) + (row === 0 ? 3 : 0))).toEqual([]);
  });

  test("is none of noise", () => expect(idsOf((row) => right(row) + (row % 5))).toEqual([]));

  test("scale twice", () => {
    const twice = (row: number) => {
      const { maximum, sum } = sumOf(scoresOf(row, 1 / D));
      return maximum + Math.log(sum);
    };
    expect(idsOf(twice)).toContain("scale-twice");
  });
});
