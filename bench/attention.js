// Attention of n queries and keys, d = 64, float64: the kernel on one thread and on two, the same in tiled TypeScript, and
// NumPy where python3 has it. Times alternate in one run; a ratio is the median over the rounds.
//   node bench/attention.js [rounds=5]
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";

const rounds = Number(process.argv[2] ?? 5);
const D = 64;
const folder = mkdtempSync(join(tmpdir(), "qkv-attention-"));
const { attendByKernel, loadKernels, inviteHelper, HELPER, multiplyPlainly, transpose, attendPlainly } =
  await loadLibrary();
const kernels = loadKernels();
const numpy = { 1: startNumpy(1), 2: startNumpy(2) };
if (!numpy[1]) print("numpy is not installed: skipped");
print("ml-matrix, torch and octave are not installed with this project: skipped");

print(`128-bit multiply and add, one thread: ${(await measurePeak()).toFixed(1)} GFLOP/s`);
for (const causal of [false, true]) {
  for (const n of [512, 1024, 2048, 4096]) await compare(n, causal);
}
const invitation = inviteHelper();
const helper = new Worker(`const { workerData } = require("node:worker_threads"); (${HELPER})(workerData);`, {
  eval: true,
  workerData: invitation,
});
await new Promise((resolve) => helper.once("online", resolve));
print("with a second thread");
for (const causal of [false, true]) {
  for (const n of [1024, 2048, 4096]) await compareTwo(n, causal);
}
await helper.terminate();
for (const child of Object.values(numpy)) child?.end();
reportErrors();
rmSync(folder, { recursive: true });

async function compare(n, causal) {
  const problem = randomAttention(n, causal);
  const times = { kernel: [], plain: [], numpy: [] };
  for (let round = 0; round < rounds; round++) {
    times.kernel.push(timeOf(() => attendByKernel(kernels, problem)));
    if (n <= 2048 && !causal) times.plain.push(timeOf(() => attendInTiles(problem)));
    if (numpy[1]) times.numpy.push(await numpy[1].time(n, causal));
  }
  const speed = (4 * n * n * D) / median(times.kernel) / 1e9;
  print(
    [
      `n = ${n}${causal ? ", causal" : ""}: ${ms(times.kernel)}`,
      ...(causal ? [] : [`${speed.toFixed(1)} GFLOP/s`]),
      ...ratioTo("tiled TypeScript", times.plain, times.kernel),
      ...ratioTo("NumPy on 1 thread", times.numpy, times.kernel),
    ].join("; "),
  );
}

async function compareTwo(n, causal) {
  const problem = randomAttention(n, causal);
  const times = { kernel: [], numpy: [] };
  for (let round = 0; round < rounds; round++) {
    times.kernel.push(timeOf(() => attendByKernel(kernels, problem)));
    if (numpy[2]) times.numpy.push(await numpy[2].time(n, causal));
  }
  const beside = ratioTo("NumPy on 2 threads", times.numpy, times.kernel);
  print([`n = ${n}${causal ? ", causal" : ""}: ${ms(times.kernel)}`, ...beside].join("; "));
}

function ratioTo(name, theirs, ours) {
  if (theirs.length === 0) return [];
  return [`${median(theirs.map((time, round) => time / ours[round])).toFixed(2)} × ${name}`];
}

/** The steps as they are recorded, with every n×m matrix kept. */
function attendInTiles({ query, key, value, scale }) {
  const { rows, cols, data } = multiplyPlainly(query, key);
  for (let row = 0; row < rows; row++) {
    const weights = data.subarray(row * cols, (row + 1) * cols);
    const largest = weights.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let col = 0; col < cols; col++) {
      weights[col] = Math.exp((weights[col] - largest) * scale);
      sum += weights[col];
    }
    for (let col = 0; col < cols; col++) weights[col] /= sum;
  }
  return multiplyPlainly({ rows, cols, data }, transpose(value));
}

function randomAttention(n, causal) {
  const matrix = () => ({ rows: n, cols: D, data: Float64Array.from({ length: n * D }, normal) });
  return {
    ...{ query: matrix(), key: matrix(), value: matrix(), scale: 1 / Math.sqrt(D) },
    ...{ low: new Float64Array(n), high: Float64Array.from({ length: n }, (_, i) => (causal ? i + 1 : n)) },
  };
}

function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

/** A Python that answers "n causal" with the seconds that the attention took as the books write it. */
function startNumpy(threads) {
  const script = `
import sys, time, numpy as np
for line in sys.stdin:
    n, causal = map(int, line.split())
    q, k, v = (np.random.default_rng(1).standard_normal((n, ${D})) for _ in range(3))
    start = time.perf_counter()
    s = q @ k.T / 8
    if causal: s[np.triu_indices(n, 1)] = -np.inf
    e = np.exp(s - s.max(1, keepdims=True))
    o = e / e.sum(1, keepdims=True) @ v
    print(time.perf_counter() - start, flush=True)
`;
  if (spawnSync("python3", ["-c", "import numpy"]).status !== 0) return undefined;
  const { OPENBLAS_CORETYPE: _, ...env } = process.env;
  const child = spawn("python3", ["-c", script], {
    env: { ...env, OPENBLAS_NUM_THREADS: String(threads) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    end: () => child.stdin.end(),
    async time(n, causal) {
      child.stdin.write(`${n} ${Number(causal)}\n`);
      return Number((await lines.next()).value);
    },
  };
}

/** Multiplies and adds on eight independent pairs, as fast as they go. */
async function measurePeak() {
  const source = join(folder, "peak.ts");
  const lanes = Array.from({ length: 12 }, (_, index) => `a${index}`);
  writeFileSync(
    source,
    `export function run(count: i32): f64 {
  const x = f64x2.splat(1.0000001), y = f64x2.splat(0.9999999);
  let ${lanes.map((lane) => `${lane} = x`).join(", ")};
  for (let i = 0; i < count; i++) { ${lanes.map((lane) => `${lane} = f64x2.add(f64x2.mul(${lane}, y), x);`).join(" ")} }
  return f64x2.extract_lane(${lanes.reduce((sum, lane) => `f64x2.add(${sum}, ${lane})`)}, 0);
}\n`,
  );
  const outFile = join(folder, "peak.wasm");
  const options = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--outFile", outFile];
  spawnSync(process.execPath, ["node_modules/assemblyscript/bin/asc.js", source, ...options]);
  const { readFileSync } = await import("node:fs");
  const { instance } = await WebAssembly.instantiate(readFileSync(outFile), {});
  const count = 2_000_000;
  const times = Array.from({ length: 9 }, () => timeOf(() => instance.exports.run(count)));
  return (count * lanes.length * 4) / Math.min(...times) / 1e9;
}

/** The largest and the rms difference from long double, of the kernel, of the plain loop and of NumPy. */
function reportErrors() {
  if (!numpy[1]) return;
  const n = 1024;
  const problem = randomAttention(n, false);
  const { query, key, value } = problem;
  const files = {
    ...{ query, key, value },
    kernel: attendByKernel(kernels, problem).output,
    plain: attendPlainly(problem).output,
  };
  for (const [name, { data }] of Object.entries(files)) {
    writeFileSync(join(folder, name), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const script = `
import numpy as np
read = lambda name: np.fromfile(r"${folder}/" + name).reshape(${n}, ${D})
q, k, v = map(read, ("query", "key", "value"))
def attend(q, k, v):
    s = q @ k.T / 8
    e = np.exp(s - s.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True) @ v
exact = attend(*(x.astype(np.longdouble) for x in (q, k, v)))
for name, o in (("kernel", read("kernel")), ("plain loop", read("plain")), ("NumPy", attend(q, k, v))):
    error = abs(o - exact) / abs(exact).max(1, keepdims=True) / 2.0**-52
    print(f"error against long double, {name}: rms {np.sqrt((error**2).mean()):.2f} eps, largest {error.max():.1f} eps of the row's largest")
`;
  process.stdout.write(spawnSync("python3", ["-c", script], { encoding: "utf8" }).stdout);
}

async function loadLibrary() {
  const outfile = join(folder, "library.mjs");
  const names = ["math/kernels/attention", "math/kernels/instance", "math/kernels/helper", "math/product"];
  const contents = [...names, "math/matrix", "math/attention"].map(
    (name) => `export * from "./src/${name}.ts";`,
  );
  await build({
    stdin: { contents: contents.join("\n"), resolveDir: process.cwd() },
    ...{ bundle: true, format: "esm", platform: "node", outfile },
  });
  return import(outfile);
}

function timeOf(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function ms(times) {
  return `${(1000 * median(times)).toFixed(1)} ms`;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
