// Counts how many damaged sheets are read, read with a warning, or misread without one.
//   node bench/fuzz-sheets.js [sheets=3000] [seed=1] [shown=20]
import { pathToFileURL } from "node:url";
import { bundleSources, inFolder, print } from "./measure.js";

const [sheets = 3000, seed = 1, shown = 20] = process.argv.slice(2).map(Number);
const { createRandom, createSheetDamager, judgeDamaged } = await inFolder(async (folder) => {
  const modules = ["../test/support/damaged-sheets.ts", "../test/support/random.ts"];
  return import(pathToFileURL(await bundleSources(folder, modules)));
});
const damaged = createSheetDamager(createRandom(seed));
const counts = { read: 0, flagged: 0, lost: 0, misread: 0 };
let falselyRight = 0;
let told = 0;
const start = process.hrtime.bigint();
for (let index = 0; index < sheets; index++) {
  const sheet = damaged();
  const { outcome, isFalselyRight, what } = judgeDamaged(sheet);
  counts[outcome]++;
  if (isFalselyRight) falselyRight++;
  if ((outcome === "read" && !isFalselyRight) || outcome === "flagged" || told >= shown) continue;
  told++;
  print(
    `${outcome}${isFalselyRight ? ", wrong called right" : ""}: ${sheet.form}, ${sheet.damage}: ${what}\n${sheet.text}\n`,
  );
}
const time = Number(process.hrtime.bigint() - start) / 1e6 / sheets;
print(
  `${sheets} damaged sheets (seed ${seed}): ${JSON.stringify(counts)}, wrong called right: ${falselyRight}, ${time.toFixed(1)} ms a sheet`,
);
