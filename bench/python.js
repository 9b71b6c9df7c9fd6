// Measures what a check costs a test suite in Python: calls of `qkv.assert_attention` in one process. Compares them
// with the same judgements by `judge` in one Node process (the rest is communication), and with plain NumPy in float64
// with `assert_allclose`. Goal: 500 calls cost at most 10 ms each more than the judgements.
//   npm run bench:python [-- CALLS]
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judge } from "../dist/lib/index.js";
import { ENV, median, print, runApart } from "./measure.js";

const [calls = 500] = process.argv.slice(2).map(Number);
const ROUNDS = 3;
/** Batches, heads, positions, columns. */
const SHAPES = [
  [1, 1, 4, 8],
  [2, 4, 16, 16],
  [2, 4, 64, 32],
];
const DIFFERENT = 20;

const folder = mkdtempSync(join(tmpdir(), "qkv-python-"));
execFileSync(process.execPath, ["scripts/build-wheel.js", folder]);
const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
// A wheel is a zip file whose folders are the packages.
execFileSync("python3", ["-m", "zipfile", "-e", join(folder, wheel), folder]);
const env = { ...ENV, PYTHONPATH: folder, QKV_NODE: process.execPath };

for (const shape of SHAPES) {
  const cases = Array.from({ length: DIFFERENT }, () => rightAttention(shape));
  const words = ["bench/python-calls.py", ...[calls, ...shape].map(String)];
  const turns = [];
  for (let round = 0; round < ROUNDS; round++) {
    const numbers = await timeJudge(cases);
    turns.push({ ...runApart("python3", words, env), numbers });
  }
  const of = (measured) => median(turns.map(measured)).toFixed(2);
  const beyond = of(({ own, numbers }) => own - numbers);
  const times = `${of(({ own }) => own)} ms a call, ${beyond} beyond the judgement`;
  const others = `NumPy takes ${of(({ numpy }) => numpy)}, the first call ${of(({ first }) => first)}`;
  print(`${shape.join("×")}: ${times}; ${others}`);
}
rmSync(folder, { recursive: true });

/** Returns the milliseconds per judgement in this process. */
async function timeJudge(cases) {
  const start = performance.now();
  for (let call = 0; call < calls; call++) {
    const { inputs, output } = cases[call % cases.length];
    const { verdict } = await judge(inputs, { output }, { causal: true });
    if (!verdict.startsWith("agrees")) throw new Error(`a right attention ${verdict}`);
  }
  return (performance.now() - start) / calls;
}

/** Draws a causal attention, with its output in float32. */
function rightAttention(shape) {
  const [batches, heads, n, d] = shape;
  const size = batches * heads * n * d;
  const draw = () => Float32Array.from({ length: size }, () => 2 * Math.random() - 1);
  const [q, k, v] = [draw(), draw(), draw()];
  const out = new Float32Array(size);
  for (let at = 0; at < size; at += d) {
    // The keys up to this position, in the same head.
    const keys = Array.from({ length: ((at / d) % n) + 1 }, (_, before) => at - before * d);
    const powers = keys.map((key) => Math.exp(sum(d, (c) => q[at + c] * k[key + c]) / Math.sqrt(d)));
    const all = powers.reduce((a, b) => a + b);
    for (let c = 0; c < d; c++) out[at + c] = sum(keys.length, (j) => (powers[j] / all) * v[keys[j] + c]);
  }
  const array = (data) => ({ shape, data });
  return { inputs: { q: array(q), k: array(k), v: array(v) }, output: array(out) };
}

function sum(length, term) {
  let total = 0;
  for (let at = 0; at < length; at++) total += term(at);
  return total;
}
