// Builds the kernels and dist/: the program (command line and library in one file), the texts of the fast start, the
// library's names and types, packages that few runs need, the man page, and the licences of all contents.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFastStart } from "../bin/fast-start/build/write-texts.mjs";
import { buildPageProgram } from "./build-page-program.js";
import { bundleChunks, bundleProgram, MAIN, programOptions, writeLibrary } from "./bundle.js";
import { rollUpTypes } from "./roll-up-types.js";
import { writeLicences } from "./write-licences.js";

const about = JSON.parse(readFileSync("package.json", "utf8"));
const { version } = about;
const options = programOptions(about);

execFileSync(process.execPath, ["scripts/build-kernels.js"], { stdio: "inherit" });
execFileSync(process.execPath, ["scripts/build-page-script.js"], { stdio: "inherit" });
execFileSync(process.execPath, ["scripts/build-letters.js"], { stdio: "inherit" });
rmSync("dist", { recursive: true, force: true });
const program = await bundleProgram("dist", options);
const chunks = await bundleChunks("dist");
await writeLibrary("dist/lib/index.js", "../program.mjs");
await writeFastStart("dist/fast-start", { entry: MAIN, inputs: program.inputs, options, version });
rollUpTypes("dist/lib/index.d.ts");
const ofPages = await buildPageProgram("dist/page-program.txt");
writeLicences("dist/licences.txt", [program, ofPages, ...chunks], ["node_modules/@fontsource/dejavu-mono"]);
writeFileSync("dist/qkv.1", execFileSync(process.execPath, ["bin/qkv.js", "__man"], { env: {} }));
writeFileSync(
  "docs/playground.html",
  execFileSync(process.execPath, ["bin/qkv.js", "attend", "--demo", "--causal", "--editable", "--quiet"], {
    env: {},
  }),
);
