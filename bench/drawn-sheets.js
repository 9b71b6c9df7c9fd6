// Draws sheets that contain their own problem, each right and with one wrong cell, and counts how they are judged.
// Prints the sheets that are judged otherwise.
//   node bench/drawn-sheets.js [sheets=600] [seed=1] [shown=20]
import { pathToFileURL } from "node:url";
import { bundleSources, inFolder, print } from "./measure.js";

const [sheets = 600, seed = 1, shown = 20] = process.argv.slice(2).map(Number);
const { createRandom, drawSheet, judgeDrawn } = await inFolder(async (folder) => {
  const modules = ["../test/support/drawn-sheets.ts", "../test/support/random.ts"];
  return import(pathToFileURL(await bundleSources(folder, modules)));
});
const OUTCOMES = [
  "right as right",
  "wrong as wrong",
  "right as wrong",
  "wrong as right",
  "unsure",
  "refused",
];
const counts = new Map();
let told = 0;
const start = process.hrtime.bigint();
for (let index = 0; index < sheets; index++) {
  const isRight = index % 2 === 0;
  const sheet = drawSheet(createRandom(1_000_003 * seed + (index >> 1)), isRight);
  const truth = isRight ? "right" : "wrong";
  const answer = await judgeDrawn(sheet);
  const outcome = ["right", "wrong"].includes(answer) ? `${truth} as ${answer}` : answer;
  const ofKind = counts.get(sheet.kind) ?? {};
  counts.set(sheet.kind, { ...ofKind, [outcome]: (ofKind[outcome] ?? 0) + 1 });
  if (answer === truth || told >= shown) continue;
  told++;
  print(
    `${outcome === answer ? `${truth}, ${answer}` : outcome}: ${sheet.kind}, ${sheet.form}\n${sheet.text}`,
  );
}
const time = Number(process.hrtime.bigint() - start) / 1e6 / sheets;
const line = (name, cells) => print(name.padEnd(24) + cells.map((cell) => `${cell}`.padStart(16)).join(""));
line("", OUTCOMES);
const all = {};
for (const [kind, found] of [...counts].sort()) {
  line(
    kind,
    OUTCOMES.map((name) => found[name] ?? 0),
  );
  for (const name of OUTCOMES) all[name] = (all[name] ?? 0) + (found[name] ?? 0);
}
line(
  "all",
  OUTCOMES.map((name) => all[name]),
);
print(`${sheets} drawn sheets (seed ${seed}), ${time.toFixed(1)} ms a sheet`);
