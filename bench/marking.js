// Measures how often the marks of generated sheets are true. The truth of every cell, and what was done wrong, are
// known, because the plain arithmetic of test/support/student/ simulates the students; it shares nothing with src.
// docs/marking.md explains what is counted.
//   node bench/marking.js [sheets=30] [--seed N] [--only REGEXP] [--verbose]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { print } from "./measure.js";

const optionOf = (option) =>
  process.argv.includes(option) ? process.argv[process.argv.indexOf(option) + 1] : undefined;
const count = Number(/^\d+$/.test(process.argv[2]) ? process.argv[2] : 30);
const seed = Number(optionOf("--seed") ?? 1);
const only = optionOf("--only");
const verbose = process.argv.includes("--verbose");
const folder = mkdtempSync(join(tmpdir(), "qkv-marking-"));
const outfile = join(folder, "marking.mjs");
const names = ["sheets", "score", "markers", "tally"];
await build({
  stdin: {
    contents: names.map((name) => `export * from "./test/support/student/${name}.ts";`).join("\n"),
    resolveDir: process.cwd(),
  },
  ...{ bundle: true, format: "esm", platform: "node", outfile, logLevel: "error" },
  define: { QKV_VERSION: '"bench"' },
});
const {
  CATEGORIES,
  drawClass,
  drawMoved,
  drawSheets,
  isApart,
  markWithCheck: mark,
  placeOf,
  tally,
} = await import(pathToFileURL(outfile).href);
rmSync(folder, { recursive: true });

const tellFalse = (sheet, { named, wrong }) => {
  if (!verbose) return;
  print(`    ${JSON.stringify({ causes: sheet.causes, named })}`);
  for (const { key, rows, truth } of sheet.steps) {
    const cell = (value, row, col) => {
      const isMarked = wrong.has(placeOf(key, row, col));
      const mark = {
        wrong: isMarked ? "✗" : "✗ (missed)",
        sound: isMarked ? "✗ (false)" : "",
        either: isMarked ? "(✗)" : "(✓)",
      };
      return `${value}${mark[truth[row][col]]}`;
    };
    const lines = rows.map((cells, row) => cells.map((value, col) => cell(value, row, col)).join(" "));
    print(`        ${key}: ${lines.join("; ")}`);
  }
};
const start = performance.now();
const [all, apart] = [[], []];
for (const name of Object.keys(CATEGORIES)) {
  if (only && !new RegExp(only).test(name)) continue;
  const found = tally(drawSheets(name, seed, count), mark, tellFalse);
  (isApart(name) ? apart : all).push(found);
  const { sheets, allTrue, falseMarks, falseCauses, rejected } = found;
  print(
    `${name}: all true ${allTrue} of ${sheets}; with a false ✗ ${falseMarks}, with a false cause ${falseCauses}, rejected ${rejected}`,
  );
}
for (const [name, found] of [
  ["all that has a name", all],
  ["what has no name, or was rounded now and then", apart],
]) {
  const sum = (key) => found.reduce((total, one) => total + one[key], 0);
  const share = ((100 * sum("allTrue")) / sum("sheets")).toFixed(1);
  print(
    `${name}: all true ${sum("allTrue")} of ${sum("sheets")} (${share} %); with a false ✗ ${sum("falseMarks")}, with a false cause ${sum("falseCauses")}`,
  );
}
for (const units of only ? [] : [2, 3, 4, 10]) {
  const { rejected, sheets } = tally(drawMoved(seed, 3 * count, units), mark, () => {});
  print(`a last cell ${units} units off: noticed in ${rejected} of ${sheets}`);
}
print(`${((performance.now() - start) / 1000).toFixed(1)} s`);

/** Returns the CPU time per sheet of marking a class. Other programs hardly change it. */
function markClass(sheets) {
  const before = process.cpuUsage();
  for (const sheet of sheets) mark(sheet);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / sheets.length;
}
const OF_A_CLASS = 300;
if (!only) {
  const each = markClass(drawClass(seed, OF_A_CLASS));
  print(`a class: ${OF_A_CLASS} different sheets of one problem, ${each.toFixed(1)} ms each`);
}
