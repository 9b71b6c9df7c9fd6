// Counts how many functions in how many files a command line enters, by V8's own count. This shows how much code one
// run involves.
//   node scripts/functions-entered.js [COMMAND LINE …]
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const LINES = ["attend --demo", "multihead --demo", "check --demo"];
const asked = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "qkv-entered-"));
const program = join(folder, "program.cjs");
await build({
  stdin: { contents: `import { main } from "./src/cli/main.ts"; main(".");`, resolveDir: process.cwd() },
  bundle: true,
  platform: "node",
  target: "node20",
  outfile: program,
  define: { QKV_VERSION: '"counted"' },
});
const text = readFileSync(program, "utf8");
/** Where the text of each file begins in the bundle. */
const files = [...text.matchAll(/^\/\/ (\S+)$/gm)].map(({ index, 1: path }) => ({ index, path }));

for (const line of asked.length > 0 ? [asked.join(" ")] : LINES) {
  const entered = enteredBy(line.split(" "));
  const own = entered.filter(({ path }) => path?.startsWith("src/"));
  const paths = new Set(own.map(({ path }) => path));
  process.stdout.write(`${line.padEnd(20)} ${own.length} functions in ${paths.size} files\n`);
}
rmSync(folder, { recursive: true });

/** Returns the functions that a command line enters, with the file of each. */
function enteredBy(words) {
  const coverage = mkdtempSync(join(folder, "coverage-"));
  const env = { ...process.env, NODE_V8_COVERAGE: coverage };
  const { status, stderr } = spawnSync(process.execPath, [program, ...words], { env, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const reports = readdirSync(coverage).map((name) => JSON.parse(readFileSync(join(coverage, name), "utf8")));
  const scripts = reports.flatMap(({ result }) =>
    result.filter(({ url }) => url === pathToFileURL(program).href),
  );
  return scripts.flatMap(({ functions }) =>
    functions
      .filter(({ functionName, ranges: [{ count }] }) => functionName !== "" && count > 0)
      .map(({ ranges: [{ startOffset }] }) => ({
        path: files.findLast(({ index }) => index < startOffset)?.path,
      })),
  );
}
