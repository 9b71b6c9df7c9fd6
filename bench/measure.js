// What the benchmarks share. Contenders take turns, each in its own process. They are compared round by round, so that
// other work on the machine cancels out of the ratios.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const COLS = 16;
const MIB = 2 ** 20;
/** The exit code that a shell reports for a program that SIGPIPE ended: 128 + 13. */
const CLOSED_PIPE = 141;

const { NODE_EXTRA_CA_CERTS: _slowsEveryStart, ...inherited } = process.env;
/** The environment of contenders. NumPy gets one thread, like qkv. */
export const ENV = { ...inherited, OPENBLAS_NUM_THREADS: "1" };

/**
 * Runs a program and returns what it prints as JSON. Returns undefined if it, or a library that it needs, is not
 * installed.
 */
export function runApart(program, args, env = {}) {
  try {
    const options = { env: { ...ENV, ...env }, stdio: ["ignore", "pipe", "pipe"] };
    return JSON.parse(execFileSync(program, args, options));
  } catch (error) {
    const isMissing = error.code === "ENOENT" || /MODULE_NOT_FOUND|ModuleNotFoundError/.test(error.stderr);
    if (isMissing) return undefined;
    throw error;
  }
}

/**
 * Runs all contenders in turn, `rounds` times, and prints medians: the time, its ratio to the first contender in the
 * same round, and the peak memory if it is known. A contender is a name and a function that returns `{ time, peak,
 * answer }`.
 */
export function compare(contenders, rounds) {
  const runs = new Map(contenders.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of contenders) runs.get(name)?.push(run());
  }
  const [own] = runs.values();
  for (const [name, results] of runs) {
    if (results.includes(undefined)) print(`  ${name.padEnd(28)} is not installed`);
    else if (results[0].answer !== own[0].answer)
      throw new Error(`${name}: ${results[0].answer}, not ${own[0].answer}`);
    else {
      const time = median(results.map((result) => result.time));
      const ratio = median(results.map((result, round) => result.time / own[round].time));
      const peak = median(results.map((result) => result.peak ?? 0)) / MIB;
      const memory = peak > 0 ? `${peak.toFixed(0).padStart(6)} MiB` : "";
      print(
        `  ${name.padEnd(28)}${time.toFixed(0).padStart(7)} ms ${ratio.toFixed(2).padStart(6)} × ${memory}`,
      );
    }
  }
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Times a function in this process. Prints the time, the peak memory of the process and the answer, for `runApart`. */
export async function report(run, answerOf) {
  const start = performance.now();
  const result = await run();
  const time = performance.now() - start;
  const peak = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(JSON.stringify({ time, peak, answer: answerOf(result) }));
}

/** Returns a Python program that does the same: `before`, then `timed`, then the answer. */
export const pythonReport = (before, timed, answer) => `
import json, resource, sys, time
import numpy as np
${before}
start = time.perf_counter()
${timed}
elapsed = 1000 * (time.perf_counter() - start)
peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"time": elapsed, "peak": peak, "answer": ${answer}}))
`;

/** Calls `body` with a new folder, returns its result, and deletes the folder. */
export async function inFolder(body) {
  const folder = mkdtempSync(join(tmpdir(), "qkv-bench-"));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bundles these modules of src/ into one that another process can import. */
export async function bundleSources(folder, modules) {
  // Imported here, because it would count as memory of the measured processes at the top.
  const { build } = await import("esbuild");
  const outfile = join(folder, "bundle.mjs");
  const contents = modules.map((module) => `export * from "./src/${module}";`).join("\n");
  const resolveDir = fileURLToPath(new URL("..", import.meta.url));
  // commander loads Node's modules with require, which an ES module bundle does not have.
  const js =
    'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';
  const define = { QKV_VERSION: '"benchmark"' };
  const form = { bundle: true, format: "esm", platform: "node", banner: { js }, define };
  await build({ stdin: { contents, resolveDir }, ...form, outfile });
  return outfile;
}

/** Returns a mulberry32 generator, which gives the same numbers in every run. */
export function seededRandom(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // Two draws fill all 53 bits.
  return () => next() + next() / 2 ** 32;
}

/** Prints a line. If the reader has closed the pipe (`| head`), the benchmark stops. */
export function print(line) {
  process.stdout.write(`${line}\n`);
}

process.stdout.on("error", ({ code }) => process.exit(code === "EPIPE" ? CLOSED_PIPE : 1));
