import { expect, test } from "vitest";
import type { MistakeText } from "../../../src/check/mistakes/mistake.js";
import { mistakeCalled } from "../../../src/check/mistakes/registry.js";
import { reasonsOfTie } from "../../../src/check/ties.js";
import { createMatrix } from "../../../src/math/matrix.js";
import { recordAttend } from "../../support/record.js";

// Two mistakes that give the same numbers: why, and what would tell them apart.

function reasons(
  dK: number,
  numKeys: number,
  ...found: readonly (readonly [MistakeText, number, string?])[]
) {
  const problem = { matrices: { query: createMatrix(1, dK), key: createMatrix(numKeys, dK) }, settings: {} };
  const homework = { trace: recordAttend(problem), problem, record: recordAttend };
  const diagnosis = found.map(([mistake, explains, other]) => ({
    ...{ mistake, step: mistake.step, explains, of: 9 },
    ...(other && { with: other }),
  }));
  return reasonsOfTie(homework, diagnosis);
}

test("they put the same number in the place of the right one", () => {
  // d_k = 2, and 4 keys: √4 = 2.
  expect(reasons(2, 4, [mistakeCalled("scale-by-dk"), 3], [mistakeCalled("scale-by-sqrt-n"), 3])).toEqual([
    "Here d_k = 2 and √(number of keys) = √4 = 2, so both mistakes give the same numbers; other sizes would tell them apart.",
  ]);
  // A third that has no such number does not take that away.
  expect(
    reasons(
      2,
      4,
      [mistakeCalled("scale-by-dk"), 3],
      [mistakeCalled("scale-missing"), 3],
      [mistakeCalled("scale-by-sqrt-n"), 3],
    )[0],
  ).toContain("d_k = 2 and √");
});

test("they put other numbers there, or only one of them puts one: nothing is said", () => {
  // d_k = 2, √9 = 3
  expect(reasons(2, 9, [mistakeCalled("scale-by-dk"), 3], [mistakeCalled("scale-by-sqrt-n"), 3])).toEqual([]);
  expect(reasons(3, 4, [mistakeCalled("scale-by-dk"), 3], [mistakeCalled("scale-by-sqrt-n"), 3])).toEqual([]);
  expect(reasons(2, 4, [mistakeCalled("scale-by-dk"), 3], [mistakeCalled("mask-missing"), 3])).toEqual([]);
  // What no registry lists has no such number.
  expect(
    reasons(2, 4, [{ ...mistakeCalled("scale-by-dk") }, 3], [mistakeCalled("scale-by-sqrt-n"), 3]),
  ).toEqual([]);
});

test("there is nothing to say of one mistake, or of two made together", () => {
  expect(reasons(2, 4)).toEqual([]);
  expect(reasons(2, 4, [mistakeCalled("scale-by-dk"), 3])).toEqual([]);
  expect(
    reasons(2, 4, [mistakeCalled("scale-by-dk"), 3, "mask-missing"], [mistakeCalled("scale-by-sqrt-n"), 3]),
  ).toEqual([]);
});
