import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { RoundingModel } from "../../../../../src/check/machine/expected-error.js";
import { backwardRows } from "../../../../../src/check/machine/gradients/backward-rows.js";
import {
  collinearityOf,
  copiesOf,
  countDistinct,
  signsAlong,
} from "../../../../../src/check/machine/gradients/collinearity.js";
import { errorTermsOf } from "../../../../../src/check/machine/gradients/error-terms.js";
import { basisOf, factsOf } from "../../../../../src/check/machine/gradients/head-facts.js";
import { headVariance } from "../../../../../src/check/machine/gradients/head-variance.js";
import type { Task } from "../../../../../src/check/machine/task.js";
import { createMatrix, matrixFromRows, transpose } from "../../../../../src/math/matrix.js";
import { multiply } from "../../../../../src/math/product.js";

/** The errors of queries, keys and values that are given. */
const GIVEN = { query: 0, key: 0, value: 0 };

// Worked by NumPy from the formulas of docs/precision.md: fixtures/make-gradient-variance.py.

type Part = "query" | "key" | "value";

interface Case {
  readonly name: string;
  readonly query: number[][];
  readonly key: number[][];
  readonly value: number[][];
  readonly gradient: number[][];
  readonly scale: number;
  readonly causal: boolean;
  readonly softcap: number | null;
  readonly ways: readonly {
    readonly working: RoundingModel;
    readonly variance: Readonly<Record<Part, readonly (readonly number[])[]>>;
  }[];
}

const { cases } = JSON.parse(readFileSync("fixtures/gradient-variance.json", "utf8")) as {
  cases: readonly Case[];
};

function headOf({ query, key, value, gradient, scale, causal, softcap }: Case) {
  const [rows, keys] = [query.length, key.length];
  const task: Task = {
    ...{ scope: "", head: 0, query: matrixFromRows(query), key: matrixFromRows(key) },
    ...{ value: matrixFromRows(value), scale, emptyRow: "zero", isProjected: false },
    ...(softcap !== null && { softcap }),
    ...(causal && {
      blocked: {
        ...{ rows, cols: keys, numRuled: keys, low: new Float64Array(rows) },
        high: Float64Array.from({ length: rows }, (_, row) => row + 1),
      },
    }),
  };
  return { task, gradient: matrixFromRows(gradient) };
}

/** dQ, dK and dV by plain products of the whole matrices. */
function exactOf({ task, gradient }: ReturnType<typeof headOf>) {
  const [rows] = backwardRows({ task, gradient }, task.query.rows);
  const by = (factor: number, { rows: count, cols, data }: ReturnType<typeof multiply>) =>
    createMatrix(count, cols, (row, col) => factor * data[row * cols + col]);
  return {
    query: by(task.scale, multiply(rows.dScaled, task.key)),
    key: by(task.scale, multiply(transpose(rows.dScaled), task.query)),
    value: multiply(transpose(rows.weights), gradient),
  };
}

describe.each(cases.map((one) => [one.name, one] as const))("expected errors, %s", (_, one) => {
  test.each(one.ways.map((way) => [Object.values(way.working).join(" "), way] as const))(
    "%s",
    (_name, way) => {
      const head = headOf(one);
      const facts = factsOf(basisOf(head), errorTermsOf(way.working), { projectionErrors: GIVEN, group: 1 });
      const variance = headVariance(facts, exactOf(head));
      for (const part of ["query", "key", "value"] as const) {
        const expected = way.variance[part].flat();
        const ratios = expected.map((want, at) => variance[part][at] / want);
        // 15 digits are written; cells of 0 (a causal first row) stay 0.
        for (const [at, ratio] of ratios.entries()) {
          if (expected[at] === 0) expect(variance[part][at]).toBe(0);
          else expect(ratio).toBeCloseTo(1, 10);
        }
      }
    },
  );
});

describe("what rows share", () => {
  const rows = matrixFromRows([
    [1, 2],
    [0, 1],
    [1, 2],
    [1, 2],
  ]);

  test("equal rows are counted: three of four are the same", () => {
    expect([...copiesOf(rows)]).toEqual([3, 1, 3, 3]);
    // 3 · ⅓ + 1 = 2 different rows.
    expect(countDistinct(copiesOf(rows))).toBeCloseTo(2, 14);
  });

  test("rows are equal in all matrices or not at all", () => {
    const other = matrixFromRows([[5], [5], [5], [6]]);
    expect([...copiesOf(rows, other)]).toEqual([2, 1, 2, 1]);
  });

  test("rows on a line have collinearity 1, those of a unit matrix 1/d", () => {
    // XᵀX = [2 −2; −2 2]·…: of (1, −1) and (−2, 2) it is [5 −5; −5 5], ‖·‖² = 100, trace² = 100.
    expect(
      collinearityOf(
        matrixFromRows([
          [1, -1],
          [-2, 2],
        ]),
      ),
    ).toBeCloseTo(1, 14);
    // XᵀX = I: ‖I‖² = 3, trace² = 9.
    expect(collinearityOf(createMatrix(3, 3, (i, j) => (i === j ? 1 : 0)))).toBeCloseTo(1 / 3, 14);
  });

  test("signs are those of the longest direction", () => {
    // The longest direction of (3, 0), (−2, 0), (0.1, 0.2) is nearly the first axis.
    const signs = signsAlong(
      matrixFromRows([
        [3, 0],
        [-2, 0],
        [0.1, 0.2],
      ]),
    );
    expect([...signs]).toEqual([1, -1, 1]);
  });
});
