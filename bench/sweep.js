// The sweep of compare-scoring, 9 sizes × 7 scorings × 1000 samples, as a whole process. The time that its processor took
// stands beside the time that passed, since other work on a machine adds to the latter.
//   node bench/sweep.js [rounds=5]
import { spawnSync } from "node:child_process";

const rounds = Number(process.argv[2] ?? 5);
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const tellsCpuTime =
  "data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write(String((user+system)/1e6))})";
const command = ["bin/qkv.js", "compare-scoring", "--sweep", "d_k=2..512", "--samples", "1000", "--quiet"];

const runs = Array.from({ length: rounds }, () => {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, ["--import", tellsCpuTime, ...command], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}: ${stderr}`);
  return { passed: Number(process.hrtime.bigint() - start) / 1e9, processor: Number(stderr) };
});

const median = (pick) =>
  runs
    .map(pick)
    .sort((a, b) => a - b)
    [rounds >> 1].toFixed(2);
process.stdout.write(
  `sweep d_k=2..512, 7 scorings, 1000 samples: median ${median(({ passed }) => passed)} s (goal 5 s), ` +
    `${median(({ processor }) => processor)} s of processor time, of ${rounds}\n`,
);
