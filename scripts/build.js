// Builds the kernels and dist/: the command line and the library, each in one file, the library's types in one more, the
// man page, and the licences of what the two contain.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { bundleLibrary, bundleProgram } from "./bundle.js";
import { rollUpTypes } from "./roll-up-types.js";
import { writeLicences } from "./write-licences.js";

const about = JSON.parse(readFileSync("package.json", "utf8"));

execFileSync(process.execPath, ["scripts/build-kernels.js"], { stdio: "inherit" });
rmSync("dist", { recursive: true, force: true });
const bundles = [await bundleProgram("dist/program.cjs", about), await bundleLibrary("dist/lib/index.js")];
rollUpTypes("dist/lib/index.d.ts");
writeLicences("dist/licences.txt", bundles);
writeFileSync("dist/qkv.1", execFileSync(process.execPath, ["bin/qkv.js", "__man"], { env: {} }));
