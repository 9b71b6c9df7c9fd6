// Measures attention of n queries and keys, d = 64, float64: the kernel on one thread and on two. Compares it with the
// same in plain TypeScript, with the build without relaxed vectors (if this Node uses the other), and with the peers
// that are installed. They take turns in one run. A turn is a pause, in which the previous peer's threads fall asleep,
// a run to warm up, and three runs that count. A ratio is the median over the rounds.
//   node bench/attention.js [rounds=5] [--wide]
// --wide: with 256-bit vectors, as in the command line. V8 then uses them in every build, so the builds are not
// compared.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { median, print } from "./measure.js";
import { D, pythonWith, startNumpy, startTorch } from "./peers.js";

const isWide = process.argv.includes("--wide");
const rounds = Number(process.argv.slice(2).find((word) => word !== "--wide") ?? 5);
const PAUSE_MS = 150;
const RUNS = 3;
const folder = mkdtempSync(join(tmpdir(), "qkv-attention-"));
const library = await loadLibrary();
const { attendByKernel, loadKernels, inviteHelper, HELPER, multiplyPlainly, transpose, attendPlainly } =
  library;
if (isWide) library.allowWideVectors();
const kernels = loadKernels();
if (isWide && !kernels.isWide)
  throw new Error("this Node or processor has no vectors of 256 bits for WebAssembly");
const plainKernels = library.compileKernels(library.BUILDS.plain);
const relaxedKernels = library.compileKernels(library.BUILDS.relaxed);

const multiplyThenAdd = (a, b, c) => `f64x2.add(f64x2.mul(${a}, ${b}), ${c})`;
print(
  `128-bit multiply and add, one thread: ${(await measurePeak("simd", multiplyThenAdd)).toFixed(1)} GFLOP/s`,
);
if (relaxedKernels) {
  const atOnce = (a, b, c) => `f64x2.relaxed_madd(${a}, ${b}, ${c})`;
  print(`  in one instruction: ${(await measurePeak("simd,relaxed-simd", atOnce)).toFixed(1)} GFLOP/s`);
}
await compareAll(
  1,
  [512, 1024, 2048, 4096],
  [
    ...(relaxedKernels && !isWide ? [{ name: "the plain build", time: timeOfKernels(plainKernels) }] : []),
    { name: "plain TypeScript", largest: 2048, isDense: true, time: timeOfWork(attendPlainSteps) },
    { name: "ml-matrix", largest: 1024, isDense: true, time: loadMlMatrix() },
    { name: "NumPy", ...startNumpy(1) },
    { name: "torch math", ...startTorch(1, "MATH") },
    { name: "torch flash", ...startTorch(1, "FLASH_ATTENTION") },
  ],
);
const helper = await startHelper();
await compareAll(
  2,
  [1024, 2048, 4096],
  [
    { name: "NumPy", ...startNumpy(2) },
    { name: "torch math", ...startTorch(2, "MATH") },
    { name: "torch flash", ...startTorch(2, "FLASH_ATTENTION") },
  ],
);
await helper.terminate();
reportErrors();
rmSync(folder, { recursive: true });

/**
 * Compares the kernel with its peers. A peer has time(n, causal), which returns seconds; undefined if it is not
 * installed. `largest`: it is too slow for larger n. `isDense`: it computes a causal attention in full, as if there
 * were no mask.
 */
async function compareAll(threads, sizes, peers) {
  print(`${threads} thread${threads > 1 ? "s" : ""}`);
  for (const { name, time } of peers) if (!time) print(`  ${name} is not installed: skipped`);
  for (const causal of [false, true]) {
    for (const n of sizes) {
      const able = peers.filter(
        ({ time, largest = n, isDense }) => time && n <= largest && !(causal && isDense),
      );
      await compare(n, causal, able);
    }
  }
  for (const { end } of peers) end?.();
}

async function compare(n, causal, peers) {
  const own = timeOfKernels(kernels);
  const times = [];
  const ratios = peers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const time = await takeTurn(own, n, causal);
    times.push(time);
    for (const [index, peer] of peers.entries()) {
      ratios[index].push((await takeTurn(peer.time, n, causal)) / time);
    }
  }
  const time = median(times);
  const speed = causal ? "" : `, ${((4 * n * n * D) / time / 1e9).toFixed(1)} GFLOP/s`;
  const beside = peers.map(({ name }, index) => `; ${median(ratios[index]).toFixed(2)} × ${name}`);
  print(`  n = ${n}${causal ? ", causal" : ""}: ${(1000 * time).toFixed(1)} ms${speed}${beside.join("")}`);
}

async function takeTurn(time, n, causal) {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  await time(n, causal);
  const times = [];
  for (let run = 0; run < RUNS; run++) times.push(await time(n, causal));
  return median(times);
}

function timeOfKernels(kernels) {
  return timeOfWork((problem) => attendByKernel(kernels, problem));
}

function timeOfWork(work) {
  const problems = new Map();
  return (n, causal) => {
    const key = `${n} ${causal}`;
    if (!problems.has(key)) problems.set(key, randomAttention(n, causal));
    const problem = problems.get(key);
    return timeOf(() => work(problem));
  };
}

/** Computes attention with ml-matrix, as its documentation does. */
function loadMlMatrix() {
  try {
    const { Matrix } = createRequire(import.meta.url)("ml-matrix");
    const matrixOf = ({ rows, cols, data }) => Matrix.from1DArray(rows, cols, data);
    return (n) => {
      const [q, k, v] = Object.values(randomAttention(n, false)).slice(0, 3).map(matrixOf);
      return timeOf(() => {
        const weights = q.mmul(k.transpose()).div(Math.sqrt(D));
        weights.subColumnVector(weights.max("row")).exp();
        weights.divColumnVector(weights.sum("row"));
        return weights.mmul(v);
      });
    };
  } catch {
    return undefined;
  }
}

async function startHelper() {
  const invitation = inviteHelper();
  const script = `const { workerData } = require("node:worker_threads"); (${HELPER})(workerData);`;
  const worker = new Worker(script, { eval: true, workerData: invitation });
  await new Promise((resolve) => worker.once("online", resolve));
  return worker;
}

/** Computes the steps as they are recorded, with every n×m matrix kept. */
function attendPlainSteps({ query, key, value, scale }) {
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

/**
 * Measures multiply and add on twelve independent pairs, so that none waits for another. The factor is an argument,
 * because V8 loads a constant again at each use.
 */
async function measurePeak(features, multiplyAdd) {
  const source = join(folder, "peak.ts");
  const lanes = Array.from({ length: 12 }, (_, index) => `a${index}`);
  writeFileSync(
    source,
    `export function run(count: i32, added: f64, factor: f64): f64 {
  const x = f64x2.splat(added), y = f64x2.splat(factor);
  let ${lanes.map((lane) => `${lane} = x`).join(", ")};
  for (let i = 0; i < count; i++) { ${lanes.map((lane) => `${lane} = ${multiplyAdd(lane, "y", "x")};`).join(" ")} }
  return f64x2.extract_lane(${lanes.reduce((sum, lane) => `f64x2.add(${sum}, ${lane})`)}, 0);
}\n`,
  );
  const outFile = join(folder, "peak.wasm");
  const options = ["-O3", "--noAssert", "--runtime", "stub", "--enable", features, "--outFile", outFile];
  spawnSync(process.execPath, ["node_modules/assemblyscript/bin/asc.js", source, ...options]);
  const { instance } = await WebAssembly.instantiate(readFileSync(outFile), {});
  const count = 2_000_000;
  const times = Array.from({ length: 9 }, () =>
    timeOf(() => instance.exports.run(count, 1.0000001, 0.9999999)),
  );
  return (count * lanes.length * 4) / Math.min(...times) / 1e9;
}

/** Prints the largest and the rms difference from long double, for the kernel, the plain loop and the peers. */
function reportErrors() {
  const python = pythonWith("torch") ?? pythonWith("numpy");
  if (!python) return;
  const n = 1024;
  const problem = randomAttention(n, false);
  const { query, key, value } = problem;
  const files = {
    ...{ query, key, value },
    kernel: attendByKernel(kernels, problem).output,
    plainBuild: attendByKernel(plainKernels, problem).output,
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
outputs = {"kernel": read("kernel"), "its plain build": read("plainBuild"), "plain loop": read("plain"), "NumPy": attend(q, k, v)}
try:
    import torch
    from torch.nn.attention import sdpa_kernel, SDPBackend
    with sdpa_kernel(SDPBackend.FLASH_ATTENTION):
        flash = torch.nn.functional.scaled_dot_product_attention(*(torch.from_numpy(x)[None, None] for x in (q, k, v)))
    outputs["torch flash"] = flash[0, 0].numpy()
except ImportError: pass
for name, o in outputs.items():
    error = abs(o - exact) / abs(exact).max(1, keepdims=True) / 2.0**-52
    print(f"error against long double, {name}: rms {np.sqrt((error**2).mean()):.2f} eps, largest {error.max():.1f} eps of the row's largest")
`;
  print(spawnSync(python, ["-c", script], { encoding: "utf8" }).stdout.trimEnd());
}

async function loadLibrary() {
  const outfile = join(folder, "library.mjs");
  const kernelNames = ["attention", "instance", "helper", "wide"].map((name) => `math/kernels/${name}`);
  const contents = [...kernelNames, "math/product", "math/matrix", "math/attention"].map(
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
