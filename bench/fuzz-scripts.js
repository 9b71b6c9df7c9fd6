// Draws runs of all commands, writes them as scripts or models, and runs these. Prints the runs whose results differ,
// and those that fail without a reason.
//   npm run fuzz:scripts -- [numpy|torch|onnx] [runs=500] [seed=1] [--refused]
import { pathToFileURL } from "node:url";
import { bundleSources, inFolder, print } from "./measure.js";

const [dialect = "numpy", numRuns = "500", seed = "1"] = process.argv.slice(2);
const modules = ["drawn-scripts", "python", "onnx-runtime"].map((name) => `../test/support/${name}.ts`);
const { writeDrawnRuns, scriptOf, pythonWith, runScripts, verdictOf } = await inFolder(
  async (folder) => import(pathToFileURL(await bundleSources(folder, modules))),
);
const { written, refused, failed } = await writeDrawnRuns(Number(seed), Number(numRuns), dialect);
const failures = dialect === "onnx" ? await failuresOfModels() : failuresOfScripts();
for (const line of failed) print(line);
if (process.argv.includes("--refused")) for (const line of refused) print(line);
for (const [name, what] of failures) print(`${name}\n    ${what.trim().replaceAll("\n", "\n    ")}`);
print(
  `${numRuns} drawn runs (seed ${seed}) in ${dialect}: ${written.length - failures.length} agree, ${failures.length} do not, ` +
    `${refused.length} are refused, ${failed.length} fail`,
);
process.exitCode = failures.length + failed.length > 0 ? 1 : 0;

function failuresOfScripts() {
  const python = pythonWith(...(dialect === "numpy" ? [] : [dialect]), "numpy");
  if (python === undefined) throw new Error(`no Python here has numpy and ${dialect}`);
  return Object.entries(runScripts(python, written.map(scriptOf)));
}

async function failuresOfModels() {
  const verdicts = [];
  for (const { name, files } of written) {
    const own = [];
    for (const bytes of Object.values(files)) own.push(await verdictOf(bytes));
    if (own.some((verdict) => verdict !== "agrees")) verdicts.push([name, own.join("; ")]);
  }
  return verdicts;
}
