// Builds the kernels and dist/: the library (ES modules with types, by tsc) and the command line, with the machine code of
// what it runs.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { devNull } from "node:os";
import { bundleProgram } from "./bundle.js";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));

execFileSync(process.execPath, ["scripts/build-kernels.js"], { stdio: "inherit" });
rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
await bundleProgram("dist/program", version);
// What most runs need: a file that is read and shown to people or to programs. Then what is loaded beside it by a command
// line that is left to commander, and by a table of which one matrix goes to a file.
const SMALL = "fixtures/inputs/please-study-man.json";
for (const line of [
  ["all", "attend", SMALL, "-o", "table"],
  ["all", "attend", SMALL, "-o", "json"],
  ["new", "attend", SMALL, "-ojson"],
  ["new", "attend", "--x", "fixtures/inputs/tokens.csv", "-o", "csv", "--output", devNull, "--quiet"],
]) {
  execFileSync(process.execPath, ["scripts/write-code-cache.js", ...line], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
