import { describe, expect, test } from "vitest";
import { attend } from "../../../../src/commands/attend.js";
import { readDocument } from "../../../../src/input/documents/read-document.js";
import type { Reading } from "../../../../src/input/documents/reading.js";
import { sheetText } from "../../../../src/input/documents/sheet-text.js";
import { subjectOf } from "../../../../src/runs/check/sheet-subject.js";
import { recordProblem } from "../../../../src/runs/record-problem.js";
import {
  SHEET_FORMS,
  WORKED_PROBLEMS,
  type Work,
  type WorkedProblem,
  workOf,
} from "../../../support/document-forms.js";
import { WRITTEN_HOMEWORK } from "../../../support/homework-forms.js";
import { PRINTED_HOMEWORK } from "../../../support/homework-prints.js";

const matrixOf = (rows: readonly (readonly number[])[]) => ({
  rows: rows.length,
  cols: rows[0].length,
  data: Float64Array.from(rows.flat()),
});

function read(text: string, { tokens, query, key, value }: WorkedProblem): Reading | undefined {
  const matrices = { query: matrixOf(query), key: matrixOf(key), value: matrixOf(value) };
  const known = subjectOf(recordProblem(attend, { matrices, tokens, settings: {} }));
  return known && readDocument(sheetText(text, "sheet.txt"), known.finder, known.subject);
}

/** The numbers of each matrix that is on a sheet, in the order of its blocks. */
const numbersOf = ({ inputs, steps }: Work) =>
  [...inputs, ...steps].map(({ key, rows }) => [key, rows.map((row) => row.map(Number))]);

function readNumbers(reading: Reading | undefined, work: Work) {
  return [...work.inputs, ...work.steps].map(({ key }) => {
    const found = reading?.matrices.find(({ item }) => item.key === key);
    return [key, found?.cells.map((row) => row.map((cell) => cell && Number(cell.value.toFixed(4))))];
  });
}

const doubtsOf = (reading: Reading | undefined) => [
  ...(reading?.doubts ?? []),
  ...(reading?.matrices.flatMap(({ doubts }) => doubts) ?? []),
];

const VARIANTS = [true, false].flatMap((hasInputs) =>
  [false, true].map((isWrong) => ({ hasInputs, isWrong })),
);

describe.each([...SHEET_FORMS, ...WRITTEN_HOMEWORK, ...PRINTED_HOMEWORK])("a sheet as $name", ({ write }) => {
  test.each(VARIANTS)("is read as it was written (%o)", (variant) => {
    for (const problem of WORKED_PROBLEMS) {
      const work = workOf(problem, variant);
      const reading = read(write(work), problem);
      expect(readNumbers(reading, work)).toEqual(numbersOf(work));
      // A doubt would keep a right sheet from being called right.
      if (!variant.isWrong) expect(doubtsOf(reading)).toEqual([]);
    }
  });
});

test("the last of two attempts counts, and the first is told", () => {
  const [problem] = WORKED_PROBLEMS;
  const reading = read(
    "Weights\n0.3 0.1 0.6\n0.2 0.2 0.6\n0.2 0.1 0.7\n\nWeights again:\n0.28 0.14 0.58\n0.16 0.16 0.67\n0.18 0.09 0.73",
    problem,
  );
  expect(reading?.matrices[0].lines).toEqual([{ from: 7, to: 9 }]);
  expect(reading?.earlier).toEqual([
    { key: "weights", lines: { from: 2, to: 4 }, text: "0.3 0.1 0.6; 0.2 0.2 0.6; 0.2 0.1 0.7" },
  ]);
});

test.each([
  ["percentages", "Weights in %\nq1: 28 14 58\nq2: 16 16 67\nq3: 18 9 73"],
  ["scores less the largest", "minus the max\n-0.71 -1.41 0\n-1.41 -1.41 0\n-1.41 -2.12 0"],
])("what a title says of its rows, such as %s, ends at the next title", (_, above) => {
  const [problem] = WORKED_PROBLEMS;
  const reading = read(`${above}\nOutput\n1.44 1.29\n1.51 1.51\n1.65 1.56`, problem);
  const output = reading?.matrices.find(({ item }) => item.key === "output");
  expect(output?.cells[0].map((cell) => cell?.value)).toEqual([1.44, 1.29]);
  const weights = reading?.matrices.find(({ item }) => item.key === "weights");
  if (weights) expect(weights.cells.map(([cell]) => cell?.value)).toEqual([0.28, 0.16, 0.18]);
});

test("struck-out rows are not read, and told", () => {
  const [problem] = WORKED_PROBLEMS;
  const reading = read("Output\n~~1.0 1.0~~\n1.44 1.29\n1.51 1.51\n1.65 1.56", problem);
  expect(reading?.matrices[0].lines).toEqual([{ from: 3, to: 5 }]);
  expect(reading?.struck).toEqual([{ lines: { from: 2, to: 2 }, text: "1.0 1.0" }]);
});

test("rows that stand in the order of other tokens are put into the problem's", () => {
  const [problem] = WORKED_PROBLEMS;
  const reading = read("Output\nman: 1.65 1.56\nplease: 1.44 1.29\nstudy: 1.51 1.51", problem);
  expect(reading?.matrices[0].cells.map((row) => row.map((cell) => cell?.value))).toEqual([
    [1.44, 1.29],
    [1.51, 1.51],
    [1.65, 1.56],
  ]);
});

test("a step of another shape is doubted", () => {
  const [problem] = WORKED_PROBLEMS;
  const reading = read("Attention weights:\n0.28 0.14\n0.16 0.16\n0.18 0.09", problem);
  expect(doubtsOf(reading)).toContain("it is 3×2, but here it is 3×3");
});

test("numbers that belong to no step are listed", () => {
  const [problem] = WORKED_PROBLEMS;
  const reading = read(
    "Output\n1.44 1.29\n1.51 1.51\n1.65 1.56\n\nmy lottery numbers\n7 12 19 23 42",
    problem,
  );
  expect(reading?.unused).toEqual([{ lines: { from: 7, to: 7 }, text: "7 12 19 23 42" }]);
});

test("letters that a scanner made of digits are read as digits, and told", () => {
  const [problem] = WORKED_PROBLEMS;
  const reading = read("Output\nl.44 1.29\n1.51 1.5l\n1.65 1.56", problem);
  expect(reading?.matrices[0].notes).toEqual(["“l.44” was read as 1.44", "“1.5l” was read as 1.51"]);
});
