// How often qkv names the mistake in generated homework: integers, single mistakes, every step rounded before the next.
// The sheets are made by the plain arithmetic of test/support/homework.ts, which shares nothing with src.
// Then how long a check of 64 tokens of 64 numbers takes, beyond reading; goal 200 ms.
//   node bench/check.js [problems=40] [first seed=0] [--verbose]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const verbose = process.argv.includes("--verbose");
const [problems = 40, firstSeed = 0] = process.argv
  .slice(2)
  .filter((word) => /^\d+$/.test(word))
  .map(Number);
const folder = mkdtempSync(join(tmpdir(), "qkv-check-"));
const outfile = join(folder, "check.mjs");
await build({
  stdin: {
    contents: `export { checkAnswers } from "./src/homework/check.ts"; export { recordAttend } from "./src/attention/attend.ts";
      export { recordMultihead } from "./src/attention/heads/multihead.ts"; export { matrixFromRows } from "./src/math/matrix.ts";
      export { decimalsOf } from "./src/math/written.ts"; export * from "./test/support/homework.ts";`,
    resolveDir: process.cwd(),
  },
  ...{ bundle: true, format: "esm", platform: "node", outfile, logLevel: "error" },
});
const { checkAnswers, recordAttend, recordMultihead, matrixFromRows, decimalsOf, ...made } = await import(
  pathToFileURL(outfile).href
);
const { ATTEND_MISTAKES, attendSheet, HEAD_MISTAKES, headSheet, randomProblem } = made;
rmSync(folder, { recursive: true });

/** Numbers as text with fixed decimals, as a person writes them. */
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

const isOutput = (key) => key === "output";
const views = { "with steps": () => true, "output alone": isOutput };
for (const [name, mistakes, makeSheet, record, sizes] of [
  [
    "attend",
    ATTEND_MISTAKES,
    attendSheet,
    recordAttend,
    [
      [3, 4],
      [4, 8],
    ],
  ],
  [
    "multihead",
    HEAD_MISTAKES,
    headSheet,
    recordMultihead,
    [
      [3, 4],
      [4, 8],
    ],
  ],
]) {
  for (const [view, only] of Object.entries(views)) {
    const tally = { right: 0, rejected: 0, changed: 0, named: 0, ms: 0 };
    const missed = {};
    for (let seed = firstSeed; seed < firstSeed + problems; seed++) {
      for (const [n, d] of sizes) {
        for (const decimals of [2, 3]) measure(seed, n, d, decimals);
      }
    }
    function measure(seed, n, d, decimals) {
      const given = randomProblem(1000 * n + seed, n, d, name === "multihead");
      const matrices = Object.fromEntries(
        Object.entries(given.matrices).map(([key, rows]) => [key, matrixFromRows(rows)]),
      );
      const problem = { matrices, settings: given.settings };
      const homework = { trace: record(problem), problem, record };
      const right = makeSheet(given, undefined, decimals);
      const rightCheck = checkAnswers(homework, answersOf(right, decimals, only));
      tally.right++;
      if (rightCheck.verdict === "differs") {
        tally.rejected++;
        missed[`right ${rightCheck.firstWrongStep?.id}`] =
          (missed[`right ${rightCheck.firstWrongStep?.id}`] ?? 0) + 1;
      }
      for (const mistake of mistakes) {
        const sheet = makeSheet(given, mistake, decimals);
        if (!sheet) continue;
        const answers = answersOf(sheet, decimals, only);
        const start = performance.now();
        const check = checkAnswers(homework, answers);
        tally.ms = Math.max(tally.ms, performance.now() - start);
        if (!isChanged(sheet, right, decimals, only)) continue;
        tally.changed++;
        const best = check.diagnosis[0];
        const tied = check.diagnosis.filter((found) => found.explains === best.explains);
        if (tied.some((found) => found.mistake.id === mistake)) tally.named++;
        else {
          const key = `${mistake} -> ${check.verdict} ${tied.map((found) => found.mistake.id).join("|")}`;
          missed[key] = (missed[key] ?? 0) + 1;
        }
      }
    }
    const share = (100 * tally.named) / tally.changed;
    process.stdout.write(
      `${name}, ${view}: ${tally.rejected} of ${tally.right} right sheets rejected; ${tally.named} of ${tally.changed} mistakes named (${share.toFixed(1)} %); slowest ${tally.ms.toFixed(0)} ms\n`,
    );
    if (verbose)
      for (const [key, count] of Object.entries(missed)
        .sort(([, a], [, b]) => b - a)
        .slice(0, 14))
        process.stdout.write(`    ${count} ${key}\n`);
  }
}

timeLarge();

/** Right sheets and wrong ones, of all steps and of the output alone; the median of five checks, the code being warm. */
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
      for (const [view, only] of Object.entries(views)) {
        const answers = answersOf(makeSheet(given, mistake, 3), 3, only);
        const times = Array.from({ length: 5 }, () => {
          const start = performance.now();
          checkAnswers(homework, answers);
          return performance.now() - start;
        }).sort((a, b) => a - b);
        process.stdout.write(`64×64 ${name}, ${mistake ?? "right"}, ${view}: ${times[2].toFixed(0)} ms\n`);
      }
    }
  }
}

/** Small numbers, so that the weights of 64 keys are not all 0 and 1. */
function scaledDown(problem) {
  const scale = (rows) => rows.map((row) => row.map((value) => value / 4));
  const matrices = Object.fromEntries(
    Object.entries(problem.matrices).map(([key, rows]) => [key, scale(rows)]),
  );
  return { ...problem, matrices };
}

/** A mistake that moves no number beyond rounding is none. */
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
