// Measures how long qkv takes to judge all heads of a dump in bfloat16, right and wrong. Compares it with plain NumPy
// attention in float64 of the same file, in the same turn. The import of NumPy does not count, the start of qkv does.
// Both may use all cores.
//   npm run bench:dumps [-- ROUNDS]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, print } from "./measure.js";

const [rounds = 3] = process.argv.slice(2).map(Number);
const { NODE_EXTRA_CA_CERTS: _slowsEveryStart, ...env } = process.env;
const SCRIPT = "bench/dumps.py";

/**
 * Batches, heads, positions, columns; whether the dump is right; the limit, as a multiple of NumPy's time or in seconds
 * and MB.
 */
const CASES = [
  { shape: [4, 16, 512, 64], what: "right", most: "1.5 ×" },
  { shape: [4, 16, 512, 64], what: "wrong", most: "3 ×" },
  { shape: [1, 32, 2048, 128], what: "right", most: "15 s, 800 MB" },
];

const folder = mkdtempSync(join(tmpdir(), "qkv-dumps-"));
for (const { shape, what, most } of CASES) {
  const file = join(folder, `${shape.join("x")}-${what}.safetensors`);
  run("python3", [SCRIPT, "write", file, ...shape.map(String), what]);
  const turns = Array.from({ length: rounds }, () => ({ own: judge(file, what), numpy: timeNumpy(file) }));
  const seconds = median(turns.map(({ own }) => own.seconds));
  const ratio = median(turns.map(({ own, numpy }) => own.seconds / numpy));
  const peak = Math.max(...turns.map(({ own }) => own.peak));
  const times = `${seconds.toFixed(1)} s, ${ratio.toFixed(2)} × NumPy`;
  print(`${shape.join("×")} ${what}: ${times}, ${peak.toFixed(0)} MB (at most ${most})`);
}
rmSync(folder, { recursive: true });

/** Returns the seconds and the peak memory of one `qkv check`. Throws if its exit code does not fit the dump. */
function judge(file, what) {
  const report = `process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS + "\\n"))`;
  const start = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "--import",
      `data:text/javascript,${encodeURIComponent(report)}`,
      "bin/qkv.js",
      "check",
      file,
      "--causal",
    ],
    { env, encoding: "utf8" },
  );
  const seconds = (performance.now() - start) / 1000;
  if (status !== (what === "right" ? 0 : 1))
    throw new Error(`${file} (${what}) ended with ${status}: ${stderr}`);
  return { seconds, peak: Number(/peak (\d+)/.exec(stderr)?.[1]) / 1000 };
}

/** Returns the seconds that NumPy takes to read and compute the same dump. */
function timeNumpy(file) {
  return JSON.parse(run("python3", [SCRIPT, "time", file])).seconds;
}

function run(program, words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, { env, encoding: "utf8" });
  if (error || status !== 0) throw error ?? new Error(stderr);
  return stdout;
}
