// Counts damaged texts that are misread: read as other numbers than their words say, or rejected with a crash.
//   npm run fuzz -- [cases=100000] [seed=1] [shown=20]
import { pathToFileURL } from "node:url";
import { bundleSources, inFolder, print } from "./measure.js";

const [cases = 100_000, seed = 1, shown = 20] = process.argv.slice(2).map(Number);
const { createDamager, createRandom, judgeText } = await inFolder(async (folder) => {
  const modules = [
    "../test/support/damaged-texts.ts",
    "../test/support/random.ts",
    "../test/support/misreading.ts",
  ];
  return import(pathToFileURL(await bundleSources(folder, modules)));
});
const damaged = createDamager(createRandom(seed));
const counts = { read: 0, refused: 0, misread: 0, crashed: 0 };
let told = 0;
for (let index = 0; index < cases; index++) {
  const { form, text } = damaged();
  const { outcome, what } = await judgeText(text);
  counts[outcome]++;
  if (what === undefined || told >= shown) continue;
  told++;
  print(`${outcome} ${form}: ${JSON.stringify(text)}\n    ${what}`);
}
print(`${cases} damaged texts (seed ${seed}): ${JSON.stringify(counts)}`);
