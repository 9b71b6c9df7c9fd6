// Runs the built program once as people (text) or programs (json) do, so that the functions they need are compiled, and
// stores that code for bin/qkv.js. Run by scripts/build.js with stdout thrown away: node write-code-cache.js text|json
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Script } from "node:vm";

const [, , kind] = process.argv;
const filename = "dist/program.js";
const script = new Script(readFileSync(filename, "latin1"), { filename });
const program = { exports: {} };
script.runInThisContext()(program.exports, createRequire(import.meta.url), program);

const argv = ["attend", "--demo", ...(kind === "json" ? ["--json"] : ["--causal"])];
process.argv.splice(2, process.argv.length, ...argv);
await program.exports.main();
writeFileSync(`${filename}.${kind}.cache`, script.createCachedData());
