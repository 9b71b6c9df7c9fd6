import { expect, test } from "vitest";
import { checkAnswers, type Homework } from "../../../src/check/check.js";
import { isKept } from "../../../src/check/kept.js";
import { MISTAKES } from "../../../src/check/mistakes/registry.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { decimalsOf } from "../../../src/math/written.js";
import type { Trace } from "../../../src/trace/trace.js";
import { ATTEND_MISTAKES, attendSheet, randomProblem } from "../../support/homework.js";
import { recordAttend } from "../../support/record.js";

// What is kept of a problem from sheet to sheet must not be seen in any verdict.

const given = randomProblem(7, 3, 4, false);

function homework(): Homework {
  const matrices = Object.fromEntries(
    Object.entries(given.matrices).map(([name, rows]) => [name, matrixFromRows(rows)]),
  );
  const problem = { matrices, settings: given.settings };
  return { trace: recordAttend(problem), problem, record: recordAttend };
}

/** Every mistake, and none, each to 1 to 6 decimals: more precisions than are kept. */
const sheets = [undefined, ...ATTEND_MISTAKES].flatMap((mistake, at) => {
  const decimals = (at % 6) + 1;
  const sheet = attendSheet(given, mistake, decimals);
  if (!sheet) return [];
  return [
    Object.entries(sheet).map(([key, rows]) => ({
      key,
      source: "sheet",
      rows: rows.map((row) =>
        row.map((value) => {
          const text = Number.isFinite(value) ? value.toFixed(decimals) : String(value);
          return { value: Number(text), decimals: decimalsOf(text) };
        }),
      ),
    })),
  ];
});

const said = (one: Homework, answers: (typeof sheets)[number]) => {
  const { verdict, diagnosis, findings, steps } = checkAnswers(one, answers);
  return {
    ...{ verdict, findings },
    named: diagnosis.map(({ mistake, explains, of }) => [mistake.id, explains, of]),
    steps: steps.map((step) => [step.id, step.verdict, step.cells, step.maxDifference]),
  };
};

test("a sheet is judged alike after others of its problem and alone", () => {
  expect(sheets.length).toBeGreaterThan(15);
  const shared = homework();
  const alone = sheets.map((answers) => said(homework(), answers));
  expect(sheets.map((answers) => said(shared, answers))).toEqual(alone);
  expect([...sheets].reverse().map((answers) => said(shared, answers))).toEqual([...alone].reverse());
});

test("a mistake that reads the sheet says so", () => {
  const reading = MISTAKES.filter(({ apply }) => apply.length > 1).map(({ id }) => id);
  expect(MISTAKES.filter(({ readsSheet }) => readsSheet).map(({ id }) => id)).toEqual(reading);
});

test.each([
  [[], true],
  [[[100, 100]], true],
  [
    [
      [50, 100],
      [50, 100],
    ],
    true,
  ],
  [
    [
      [100, 100],
      [1, 1],
    ],
    false,
  ],
  [[[10_001, 1]], false],
])("of solutions with steps of %j no more than 10,000 cells are kept", (shapes, kept) => {
  let counted = 0;
  const steps = shapes.map(([rows, cols]) => ({
    get shape() {
      counted++;
      return { rows, cols };
    },
  }));
  const trace = { steps } as unknown as Trace;
  expect([isKept(trace), isKept(trace)]).toEqual([kept, kept]);
  expect(counted).toBe(shapes.length);
});
