// Measures the gradients of one attention of n queries and keys, d = 64, float64: forward and backward pass, recorded
// with every step kept, and in blocks of rows. Compares them with torch's autograd on one thread. They take turns in
// one run.
//   node bench/gradients.js [rounds=5]
import { attend, createMatrix, matrixOf } from "../dist/lib/index.js";
import { median, print } from "./measure.js";
import { D, startTorchGradients } from "./peers.js";

const rounds = Number(process.argv[2] ?? 5);
const torch = startTorchGradients(1);
if (!torch) print("torch is not installed: skipped");
for (const [n, stream] of [
  [512, false],
  [1024, false],
  [1024, true],
  [2048, true],
  [4096, true],
]) {
  await compare(n, stream);
}
torch?.end();

async function compare(n, stream) {
  const draw = () => createMatrix(n, D, () => 2 * Math.random() - 1);
  const inputs = { query: draw(), key: draw(), value: draw() };
  const backward = draw();
  const times = { there: [], both: [], beside: [] };
  runOwn({ ...inputs, backward }, stream);
  for (let round = 0; round < rounds; round++) {
    times.there.push(runOwn(inputs, stream));
    times.both.push(runOwn({ ...inputs, backward }, stream));
    if (torch) times.beside.push((await torch.time(n, false)) * 1000);
  }
  const [there, both] = [median(times.there), median(times.both)];
  const beside = torch ? `; torch ${median(times.beside).toFixed(0)} ms for both` : "";
  const how = stream ? "in blocks" : "every step kept";
  print(
    `  n = ${n}, ${how}: ${there.toFixed(0)} ms there, ${both.toFixed(0)} ms there and back, ${(both / there).toFixed(1)} ×${beside}`,
  );
}

/** Runs qkv once, and returns the time in ms. */
function runOwn(inputs, stream) {
  const start = performance.now();
  const trace = attend(inputs, { stream });
  for (const name of ["output", ...Object.values(trace.results.gradients ?? {})]) matrixOf(trace, name);
  return performance.now() - start;
}
