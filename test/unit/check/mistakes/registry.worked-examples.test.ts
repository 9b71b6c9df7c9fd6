import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { WorkedExamples } from "../../../../scripts/mistakes-page.js";
import { settleAnswers } from "../../../../src/check/answers.js";
import { MISTAKES } from "../../../../src/check/mistakes/registry.js";
import { isWrittenAs } from "../../../../src/math/written.js";
import type { Trace } from "../../../../src/trace/trace.js";
import { type Given, homework, numbersIn, solutionsWith } from "../../../support/mistaken.js";

// The numbers of fixtures/mistakes.json were worked by hand: a mistake alone gives them, and the right solution does not.

const { problems, examples } = JSON.parse(readFileSync("fixtures/mistakes.json", "utf8")) as WorkedExamples;

// What the sheet says of the problem has no solution without the sheet: registry.examples.test.ts follows it.
const replayed = examples.filter(({ id }) =>
  MISTAKES.some((mistake) => mistake.id === id && !mistake.isOnSheet),
);

/** The numbers of a sheet with the decimals of the finest of them. */
function answersOf(trace: Trace, sheet: string) {
  const decimals = Math.max(...(sheet.match(/(?<=\d)\.\d+/g) ?? []).map((text) => text.length - 1), 0);
  const steps = Object.entries(JSON.parse(sheet) as Record<string, (number | "-inf")[][]>);
  const written = (cell: number | "-inf") => ({ value: cell === "-inf" ? -Infinity : cell, decimals });
  const named = steps.map(([key, rows]) => ({
    key,
    source: "sheet",
    rows: rows.map((row) => row.map(written)),
  }));
  return settleAnswers(trace, named);
}

describe("solutions with the mistake", () => {
  test.each(replayed.map(({ id, problem, sheet }) => [id, problem, sheet] as const))(
    "%s",
    (id, name, text) => {
      const { command, problem } = problems[name];
      const given = homework([command, problem] as Given);
      const sheet = answersOf(given.trace, text);
      const gives = (trace: Trace) =>
        [...sheet].every(([key, { cells }]) =>
          cells.every((cell, at) => !cell || isWrittenAs(numbersIn(trace, key).data[at], cell)),
        );
      expect(gives(given.trace)).toBe(false);
      expect(solutionsWith(id, given, sheet).filter(gives).length).toBeGreaterThan(0);
    },
  );
});
