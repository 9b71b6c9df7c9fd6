// Measures the processor time of judging dQ, dK and dV of one attention, compared with that of the gradients
// themselves: scores, output and backward pass.
//   node bench/gradient-time.js [n=2048] [d=64] [rounds=3]
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { median, print } from "./measure.js";

const [n = 2048, d = 64, rounds = 3] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(process.cwd(), "node_modules", ".time-"));
const outfile = join(folder, "time.mjs");
await build({
  stdin: {
    contents: `export { recordAttend } from "./test/support/record.ts"; export { createMatrix, mapCells } from "./src/math/matrix.ts";
      export { attentionsOf, findTarget } from "./src/check/machine/target.ts"; export { judgeByRule } from "./src/check/machine/judge-output.ts";
      export { createRandom } from "./test/support/random.ts"; export { FLOAT_TYPES, roundTo } from "./src/check/machine/float-types.ts";`,
    resolveDir: process.cwd(),
  },
  ...{ bundle: true, format: "esm", platform: "node", outfile, logLevel: "error", packages: "external" },
  define: { QKV_VERSION: '"0.0.0-bench"' },
});
const made = await import(pathToFileURL(outfile).href);
rmSync(folder, { recursive: true });
const { attentionsOf, createMatrix, createRandom, findTarget, FLOAT_TYPES, judgeByRule } = made;

/** Returns the processor time so far, in ms. Other work on the machine does not count. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

for (const [type, name] of [
  ["float32", "agrees at once"],
  ["bfloat16", "rounded matrices: both levels are asked"],
]) {
  const random = createRandom(1);
  const draw = () => createMatrix(n, d, () => made.roundTo(FLOAT_TYPES[type], 4 * random() - 2));
  const matrices = { query: draw(), key: draw(), value: draw(), backward: draw() };
  const [gradients, judging] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const start = processorTime();
    const trace = made.recordAttend({ matrices, settings: {} });
    const wants = ["d-query", "d-key", "d-value"].map((id) =>
      trace.steps.find((step) => step.key === id).output(),
    );
    gradients.push(processorTime() - start);
    // Adds noise of the size of rounding errors. In bfloat16 it is that of rounded matrices, so that level 1 does not
    // hold and level 2 is tried.
    const attentions = attentionsOf(trace);
    const precision = { compute: type, stored: type, from: "values", roundsInputs: false };
    const began = processorTime();
    for (const [at, key] of ["dq", "dk", "dv"].entries()) {
      const noise = type === "float32" ? 2 ** -24 : 2 ** -6;
      const matrix = made.mapCells(wants[at], (value) =>
        made.roundTo(FLOAT_TYPES[type], value * (1 + noise * (random() - 0.5))),
      );
      const target = findTarget(attentions, { key, matrix, source: "bench" });
      judgeByRule({ got: target.got }, target.expected, precision);
    }
    judging.push(processorTime() - began);
  }
  const [there, beside] = [median(gradients), median(judging)];
  print(
    `${type} (${name}), n = ${n}, d = ${d}: gradients ${there.toFixed(0)} ms, judging ${beside.toFixed(0)} ms, ${(beside / there).toFixed(2)} ×`,
  );
}
