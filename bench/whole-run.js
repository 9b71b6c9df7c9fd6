// Compares a whole run of qkv with that of a NumPy script, start included: three CSV files, attention, one CSV file in
// full precision: node bench/whole-run.js [rounds]. Build first. Without NumPy there is no comparison.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, ENV, inFolder, print, seededRandom } from "./measure.js";

const SIZES = [8, 128, 1024, 4096];
const D = 64;
const NAMES = ["query", "key", "value"];
const PROGRAM = fileURLToPath(new URL("../bin/qkv.js", import.meta.url));

const SCRIPT = `
import sys
import numpy as np
q, k, v = (np.loadtxt(path, delimiter=",", ndmin=2) for path in sys.argv[1:4])
scores = q @ k.T / np.sqrt(q.shape[1])
scores -= scores.max(axis=1, keepdims=True)
np.exp(scores, out=scores)
scores /= scores.sum(axis=1, keepdims=True)
np.savetxt(sys.argv[4], scores @ v, delimiter=",", fmt="%.17g")
`;

const rounds = Number(process.argv[2] ?? 11);
await inFolder((folder) => {
  for (const n of SIZES) {
    const paths = writeInputs(join(folder, String(n)), n);
    const options = NAMES.flatMap((name, index) => [`--${name}`, paths[index]]);
    const output = join(folder, "output.csv");
    const node = ["attend", ...options, "--only", "output", "--output", output, "--force"];
    print(`n = ${n}, d = ${D}`);
    const contenders = [["qkv", () => timeOf(process.execPath, [PROGRAM, ...node])]];
    if (hasNumpy()) contenders.push(...[1, 2].map((threads) => numpy(threads, [...paths, output])));
    compare(contenders, rounds);
  }
});

function writeInputs(folder, n) {
  mkdirSync(folder);
  const random = seededRandom(n);
  return NAMES.map((name) => {
    const lines = Array.from({ length: n }, () =>
      Array.from({ length: D }, () => 4 * random() - 2).join(","),
    );
    const path = join(folder, `${name}.csv`);
    writeFileSync(path, `${lines.join("\n")}\n`);
    return path;
  });
}

function numpy(threads, args) {
  const run = () => timeOf("python3", ["-c", SCRIPT, ...args], { OPENBLAS_NUM_THREADS: String(threads) });
  return [`NumPy, ${threads} thread${threads > 1 ? "s" : ""}`, run];
}

function hasNumpy() {
  try {
    execFileSync("python3", ["-c", "import numpy"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function timeOf(program, args, env = {}) {
  const start = performance.now();
  execFileSync(program, args, { env: { ...ENV, ...env }, stdio: "ignore" });
  return { time: performance.now() - start };
}
