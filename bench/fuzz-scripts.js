// Drawn runs of all commands, written as scripts and run: scripts that fail, and runs that give none without a reason.
//   npm run fuzz:scripts -- [numpy|torch|onnx] [runs=500] [seed=1] [--refused]
import { pathToFileURL } from "node:url";
import { bundleSources, inFolder, print } from "./measure.js";

const [dialect = "numpy", numRuns = "500", seed = "1"] = process.argv.slice(2);
const modules = ["../test/support/drawn-scripts.ts", "../test/support/python.ts"];
const { drawScripts, pythonWith, runScripts } = await inFolder(
  async (folder) => import(pathToFileURL(await bundleSources(folder, modules))),
);
const python = pythonWith(...(dialect === "numpy" ? [] : [dialect]), "numpy");
if (python === undefined) throw new Error(`no Python here has numpy and ${dialect}`);
const { scripts, refused, failed } = await drawScripts(Number(seed), Number(numRuns), dialect);
const failures = Object.entries(runScripts(python, scripts));
for (const line of failed) print(line);
if (process.argv.includes("--refused")) for (const line of refused) print(line);
for (const [name, what] of failures) print(`${name}\n    ${what.trim().replaceAll("\n", "\n    ")}`);
print(
  `${numRuns} drawn runs (seed ${seed}) in ${dialect}: ${scripts.length - failures.length} scripts agree, ${failures.length} do not, ` +
    `${refused.length} runs are refused, ${failed.length} fail`,
);
process.exitCode = failures.length + failed.length > 0 ? 1 : 0;
