// Measures, for every form, the longest time that reading or refusing a mutated text of 64 KB takes.
//   node bench/fuzz-reading.js [mutations=40] [form]
import { pathToFileURL } from "node:url";
import { bundleSources, inFolder, print } from "./measure.js";

const GOAL_MS = 200;
const LONG = 65_536;

const mutations = Number(process.argv[2] ?? 40);
const { FORM_SAMPLES, createMutator, createRandom, longTexts, readProblem, storedBytes } = await inFolder(
  async (folder) => {
    const modules = ["input/read.ts", "../test/support/mutated-forms.ts", "../test/support/random.ts"];
    return import(pathToFileURL(await bundleSources(folder, modules)));
  },
);
const mutate = createMutator(createRandom(64));

let slowest = 0;
for (const [name, sample] of FORM_SAMPLES) {
  if (process.argv[3] !== undefined && process.argv[3] !== name) continue;
  const worst = { time: 0, text: "" };
  let count = 0;
  for (const text of [...longTexts(sample), ...longMutations(sample)]) {
    count++;
    let time = await timeOf(text);
    // Another process or a garbage collection may slow one try down. A slow reader is slow in all tries.
    for (let again = 0; again < 2 && time > worst.time; again++) time = Math.min(time, await timeOf(text));
    if (time > worst.time) Object.assign(worst, { time, text });
  }
  slowest = Math.max(slowest, worst.time);
  const excerpt = `${JSON.stringify(worst.text.slice(0, 36))}…`;
  print(`${name.padEnd(18)} ${worst.time.toFixed(0).padStart(5)} ms  slowest of ${count}: ${excerpt}`);
}
print(`slowest ${slowest.toFixed(0)} ms (goal ${GOAL_MS} ms)`);

/** Repeats the sample up to 64 KB, and mutates it at random places. */
function longMutations(sample) {
  const long = sample.repeat(LONG / sample.length);
  return Array.from({ length: mutations }, () => mutate(long));
}

async function timeOf(text) {
  const files = { openStdin: () => storedBytes(Buffer.from(text)) };
  const request = { sources: [], matrices: { query: "-" }, transpose: [], accepts: ["query"], settings: {} };
  const start = process.hrtime.bigint();
  await readProblem(request, files).catch((error) => {
    if (error.name !== "UserError") throw error;
  });
  return Number(process.hrtime.bigint() - start) / 1e6;
}
