import { describe, expect, test } from "vitest";
import { settleAnswers } from "../../../src/check/answers.js";
import { isKept } from "../../../src/check/kept.js";
import { precisionKey, precisionOf } from "../../../src/check/precision.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import type { Trace } from "../../../src/trace/trace.js";
import { recordAttend } from "../../support/record.js";
import { typedAnswers } from "../../support/typed-answers.js";

const one = matrixFromRows([[1]]);
const trace = recordAttend({ matrices: { query: one, key: one, value: one }, settings: { scale: 2 } });
const precision = (typed: Readonly<Record<string, string>>) =>
  precisionOf(settleAnswers(trace, typedAnswers(typed)));

describe("how precisely a sheet is worked", () => {
  test("is by the most decimals, and by those of other steps that have some", () => {
    const { significant, usual, others } = precision({
      ...{ scores: "5", "scaled-scores": "2.000", exponentials: "7.4", output: "1.000" },
    });
    expect([significant, usual, [...others]]).toEqual([undefined, 3, [["exponentials", 1]]]);
    // Less than two are not usual.
    expect(precision({ exponentials: "7.4" })).toEqual({
      ...{ significant: undefined, usual: 2, others: new Map([["exponentials", 1]]) },
    });
    expect([...precision({ exponentials: "7.39" }).others]).toEqual([]);
  });

  test("is by significant digits, where it has these", () => {
    const two = recordAttend({
      matrices: { query: one, key: matrixFromRows([[1], [2]]), value: matrixFromRows([[1], [2]]) },
      settings: {},
    });
    const found = precisionOf(
      settleAnswers(two, typedAnswers({ exponentials: "2.72 0.739", output: "1.7" })),
    );
    expect(found.significant).toBe(3);
    expect([...found.others]).toEqual([]);
    expect(precisionKey(found)).toBe("3 digits");
  });

  test("has one key for all sheets that are worked alike", () => {
    const key = (typed: Readonly<Record<string, string>>) => precisionKey(precision(typed));
    expect(key({ exponentials: "7.4", output: "1.000" })).toBe(key({ exponentials: "9.9", output: "0.123" }));
    expect(key({ output: "1.000" })).not.toBe(key({ output: "1.00" }));
    expect(key({ exponentials: "7.4", output: "1.000" })).not.toBe(key({ output: "1.000" }));
    expect(key({ exponentials: "7.4", output: "1.000" })).not.toBe(
      key({ exponentials: "7.42", output: "1.000" }),
    );
  });
});

test("what is made of a solution is kept up to 10,000 cells", () => {
  const solution = (...shapes: readonly (readonly [rows: number, cols: number])[]) =>
    ({ steps: shapes.map(([rows, cols]) => ({ shape: { rows, cols } })) }) as unknown as Trace;
  expect(isKept(solution([100, 100]))).toBe(true);
  expect(isKept(solution([100, 100], [1, 1]))).toBe(false);
  expect(isKept(solution([100, 50], [50, 100]))).toBe(true);
  expect(isKept(solution([50, 201]))).toBe(false);
  const small = solution([1, 1]);
  const large = solution([101, 100]);
  for (let times = 0; times < 2; times++) expect([isKept(small), isKept(large)]).toEqual([true, false]);
});
