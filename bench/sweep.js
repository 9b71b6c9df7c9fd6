// The sweep of compare-scoring, 9 sizes × 7 scorings × 1000 samples, as a whole process.
//   node bench/sweep.js [rounds=5]
import { spawnSync } from "node:child_process";

const rounds = Number(process.argv[2] ?? 5);
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const command = ["bin/qkv.js", "compare-scoring", "--sweep", "d_k=2..512", "--samples", "1000"];

const seconds = Array.from({ length: rounds }, () => {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, command, { env, stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e9;
}).sort((a, b) => a - b);

process.stdout.write(
  `sweep d_k=2..512, 7 scorings, 1000 samples: median ${seconds[rounds >> 1].toFixed(2)} s of ${rounds} (goal 5 s)\n`,
);
