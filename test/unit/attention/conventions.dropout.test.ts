import { describe, expect, test } from "vitest";
import type { Problem } from "../../../src/attention/problem.js";
import { createMatrix, type Matrix } from "../../../src/math/matrix.js";
import { findStep } from "../../../src/trace/trace.js";
import { recordAttend, recordMultihead } from "../../support/record.js";
import { refusal } from "../../support/refusal.js";

const matrix = (...rows: readonly (readonly number[])[]): Matrix =>
  createMatrix(rows.length, rows[0].length, (row, col) => rows[row][col]);

// Queries of zeros weigh both keys 1/2. p = 1/2 doubles what is kept: α̃ = [1 0; 1 1], O = [2; 2 + 4].
const GIVEN = {
  query: matrix([0], [0]),
  key: matrix([1], [3]),
  value: matrix([2], [4]),
  backward: matrix([1], [1]),
};
const KEPT = matrix([1, 0], [1, 1]);

const problem = (matrices: Problem["matrices"], settings: Problem<object>["settings"] = {}) => ({
  matrices: { ...GIVEN, ...matrices },
  settings,
});

const numbers = (trace: ReturnType<typeof recordAttend>, key: string) =>
  Array.from(findStep(trace, key)?.output().data ?? []);

describe("dropout", () => {
  test("keeps the weights where the mask is 1, and divides them by 1 − p", () => {
    const trace = recordAttend(problem({ dropoutMask: KEPT }, { dropoutP: 0.5 }));
    expect(numbers(trace, "weights")).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(numbers(trace, "dropped-weights")).toEqual([1, 0, 1, 1]);
    expect(numbers(trace, "output")).toEqual([2, 6]);
  });

  test("is in the gradients of values and of weights", () => {
    const trace = recordAttend(problem({ dropoutMask: KEPT }, { dropoutP: 0.5 }));
    // dV = α̃ᵀ dO; dα̃ = dO Vᵀ = [2 4; 2 4], and dα = dα̃∘M / (1 − p).
    expect(numbers(trace, "d-value")).toEqual([2, 1]);
    expect(numbers(trace, "d-dropped-weights")).toEqual([2, 4, 2, 4]);
    expect(numbers(trace, "d-weights")).toEqual([4, 0, 4, 8]);
    // δ = Σ α dα = [2; 6], dS = α∘(dα − δ) = [1 −1; −1 1], dQ = dS K = [1 − 3; −1 + 3].
    expect(numbers(trace, "d-query")).toEqual([-2, 2]);
    expect(Object.keys(trace.results.gradients ?? {})).not.toContain("dropoutMask");
  });

  test("takes a mask that holds 1 / (1 − p) as it is", () => {
    const trace = recordAttend(problem({ dropoutMask: matrix([2, 0], [2, 2]) }));
    expect(numbers(trace, "output")).toEqual([2, 6]);
    expect(trace.conventions.find(({ name }) => name === "dropoutP")?.value).toBe(0.5);
  });

  test("has one mask for each head, or one for all", () => {
    const two = (one: Matrix) => createMatrix(one.rows, 2, (row) => one.data[row]);
    const { query, key, value } = GIVEN;
    const given = { query: two(query), key: two(key), value: two(value), backward: two(GIVEN.backward) };
    const settings = { heads: 2, dropoutP: 0.5 };
    const own = matrix([1, 0], [1, 1], [0, 1], [0, 0]);
    const each = recordMultihead(problem({ ...given, dropoutMask: own }, settings));
    // Head 1 keeps key 1 for query 0, and nothing for query 1.
    expect(numbers(each, "output")).toEqual([2, 4, 6, 0]);
    const all = recordMultihead(problem({ ...given, dropoutMask: KEPT }, settings));
    expect(numbers(all, "output")).toEqual([2, 2, 6, 6]);
  });

  test("gives the same output row by row", () => {
    const trace = recordAttend(problem({ dropoutMask: KEPT }, { dropoutP: 0.5, stream: true }));
    expect(numbers(trace, "output")).toEqual([2, 6]);
    expect(numbers(trace, "d-query")).toEqual([-2, 2]);
  });

  test("without a mask keeps all weights", () => {
    expect(numbers(recordAttend(problem({}, { dropoutP: 0.1 })), "output")).toEqual([3, 3]);
  });

  test.each([
    ["1 and 0 without p", KEPT, {}, "MISSING_INPUT", /needs the probability p/],
    ["several numbers", matrix([1, 2], [0, 1]), { dropoutP: 0.5 }, "BAD_VALUE", /holds 1 and 2 beside 0/],
    ["another p", matrix([2, 0], [2, 2]), { dropoutP: 0.1 }, "BAD_VALUE", /which is not 1\/\(1 − p\)/],
    ["another shape", matrix([1, 0, 1]), { dropoutP: 0.5 }, "SHAPE_MISMATCH", /dropoutMask is 1×3/],
  ] as const)("refuses %s", (_, dropoutMask, settings, code, message) => {
    const refused = refusal(() => recordAttend(problem({ dropoutMask }, settings)));
    expect(refused?.code).toBe(code);
    expect(refused?.message).toMatch(message);
  });
});
