// Runs the built program once as people do, so that the functions they need are compiled, and stores that code for
// bin/qkv.js. Run by scripts/build.js with stdout thrown away.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Script } from "node:vm";

const filename = "dist/program.js";
const script = new Script(readFileSync(filename, "latin1"), { filename });
const program = { exports: {} };
script.runInThisContext()(program.exports, createRequire(import.meta.url), program);

for (const argv of [
  ["attend", "--demo", "--json"],
  ["attend", "--demo", "--causal"],
]) {
  process.argv.splice(2, process.argv.length, ...argv);
  await program.exports.main();
}
writeFileSync(`${filename}.cache`, script.createCachedData());
