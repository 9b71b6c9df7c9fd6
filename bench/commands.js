// Whole processes against `node -e 0`, and an attention of n = 1024: what a person at a shell waits for.
//   node bench/commands.js [rounds=21]
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, print, seededRandom } from "./measure.js";

const rounds = Number(process.argv[2] ?? 21);
// Reading extra certificates takes longer than all of qkv, in every Node process.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const QKV = "bin/qkv.js";
const SMALL = "fixtures/inputs/please-study-man.json";

const folder = mkdtempSync(join(tmpdir(), "qkv-bench-"));
const large = join(folder, "n1024.json");
writeFileSync(large, JSON.stringify(randomProblem(1024, 64)));

compare("3×3 from JSON, --json", [QKV, "attend", SMALL, "--json"], 1.4);
compare("3×3 from JSON, printed in full", [QKV, "attend", SMALL], 1.9);
measure("n = 1024, d = 64, --steps none --json", [QKV, "attend", large, "--steps", "none", "--json"]);
rmSync(folder, { recursive: true });

function compare(name, command, goal) {
  const times = { qkv: [], empty: [] };
  for (let round = 0; round < rounds; round++) {
    times.qkv.push(run(command).seconds);
    times.empty.push(run(["-e", "0"]).seconds);
  }
  const ratios = times.qkv.map((seconds, round) => seconds / times.empty[round]);
  print(
    `${name}: ${median(ratios).toFixed(2)} × node -e 0 (goal ${goal}), ${ms(median(times.qkv))} against ${ms(median(times.empty))}`,
  );
}

function measure(name, command) {
  const runs = Array.from({ length: Math.min(rounds, 7) }, () => run(command));
  const peak = Math.max(...runs.map(({ peakMiB }) => peakMiB));
  print(
    `${name}: ${ms(median(runs.map(({ seconds }) => seconds)))} (goal 1500 ms), peak memory ${peak.toFixed(0)} MiB (goal 400)`,
  );
}

/** Stdout goes to a pipe, as it does into jq; the peak is the child's own account of itself. */
function run(args) {
  const script = join(folder, "peak.cjs");
  const report = join(folder, "peak.txt");
  const withPeak = args[0] === QKV && args.includes("none");
  if (withPeak) {
    writeFileSync(
      script,
      `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)));`,
    );
  }
  const stdout = withPeak ? openSync("/dev/null", "w") : "pipe";
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, [...(withPeak ? ["-r", script] : []), ...args], {
    env,
    stdio: ["ignore", stdout, "inherit"],
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (typeof stdout === "number") closeSync(stdout);
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
  return { seconds, peakMiB: withPeak ? Number(readFileSync(report, "utf8")) / 1024 : 0 };
}

/** Numbers in (−1, 1) with all their digits; the same ones each time. */
function randomProblem(n, d) {
  const random = seededRandom(1);
  const next = () => 2 * random() - 1;
  const matrix = () => Array.from({ length: n }, () => Array.from({ length: d }, next));
  return { query: matrix(), key: matrix(), value: matrix() };
}

function ms(seconds) {
  return `${(seconds * 1000).toFixed(1)} ms`;
}
