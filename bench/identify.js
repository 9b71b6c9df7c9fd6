// Counts how many of the 6,480 settings of nine conventions `qkv identify` distinguishes, in float32 and in bfloat16.
// The answers come from a kernel of plain loops, test/support/probed-kernel.ts.
//   node bench/identify.js [every=1] [--from K] [--softcap C] [--verbose]: every N-th setting, from the K-th on
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { print } from "./measure.js";

const every = Number(process.argv[2] ?? 1) || 1;
const numberOf = (flag, otherwise) =>
  process.argv.includes(flag) ? Number(process.argv[process.argv.indexOf(flag) + 1]) : otherwise;
const from = numberOf("--from", 0);
const softcap = numberOf("--softcap", 30);
const verbose = process.argv.includes("--verbose");
const folder = mkdtempSync(join(process.cwd(), "node_modules", ".identify-"));
const outfile = join(folder, "identify.mjs");
await build({
  stdin: {
    contents: `export * from "./test/support/identified.ts"; export { allConventions } from "./test/support/probed-kernel.ts";`,
    resolveDir: process.cwd(),
  },
  ...{ bundle: true, format: "esm", platform: "node", outfile, logLevel: "error", packages: "external" },
});
const { misidentified, allConventions } = await import(pathToFileURL(outfile).href);
rmSync(folder, { recursive: true });

for (const type of ["float32", "bfloat16"]) {
  let [right, count] = [0, 0];
  const start = performance.now();
  for (const [index, conventions] of allConventions().entries()) {
    if (index % every !== from) continue;
    count++;
    const wrong = misidentified(conventions, type, softcap);
    if (wrong.length === 0) right++;
    else if (verbose) print(`${type} ${JSON.stringify(conventions)}: ${wrong.join(", ")}`);
  }
  print(`${type}: ${right} of ${count}, ${((performance.now() - start) / count).toFixed(1)} ms each`);
}
