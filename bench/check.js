// Measures how often qkv names the mistake in generated homework: integers, one mistake per sheet, every step rounded
// before the next. The plain arithmetic of test/support/homework.ts makes the sheets; it shares nothing with src. Then
// measures a check of 64 tokens of 64 numbers, without reading. Goal: 200 ms.
//   node bench/check.js [problems=40] [--verbose] [--seed N] [--only attend|multihead|posenc]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { print } from "./measure.js";

const problems = Number(/^\d+$/.test(process.argv[2]) ? process.argv[2] : 40);
const verbose = process.argv.includes("--verbose");
const optionOf = (option) =>
  process.argv.includes(option) ? process.argv[process.argv.indexOf(option) + 1] : undefined;
const firstSeed = Number(optionOf("--seed") ?? 0);
const only = optionOf("--only");
const folder = mkdtempSync(join(tmpdir(), "qkv-check-"));
const outfile = join(folder, "check.mjs");
await build({
  stdin: {
    contents: `export { checkAnswers } from "./src/check/check.ts"; export { matrixFromRows } from "./src/math/matrix.ts";
      export { decimalsOf } from "./src/math/written.ts"; export * from "./test/support/record.ts";
      export * from "./test/support/homework.ts";
      export { readSheets } from "./src/input/answers.ts"; export { storedBytes } from "./src/input/read.ts";
      export { stepTitles } from "./src/check/step-titles.ts"; export { subjectOf } from "./src/runs/check/sheet-subject.ts"; export * from "./test/support/written-sheets.ts"; export * from "./test/support/position-homework.ts";`,
    resolveDir: process.cwd(),
  },
  ...{ bundle: true, format: "esm", platform: "node", outfile, logLevel: "error" },
});
const { checkAnswers, recordAttend, recordMultihead, recordPosenc, matrixFromRows, decimalsOf, ...made } =
  await import(pathToFileURL(outfile).href);
const { ATTEND_MISTAKES, attendSheet, HEAD_MISTAKES, headSheet, randomProblem, ...table } = made;
const { POSITION_MISTAKES, positionSheet } = table;
rmSync(folder, { recursive: true });

/** Writes numbers with fixed decimals, as a person does. */
function answersOf(sheet, decimals, only) {
  return Object.entries(sheet)
    .filter(([key]) => only(key))
    .map(([key, rows]) => ({
      key,
      source: "sheet",
      rows: rows.map((row) =>
        row.map((value) => {
          const text = Number.isFinite(value)
            ? value.toFixed(Number.isInteger(value) && key === "scores" ? 0 : decimals)
            : String(value);
          return { value: Number(text), decimals: decimalsOf(text) };
        }),
      ),
    }));
}

/** The names of the rows, in the problem and on its sheets. */
const TOKENS = ["ant", "bee", "cow", "dog"];

/** Draws integer problems of 3×4 and 4×8, with 2 and 3 decimals. */
function* integerCases(record, makeSheet, withHeads) {
  for (let seed = firstSeed; seed < firstSeed + problems; seed++) {
    for (const [n, d] of [
      [3, 4],
      [4, 8],
    ]) {
      const given = randomProblem(1000 * n + seed, n, d, withHeads);
      const matrices = Object.fromEntries(
        Object.entries(given.matrices).map(([key, rows]) => [key, matrixFromRows(rows)]),
      );
      const problem = { matrices, settings: given.settings, tokens: TOKENS.slice(0, n) };
      const homework = { trace: record(problem), problem, record };
      for (const decimals of [2, 3])
        yield { homework, decimals, sheetOf: (mistake) => makeSheet(given, mistake, decimals) };
    }
  }
}

/** Draws tables of 4 to 6 positions and 4 to 8 columns, with 2 to 4 decimals, with the bases 10000, 100 and 20000. */
function* positionCases() {
  for (const [n, d, decimals, base] of product([4, 5, 6], [4, 6, 8], [2, 3, 4], [10_000, 100, 20_000])) {
    const problem = { matrices: {}, settings: { length: n, dModel: d, base } };
    const homework = { trace: recordPosenc(problem), problem, record: recordPosenc };
    yield { homework, decimals, sheetOf: (mistake) => positionSheet(n, d, mistake, decimals, base) };
  }
}

const product = (...lists) =>
  lists.reduce((rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])), [[]]);

const integers = { "with steps": () => true, "output alone": (key) => key === "output" };
const tables = { "with angles": () => true, "encoding alone": (key) => key === "encoding" };
const suites = {
  attend: [integers, ATTEND_MISTAKES, () => integerCases(recordAttend, attendSheet, false)],
  multihead: [integers, HEAD_MISTAKES, () => integerCases(recordMultihead, headSheet, true)],
  posenc: [tables, POSITION_MISTAKES, positionCases],
};
for (const [name, [views, mistakes, cases]] of Object.entries(suites)) {
  if (only && name !== only) continue;
  for (const [view, isShown] of Object.entries(views)) {
    const tally = { right: 0, rejected: 0, changed: 0, named: 0, ms: 0 };
    const missed = {};
    for (const given of cases()) measure(given, mistakes, isShown, tally, missed);
    const share = (100 * tally.named) / tally.changed;
    print(
      `${name}, ${view}: ${tally.rejected} of ${tally.right} right sheets rejected; ${tally.named} of ${tally.changed} mistakes named (${share.toFixed(1)} %); slowest ${tally.ms.toFixed(0)} ms`,
    );
    if (verbose)
      for (const [key, count] of Object.entries(missed).sort(([, a], [, b]) => b - a))
        print(`    ${count} ${key}`);
  }
}

if (!only || only === "attend") await measureForms();
timeLarge();

/** Writes the sheets of attend in every form that people use, and counts those that are judged like their numbers. */
async function measureForms() {
  const { readSheets, storedBytes, stepTitles, subjectOf, SHEET_FORMS } = made;
  const tally = { sheets: 0, refused: 0, otherwise: 0 };
  for (const { homework, decimals, sheetOf } of integerCases(recordAttend, attendSheet, false)) {
    const reading = { titles: () => stepTitles(homework.trace), subject: () => subjectOf(homework.trace) };
    for (const mistake of [undefined, ATTEND_MISTAKES[tally.sheets % ATTEND_MISTAKES.length]]) {
      const sheet = sheetOf(mistake);
      if (!sheet) continue;
      const text = (key) => (value) =>
        Number.isFinite(value) ? value.toFixed(key === "scores" ? 0 : decimals) : "-inf";
      const steps = Object.entries(sheet).map(([id, rows]) => ({
        id,
        rows: rows.map((row) => row.map(text(id))),
      }));
      const wanted = checkAnswers(
        homework,
        answersOf(sheet, decimals, () => true),
      );
      for (const [form, write] of Object.entries(SHEET_FORMS)) {
        tally.sheets++;
        const openFile = () => storedBytes(Buffer.from(write(steps, homework.problem.tokens)));
        try {
          const [{ answers }] = await readSheets(["sheet.txt"], { openFile, openStdin: openFile }, reading);
          const { verdict, firstWrongStep } = checkAnswers(homework, answers);
          if (verdict === wanted.verdict && firstWrongStep?.id === wanted.firstWrongStep?.id) continue;
          tally.otherwise++;
          if (verbose) print(`    ${form}: ${verdict} for ${wanted.verdict}`);
        } catch (error) {
          tally.refused++;
          if (verbose) print(`    ${form}: ${error.message}`);
        }
      }
    }
  }
  print(
    `${Object.keys(SHEET_FORMS).length} forms of people: of ${tally.sheets} sheets ${tally.refused} refused, ${tally.otherwise} judged otherwise than their numbers`,
  );
}

/**
 * Times checks of right and wrong sheets, of all steps and of the output alone: the first check, and the median of
 * five.
 */
function timeLarge() {
  for (const [name, makeSheet, record] of [
    ["attend", attendSheet, recordAttend],
    ["multihead", headSheet, recordMultihead],
  ]) {
    const given = scaledDown(randomProblem(firstSeed + 1, 64, 64, name === "multihead"));
    const matrices = Object.fromEntries(
      Object.entries(given.matrices).map(([key, rows]) => [key, matrixFromRows(rows)]),
    );
    const problem = { matrices, settings: given.settings };
    const homework = { trace: record(problem), problem, record };
    for (const mistake of [undefined, "scale-missing", "softmax-over-columns"]) {
      for (const [view, isShown] of Object.entries(integers)) {
        const answers = answersOf(makeSheet(given, mistake, 3), 3, isShown);
        const times = Array.from({ length: 5 }, () => {
          const start = performance.now();
          checkAnswers(homework, answers);
          return performance.now() - start;
        });
        const [first, median] = [times[0], times.sort((a, b) => a - b)[2]];
        print(
          `64×64 ${name}, ${mistake ?? "right"}, ${view}: ${first.toFixed(0)} ms, then ${median.toFixed(0)} ms`,
        );
      }
    }
  }
}

/** Makes the numbers small, so that the weights of 64 keys are not all 0 and 1, and sets 8 heads if there are heads. */
function scaledDown(problem) {
  const scale = (rows) => rows.map((row) => row.map((value) => value / 4));
  const matrices = Object.fromEntries(
    Object.entries(problem.matrices).map(([key, rows]) => [key, scale(rows)]),
  );
  const settings = { ...problem.settings, ...(problem.settings.heads && { heads: 8 }) };
  return { ...problem, matrices, settings };
}

function measure({ homework, decimals, sheetOf }, mistakes, isShown, tally, missed) {
  const miss = (text) => {
    missed[text] = (missed[text] ?? 0) + 1;
  };
  const right = sheetOf(undefined);
  // Nobody computes e^x of scores beyond ±80 by hand.
  if (!right) return;
  const rightCheck = checkAnswers(homework, answersOf(right, decimals, isShown));
  tally.right++;
  if (rightCheck.verdict === "differs") {
    tally.rejected++;
    miss(`right ${rightCheck.firstWrongStep?.id}`);
  }
  for (const mistake of mistakes) {
    const sheet = sheetOf(mistake);
    if (!sheet || !isChanged(sheet, right, decimals, isShown)) continue;
    const answers = answersOf(sheet, decimals, isShown);
    const start = performance.now();
    const { verdict, diagnosis } = checkAnswers(homework, answers);
    tally.ms = Math.max(tally.ms, performance.now() - start);
    tally.changed++;
    const tied = diagnosis.filter((found) => found.explains === diagnosis[0].explains);
    if (tied.some((found) => found.mistake.id === mistake)) tally.named++;
    else miss(`${mistake} -> ${verdict} ${tied.map((found) => found.mistake.id).join("|")}`);
  }
}

/** Whether a mistake changes a number by more than rounding. If not, it cannot be seen. */
function isChanged(sheet, right, decimals, only) {
  const unit = 10 ** -decimals;
  return Object.keys(sheet).some(
    (key) =>
      only(key) &&
      sheet[key].some((row, i) =>
        row.some(
          (value, j) => !(Math.abs(value - right[key][i][j]) <= 5 * unit) && value !== right[key][i][j],
        ),
      ),
  );
}
