// Compiles assembly/ to WebAssembly modules and writes them, as text, to src/math/kernels/. Attention uses memory that
// threads share, and has two builds: one for every engine, and one with relaxed vectors. Reading and writing of numbers
// uses a few fixed pages.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SHARED = ["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"];

build("assembly/index.ts", "src/math/kernels/module.ts", ["--enable", "simd,threads", ...SHARED]);
build("assembly/index.ts", "src/math/kernels/relaxed-module.ts", [
  ...["--enable", "simd,threads,relaxed-simd", ...SHARED],
]);
build("assembly/text/index.ts", "src/math/kernels/text-module.ts", [
  ...["--enable", "simd", "--initialMemory", "32", "--maximumMemory", "32"],
]);

function build(entry, target, options) {
  const folder = mkdtempSync(join(tmpdir(), "qkv-kernels-"));
  const outFile = join(folder, "kernels.wasm");
  const common = ["-O3", "--noAssert", "--runtime", "stub", "--use", "abort=", "--outFile", outFile];
  execFileSync(process.execPath, ["node_modules/assemblyscript/bin/asc.js", entry, ...common, ...options], {
    stdio: "inherit",
  });
  const text = readFileSync(outFile).toString("base64");
  rmSync(folder, { recursive: true });
  writeFileSync(
    target,
    `// Written by scripts/build-kernels.js from ${entry}.\nexport const MODULE =\n  "${text}";\n`,
  );
}
