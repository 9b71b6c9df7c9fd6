// Builds the kernels and dist/: the library (ES modules with types, by tsc) and the command line, with the machine code of
// what it runs.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { bundleProgram } from "./bundle.js";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));

execFileSync(process.execPath, ["scripts/build-kernels.js"], { stdio: "inherit" });
rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
await bundleProgram("dist/program", version);
// What most runs need: a file that is read, and shown to people or to programs, and a command line that is left to
// commander. Each adds what only it runs.
for (const output of [["-o", "table"], ["-o", "json"], ["-ojson"]]) {
  const run = ["attend", "fixtures/inputs/please-study-man.json", ...output];
  execFileSync(process.execPath, ["scripts/write-code-cache.js", ...run], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
