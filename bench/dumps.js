// Measures how long qkv takes to judge all heads of a dump in bfloat16, right and wrong. Compares it with plain NumPy
// attention in float64 of the same file. Neither side's start counts: NumPy is timed after its import, and from qkv's
// time that of `qkv --version` is subtracted (Node's start and end, and the front of the program). The sides take turns,
// and the least time of each is compared, because other work only ever adds to a time. Both may use all cores.
//   npm run bench:dumps [-- ROUNDS]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { print } from "./measure.js";

const [rounds = 7] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "qkv-dumps-"));
const { NODE_EXTRA_CA_CERTS: _slowsEveryStart, ...inherited } = process.env;
// The code that qkv keeps for its next start lies here, so that no other build replaces it.
const env = { ...inherited, XDG_CACHE_HOME: folder };
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

for (const { shape, what, most } of CASES) {
  const file = join(folder, `${shape.join("x")}-${what}.safetensors`);
  run("python3", [SCRIPT, "write", file, ...shape.map(String), what]);
  // The first runs of a kind keep their code, and are not counted.
  start();
  judge(file, what);
  const turns = Array.from({ length: rounds }, () => ({
    start: start(),
    own: judge(file, what),
    numpy: timeNumpy(file),
  }));
  const least = (of) => Math.min(...turns.map(of));
  const seconds = least(({ own }) => own.seconds) - least((turn) => turn.start);
  const numpy = least((turn) => turn.numpy);
  const peak = Math.max(...turns.map(({ own }) => own.peak));
  const times = `${seconds.toFixed(2)} s, NumPy ${numpy.toFixed(2)} s, ${(seconds / numpy).toFixed(2)} × NumPy`;
  print(`${shape.join("×")} ${what}: ${times}, ${peak.toFixed(0)} MB (at most ${most})`);
}
rmSync(folder, { recursive: true });

/** Returns the seconds and the peak memory of one `qkv check`. Throws if its exit code does not fit the dump. */
function judge(file, what) {
  const { seconds, status, stderr } = timeQkv("check", file, "--causal");
  if (status !== (what === "right" ? 0 : 1))
    throw new Error(`${file} (${what}) ended with ${status}: ${stderr}`);
  return { seconds, peak: Number(/peak (\d+)/.exec(stderr)?.[1]) / 1000 };
}

/** Returns the seconds that a start of qkv takes. */
function start() {
  return timeQkv("--version").seconds;
}

function timeQkv(...words) {
  const report = `process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS + "\\n"))`;
  const module = `data:text/javascript,${encodeURIComponent(report)}`;
  const begin = performance.now();
  const ended = spawnSync(process.execPath, ["--import", module, "bin/qkv.js", ...words], {
    env,
    encoding: "utf8",
  });
  return { ...ended, seconds: (performance.now() - begin) / 1000 };
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
