// Measures what a person at a shell waits for: whole processes, compared with `node -e 0`, and an attention of n =
// 1024. V8's compiled code is kept in a folder of the benchmark. The goals are those of Node 20. Later versions get a
// tenth more for --json.
//   node bench/commands.js [rounds=41] [node=this one]
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENV, median, print, seededRandom } from "./measure.js";

const [rounds = 41, node = process.execPath] = process.argv.slice(2);
const QKV = "bin/qkv.js";
const SMALL = "fixtures/inputs/please-study-man.json";

const folder = mkdtempSync(join(tmpdir(), "qkv-bench-"));
const env = { ...ENV, XDG_CACHE_HOME: folder };
const large = join(folder, "n1024.json");
writeFileSync(large, JSON.stringify(randomProblem(1024, 64)));

print(
  `Node ${spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim()}, ${rounds} rounds in turns`,
);
compareStarts();
measureLarge();
rmSync(folder, { recursive: true });

/** Runs each command once per round. A ratio is taken within a round, so that other work on the machine cancels out. */
function compareStarts() {
  const commands = [
    { name: "node -e 0", args: ["-e", "0"] },
    { name: "3×3 from JSON, --json", args: [QKV, "attend", SMALL, "--json"], goal: "1.4; after Node 20 1.5" },
    { name: "3×3 from JSON, printed in full", args: [QKV, "attend", SMALL], goal: "1.9" },
    {
      name: "the same, and no code is kept",
      args: [QKV, "attend", SMALL],
      env: { ...env, XDG_CACHE_HOME: "nowhere" },
    },
    { name: "the same, without the fast start", args: ["dist/program.cjs", "attend", SMALL] },
  ];
  const first = run(commands[2].args, env);
  const times = commands.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, command] of commands.entries()) times[at].push(run(command.args, command.env ?? env));
  }
  const [empty] = times;
  for (const [at, { name, goal }] of commands.entries()) {
    const ratio = median(times[at].map((seconds, round) => seconds / empty[round])).toFixed(2);
    const text = `${name.padEnd(32)} ${ms(median(times[at]))}   ${ratio} × node -e 0`;
    print(goal ? `${text} (goal ${goal})` : text);
  }
  print(`${"the first run, which keeps it".padEnd(32)} ${ms(first)}`);
}

/** Measures a large run. The process itself reports its peak memory. */
function measureLarge() {
  const script = join(folder, "peak.cjs");
  const report = join(folder, "peak.txt");
  const write = `require("node:fs").writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS))`;
  writeFileSync(script, `process.on("exit", () => ${write});`);
  const nowhere = openSync("/dev/null", "w");
  const runs = Array.from({ length: 7 }, () => {
    const seconds = run(["-r", script, QKV, "attend", large, "--steps", "none", "--json"], env, nowhere);
    return { seconds, peakMiB: Number(readFileSync(report, "utf8")) / 1024 };
  });
  closeSync(nowhere);
  const peak = Math.max(...runs.map(({ peakMiB }) => peakMiB)).toFixed(0);
  const time = ms(median(runs.map(({ seconds }) => seconds)));
  print(`n = 1024, d = 64, --steps none --json: ${time} (goal 1500 ms), peak memory ${peak} MiB (goal 400)`);
}

/** Runs a process and returns its seconds. stdout is a pipe, as into jq, unless another target is given. */
function run(args, env, stdout = "pipe") {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(node, args, { env, stdio: ["ignore", stdout, "inherit"] });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
  return seconds;
}

/** Draws numbers in (−1, 1) with all their digits, the same ones each time. */
function randomProblem(n, d) {
  const random = seededRandom(1);
  const next = () => 2 * random() - 1;
  const matrix = () => Array.from({ length: n }, () => Array.from({ length: d }, next));
  return { query: matrix(), key: matrix(), value: matrix() };
}

function ms(seconds) {
  return `${(seconds * 1000).toFixed(1)} ms`;
}
