// Measures what a size costs, for docs/outgrow.md: one head of 64 columns without a mask, float64, by qkv, by a NumPy
// script of every step, and by torch's own call. Prints the processor seconds and the peak memory of one run each,
// minus what the same program takes at n = 16.
//   node bench/outgrow.js [n…=1024 2048 4096]
import { execFileSync } from "node:child_process";
import { print } from "./measure.js";

const PYTHON = "/usr/bin/python3";
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1024, 2048, 4096];

const STEPS = `
r = np.random.default_rng(0); q, k, v = (r.standard_normal((n, 64)) for _ in range(3))
scores = q @ k.T; scaled = scores / 8; powers = np.exp(scaled); sums = powers.sum(1, keepdims=True); weights = powers / sums
output = weights @ v`;
const CALL = `
torch.set_num_threads(1); torch.set_default_dtype(torch.float64); torch.manual_seed(0)
q, k, v = (torch.randn(1, 1, n, 64) for _ in range(3)); output = torch.nn.functional.scaled_dot_product_attention(q, k, v)`;
const REPORT = `
import resource
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)`;

const contenders = {
  "qkv, the output alone": (n) => [
    process.execPath,
    [
      "--eval",
      QKV,
      "attend",
      "--random",
      "--length",
      `${n}`,
      "--d-model",
      "64",
      "--only",
      "output",
      "-o",
      "npy",
      "--output",
      "/dev/null",
      "--quiet",
    ],
  ],
  "NumPy, every step": (n) => [PYTHON, ["-c", `import numpy as np\nn = ${n}${STEPS}${REPORT}`]],
  "torch, its own call": (n) => [PYTHON, ["-c", `import torch\nn = ${n}${CALL}${REPORT}`]],
};

/** Runs the command line in this process, and prints what it took at the end. */
const QKV = `
process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  require("node:fs").writeSync(1, (user + system) / 1e6 + " " + process.resourceUsage().maxRSS / 1024 + "\\n");
});
process.argv.splice(1, 0, "qkv");
import("./bin/qkv.js");`;

function measure([program, args]) {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1" };
  const said = execFileSync(program, args, { env, encoding: "utf8" });
  return said.trim().split("\n").at(-1).split(" ").map(Number);
}

for (const [name, run] of Object.entries(contenders)) {
  const [start, floor] = measure(run(16));
  for (const n of sizes) {
    const [seconds, memory] = measure(run(n));
    print(
      `${name.padEnd(24)} n = ${n}: ${(seconds - start).toFixed(2)} s, ${(memory - floor).toFixed(0)} MiB`,
    );
  }
}
