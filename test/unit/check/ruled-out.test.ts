import { describe, expect, test } from "vitest";
import { type Sheet, settleAnswers } from "../../../src/check/answers.js";
import { type Case, listCandidates, missesFirst } from "../../../src/check/candidate-fit.js";
import { judgeSteps } from "../../../src/check/judge-sheet.js";
import { applyMistake } from "../../../src/check/mistakes/apply.js";
import { MISTAKES } from "../../../src/check/mistakes/registry.js";
import { workThrough } from "../../../src/check/rounding-schedules.js";
import { createSieve } from "../../../src/check/ruled-out.js";
import { matrixFromRows, toRows } from "../../../src/math/matrix.js";
import { matrixOf } from "../../../src/trace/trace.js";
import { ATTEND_MISTAKES, attendSheet, randomProblem } from "../../support/homework.js";
import { recordAttend } from "../../support/record.js";
import { typedAnswers } from "../../support/typed-answers.js";

// A solution that is ruled out by what is kept of a problem must be one that working it through rules out as well.

const given = randomProblem(11, 3, 4, false);
const matrices = Object.fromEntries(
  Object.entries(given.matrices).map(([name, rows]) => [name, matrixFromRows(rows)]),
);
const problem = { matrices, settings: given.settings };
const homework = { trace: recordAttend(problem), problem, record: recordAttend };

function caseOf(mistake: string, keys: readonly string[]): Case | undefined {
  const written = Object.entries(attendSheet(given, mistake, 2) ?? {}).filter(([key]) => keys.includes(key));
  const texts = written.map(([key, rows]) => [
    key,
    rows.map((row) => row.map((cell) => cell.toFixed(2)).join(" ")).join("; "),
  ]);
  const sheet = settleAnswers(homework.trace, typedAnswers(Object.fromEntries(texts)));
  const solutions = workThrough(homework.trace, sheet);
  const judged = [...judgeSteps(homework.trace, sheet, solutions)];
  const first = judged.find(({ verdict }) => verdict === "differs");
  return first && { sheet, judged, first, solutions };
}

test.each([[["output"]], [["weights", "output"]], [["scores", "weights", "output"]]])(
  "with %j answered",
  (keys) => {
    let [near, missed] = [0, 0];
    for (const one of ATTEND_MISTAKES.flatMap((mistake) => caseOf(mistake, keys) ?? [])) {
      const sieve = createSieve(one);
      for (const { altered, tried } of listCandidates(homework, MISTAKES, one, () => false)) {
        expect(sieve.leavesAlone(altered)).toBe(false);
        near++;
        if (!sieve.misses(altered)) continue;
        expect(missesFirst(tried, one)).toBe(true);
        missed++;
      }
    }
    expect(near).toBeGreaterThan(missed);
    expect(missed).toBeGreaterThan(20);
  },
);

const alteredBy = (id: string, sheet: Sheet) =>
  MISTAKES.filter((mistake) => mistake.id === id).flatMap((mistake) =>
    applyMistake(mistake, homework, sheet),
  );

describe("a sheet whose output is wrong", () => {
  const written = (mistake: string, key: string) =>
    (attendSheet(given, mistake, 4)?.[key] ?? []).map((row) => row.map((cell) => cell.toFixed(4)).join(" "));
  const rightWeights = toRows(matrixOf(homework.trace, "weights")).map((row) =>
    row.map((cell) => cell.toFixed(4)).join(" "),
  );

  function sieveOf(texts: Readonly<Record<string, string>>) {
    const sheet = settleAnswers(homework.trace, typedAnswers(texts));
    const solutions = workThrough(homework.trace, sheet);
    const judged = [...judgeSteps(homework.trace, sheet, solutions)];
    const first = judged.find(({ verdict }) => verdict === "differs");
    if (first?.answer.key !== "output") throw new TypeError("the output is the first that is wrong");
    const sieve = createSieve({ sheet, judged, first, solutions });
    const [unscaled] = alteredBy("scale-missing", sheet);
    const [transposed] = alteredBy("weights-transposed", sheet);
    return { sieve, unscaled, transposed };
  }

  const output = written("scale-missing", "output").join("; ");

  test("follows from its own weights, whatever came before", () => {
    const { sieve, unscaled, transposed } = sieveOf({ weights: rightWeights.join("; "), output });
    expect([sieve.leavesAlone(unscaled), sieve.leavesAlone(transposed)]).toEqual([true, false]);
    // What the person's weights give is not known beforehand.
    expect([sieve.misses(unscaled), sieve.misses(transposed)]).toEqual([false, false]);
  });

  test("follows from what is right where a weight is blank", () => {
    const [row, ...rows] = rightWeights;
    const blank = [row.replace(/^\S+/, "-"), ...rows].join("; ");
    const { sieve, unscaled } = sieveOf({ weights: blank, output });
    expect([sieve.leavesAlone(unscaled), sieve.misses(unscaled)]).toEqual([false, false]);
  });

  test("is missed by a solution that gives another where nothing before is answered", () => {
    const { sieve, unscaled, transposed } = sieveOf({ output });
    expect([sieve.leavesAlone(unscaled), sieve.leavesAlone(transposed)]).toEqual([false, false]);
    expect([sieve.misses(unscaled), sieve.misses(transposed)]).toEqual([false, true]);
  });
});
