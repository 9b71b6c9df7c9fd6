import { describe, expect, test } from "vitest";
import type { Judgement, StepVerdict } from "../../../src/check/judgement.js";
import { measureRounding } from "../../../src/check/rounded-cells.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { typedScores } from "../../support/typed-answers.js";

type Rows = readonly (readonly number[])[];

/** Every cell that was written is off; rounding on the way moves each by so much. */
function measure(text: string, right: Rows, verdict: StepVerdict = "agrees-rounded", moves: number[] = []) {
  const answer = typedScores(text);
  const marks = answer.cells.map((cell) => cell && ("near" as const));
  const exact = matrixFromRows(right);
  const judgement: Judgement = { answer, verdict, wrong: [], marks, exact, own: exact };
  return measureRounding(judgement, () => Float64Array.from(moves));
}

describe("what rounding has to excuse", () => {
  test("is nothing in a step that is right or wrong for another reason", () => {
    for (const verdict of ["agrees", "follows", "differs", "missing"] as const)
      expect(measure("0.62", [[0.6]], verdict)).toBeUndefined();
  });

  test("is told cell by cell: what was written less what is right", () => {
    const found = measure("0.62 0.50; 0.40 0.70", [
      [0.6, 0.507],
      [0.41, 0.75],
    ]);
    expect(found?.off.map(({ cell }) => cell)).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    for (const [index, difference] of [0.02, -0.007, -0.01, -0.05].entries())
      expect(found?.off[index].difference).toBeCloseTo(difference, 12);
  });

  test("is as much as rounding moves the cell that is farthest off, and half a unit", () => {
    // The first is 0.02 off, the second 0.007; half a unit is 0.005.
    const bound = (text: string, ...moves: number[]) =>
      measure(text, [[0.6, 0.507].slice(0, moves.length)], "agrees-rounded", moves)?.bound;
    expect(bound("0.62 0.50", 0.01, 9)).toBeCloseTo(0.015, 12);
    expect(bound("0.60 0.50", 9, 0.01)).toBeCloseTo(0.015, 12);
    // Half a unit of three decimals.
    expect(bound("0.620", 0.01)).toBeCloseTo(0.0105, 12);
    expect(bound("0.62", 0)).toBeCloseTo(0.005, 12);
  });

  test("is twice that where digits were cut off: of each the whole unit may be lost", () => {
    expect(measure("0.55", [[0.6]], "truncated", [0.02])?.bound).toBeCloseTo(0.05, 12);
  });
});
