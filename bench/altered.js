// Measures how long it takes to compute a trace with one changed step, because a sheet is compared with thousands of
// these. Each is one changed evaluation of an attention of n queries and keys: the softmax goes over columns, and the
// output is computed from it.
//   node bench/altered.js [rounds=20000]
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { print } from "./measure.js";

const rounds = Number(process.argv[2] ?? 20_000);
const folder = mkdtempSync(join(import.meta.dirname, "altered-"));
const outfile = join(folder, "altered.mjs");
try {
  const contents = `
    export { attend } from "./src/index.js";
    export { Evaluation } from "./src/trace/evaluate/evaluation.js";
    export { Graph } from "./src/trace/op.js";`;
  await build({
    stdin: { contents, resolveDir: join(import.meta.dirname, ".."), loader: "ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
  });
  const { attend, Evaluation, Graph } = await import(pathToFileURL(outfile).href);
  for (const n of [3, 5, 10]) measure(n, { attend, Evaluation, Graph });
} finally {
  rmSync(folder, { recursive: true });
}

function measure(n, { attend, Evaluation, Graph }) {
  const draw = () => Array.from({ length: n }, () => Array.from({ length: n }, () => 2 * Math.random() - 1));
  const { inputs, steps } = attend({ query: draw(), key: draw(), value: draw() });
  const numbers = new Evaluation(new Graph(inputs, steps));
  numbers.of({ key: "output" });
  const overColumns = ([powers]) => {
    const { rows, cols, data } = powers;
    const sums = new Float64Array(cols);
    for (let at = 0; at < data.length; at++) sums[at % cols] += data[at];
    return { rows, cols, data: data.map((power, at) => power / sums[at % cols]) };
  };
  const changes = new Map([["weights", overColumns]]);
  const time = (key) => {
    const start = process.hrtime.bigint();
    for (let round = 0; round < rounds; round++) numbers.withReplacements(changes).of({ key });
    return Number(process.hrtime.bigint() - start) / 1000 / rounds;
  };
  time("output");
  const [step, whole] = [time("weights"), time("output")];
  print(`${n}×${n}: the step ${step.toFixed(2)} µs, with the output that follows ${whole.toFixed(2)} µs`);
}
