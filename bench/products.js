// Measures products A·B of n×k and k×m numbers by the kernel on one thread, with sums in float64 and in float32
// (--dtype), in turns:
//   node bench/products.js [rounds=9]
// B has the layouts of weights: float64 in memory, and float32 as in a model file; products go along its rows or
// columns.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { median, print, seededRandom } from "./measure.js";

const rounds = Number(process.argv[2] ?? 9);
const SIZES = [
  ["square", 1024, 1024, 1024],
  ["512 tokens, a projection", 512, 768, 768],
  ["64 tokens, feed-forward", 64, 768, 3072],
  ["64 tokens, logits", 64, 768, 50257],
];
const folder = mkdtempSync(join(tmpdir(), "qkv-products-"));
try {
  const { loadKernels, multiplyByKernel, storedMatrix } = await loadLibrary();
  const kernels = loadKernels();
  for (const [name, n, k, m] of SIZES) {
    const random = seededRandom(n + m);
    const drawn = (rows, cols) => {
      const data = Float64Array.from({ length: rows * cols }, () => Math.fround(2 * random() - 1));
      return { rows, cols, data };
    };
    const a = drawn(n, k);
    print(`${name}: ${n}×${k} by ${k}×${m}`);
    for (const [dotted, b] of [
      ["rows", drawn(m, k)],
      ["columns", drawn(k, m)],
    ]) {
      for (const [lies, second] of [
        ["float64", b],
        ["float32", asInFile(b, storedMatrix)],
      ]) {
        const times = { float64: [], float32: [] };
        for (let round = 0; round <= rounds; round++) {
          for (const [sums, own] of Object.entries(times)) {
            const start = performance.now();
            multiplyByKernel(kernels, a, second, dotted, sums);
            // The first round warms the kernel up.
            if (round > 0) own.push(performance.now() - start);
          }
        }
        const speed = (own) => (2e-6 * n * k * m) / median(own);
        const ratio = median(times.float64.map((time, round) => time / times.float32[round]));
        print(
          `  B in ${dotted}, ${lies}: ${speed(times.float64).toFixed(1)} GFLOP/s, sums in float32 ${speed(times.float32).toFixed(1)}: ${ratio.toFixed(2)} ×`,
        );
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Makes a matrix whose numbers are read from float32 bytes. */
function asInFile({ rows, cols, data }, storedMatrix) {
  const bytes = new Uint8Array(Float32Array.from(data).buffer);
  const part = ({ first, count }) => data.subarray(first * cols, (first + count) * cols);
  return storedMatrix(
    { rows, cols },
    () => data,
    (range) => ({ rows: range.count, cols, data: part(range) }),
    ({ first, count }, into) => into.set(bytes.subarray(4 * first * cols, 4 * (first + count) * cols)),
  );
}

async function loadLibrary() {
  const outfile = join(folder, "library.mjs");
  const contents = ["kernels/instance", "kernels/product", "stored-matrix"].map(
    (name) => `export * from "./src/math/${name}.ts";`,
  );
  await build({
    stdin: { contents: contents.join("\n"), resolveDir: process.cwd() },
    ...{ bundle: true, format: "esm", platform: "node", outfile },
  });
  return import(outfile);
}
