// Compiles assembly/ to WebAssembly and writes it, as text, to src/math/kernels/module.ts.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "qkv-kernels-"));
const outFile = join(folder, "kernels.wasm");
execFileSync(
  process.execPath,
  [
    "node_modules/assemblyscript/bin/asc.js",
    "assembly/index.ts",
    ...["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd,threads", "--use", "abort="],
    ...["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
    ...["--outFile", outFile],
  ],
  { stdio: "inherit" },
);
const text = readFileSync(outFile).toString("base64");
rmSync(folder, { recursive: true });
writeFileSync(
  "src/math/kernels/module.ts",
  `// Written by scripts/build-kernels.js from assembly/.\nexport const MODULE =\n  "${text}";\n`,
);
