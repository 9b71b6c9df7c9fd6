// Measures the sweep of compare-scoring, 9 sizes × 7 scorings × 1000 samples, as a whole process. Prints the processor
// time, too, because other work on the machine lengthens the elapsed time.
//   node bench/sweep.js [rounds=5]
import { spawnSync } from "node:child_process";
import { median, print } from "./measure.js";

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

const middle = (name) => `${median(runs.map((run) => run[name])).toFixed(2)} s`;
print(
  `sweep d_k=2..512, 7 scorings, 1000 samples: median ${middle("passed")} (goal 5 s), ` +
    `${middle("processor")} of processor time, of ${rounds}`,
);
