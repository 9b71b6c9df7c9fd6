import { describe, expect, test } from "vitest";
import { findStep } from "../../src/trace/trace.js";
import { homeworkOf, markWithCheck } from "../support/student/markers.js";
import { placeOf, score } from "../support/student/score.js";
import { CATEGORIES, type CategoryName, drawMoved, drawSheets, isApart } from "../support/student/sheets.js";
import { solve } from "../support/student/student.js";
import { tally } from "../support/student/tally.js";

// Checks how often the marks of simulated students' sheets are true. docs/marking.md says what is counted;
// bench/marking.js measures more sheets.

const SHEETS = 4;
const SEED = 35;

describe("a simulated student", () => {
  test.each(drawSheets("right", SEED, 6))("who goes wrong nowhere has qkv's numbers (%#)", (sheet) => {
    const { trace } = homeworkOf(sheet.work);
    const numbers = solve(sheet.work);
    for (const { key } of sheet.work.steps) {
      const found = findStep(trace, key)?.output().data ?? [];
      expect([...found].map((x) => x.toFixed(9))).toEqual(
        numbers(key)
          .flat()
          .map((x) => x.toFixed(9)),
      );
    }
    expect(new Set(sheet.steps.flatMap(({ truth }) => truth.flat()))).toEqual(new Set(["sound"]));
  });

  test.each(drawSheets("one slip", SEED, 6))(
    "who slips in one cell is wrong in that cell alone (%#)",
    ({ steps, causes }) => {
      const wrong = steps.flatMap(({ key, truth }) =>
        truth.flatMap((cells, row) =>
          cells.flatMap((cell, col) => (cell === "wrong" ? [placeOf(key, row, col)] : [])),
        ),
      );
      expect(wrong).toEqual(
        causes.map((cause) => (cause.kind === "slip" ? placeOf(cause.key, cause.row, cause.col) : cause.id)),
      );
    },
  );
});

describe("the score of a marker", () => {
  const [sheet] = drawSheets("one slip", SEED, 1);
  const [cause] = sheet.causes;
  const place = cause.kind === "slip" ? placeOf(cause.key, cause.row, cause.col) : "";
  const named = [{ kind: "slip" as const, place }];

  test("is all true for the place and its name", () => {
    expect(score(sheet, { wrong: new Set([place]), named })).toEqual({
      ...{ isAllTrue: true, hasFalseMark: false, hasFalseCause: false, isRejected: true },
    });
  });

  test("is not where the cell is not marked, or what was done is not named", () => {
    expect(score(sheet, { wrong: new Set(), named }).isAllTrue).toBe(false);
    expect(score(sheet, { wrong: new Set([place]), named: [] }).isAllTrue).toBe(false);
  });

  test("counts a sound cell that is marked, and a name that is not so", () => {
    const sound = sheet.steps.flatMap(({ key, truth }) =>
      truth[0][0] === "sound" ? [placeOf(key, 0, 0)] : [],
    );
    expect(score(sheet, { wrong: new Set([place, sound[0]]), named })).toMatchObject({
      ...{ isAllTrue: false, hasFalseMark: true, hasFalseCause: false },
    });
    const scale = { kind: "concept" as const, ids: ["scale-missing"] };
    expect(score(sheet, { wrong: new Set([place]), named: [...named, scale] })).toMatchObject({
      ...{ isAllTrue: false, hasFalseMark: false, hasFalseCause: true },
    });
  });
});

const NAMES = Object.keys(CATEGORIES) as CategoryName[];
const NAMED = NAMES.filter((name) => !isApart(name));
const UNNAMED = NAMES.filter((name) => isApart(name) && !/^right/.test(name));

describe("the marks of qkv check", () => {
  test("are all true in 96 of 100 sheets, with a false ✗ in 1 of 200 and a false cause in 1 of 100 at most", () => {
    const found = NAMED.map((name) => tally(drawSheets(name, SEED, SHEETS), markWithCheck));
    const sum = (key: "sheets" | "allTrue" | "falseMarks" | "falseCauses") =>
      found.reduce((total, one) => total + one[key], 0);
    expect(sum("allTrue")).toBeGreaterThanOrEqual(0.96 * sum("sheets"));
    expect(sum("falseMarks")).toBeLessThanOrEqual(0.005 * sum("sheets"));
    expect(sum("falseCauses")).toBeLessThanOrEqual(0.01 * sum("sheets"));
  });

  test("reject no more than 2 of 100 right sheets, however they are rounded", () => {
    const [always, nowAndThen] = (["right", "right, rounded now and then"] as const).map((name) =>
      tally(drawSheets(name, SEED, 50), markWithCheck),
    );
    expect(always.rejected + nowAndThen.rejected).toBeLessThanOrEqual(2);
  });

  test("name a mistake that is in no list as another one in no more than 7 of 100 sheets", () => {
    const found = UNNAMED.map((name) => tally(drawSheets(name, SEED, 2 * SHEETS), markWithCheck));
    const [sheets, falseCauses] = (["sheets", "falseCauses"] as const).map((key) =>
      found.reduce((total, one) => total + one[key], 0),
    );
    expect(falseCauses).toBeLessThanOrEqual(0.07 * sheets);
  });

  test.each([
    [3, 0.88],
    [10, 0.98],
  ])("notice a last cell that is %i units off", (units, least) => {
    const { rejected, sheets } = tally(drawMoved(SEED, 60, units), markWithCheck);
    expect(rejected).toBeGreaterThanOrEqual(least * sheets);
  });
});
