// How fast a large matrix of 17-digit numbers is read, and in how much memory, beside JSON.parse and CSV libraries:
// node bench/reading.js [rows] [rounds]. Each reader has a process of its own. A peer that is not installed is skipped.
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const COLS = 16;
const MIB = 2 ** 20;

/** A peer of this repository, or of the folder that the benchmark is run from. */
function peer(name) {
  try {
    return createRequire(import.meta.url)(name);
  } catch {
    return createRequire(join(process.cwd(), "peers.js"))(name);
  }
}

/** Each reads a file into rows or one array of numbers. */
const READERS = {
  json: {
    qkv: readWithQkv,
    "JSON.parse": (path) => JSON.parse(readFileSync(path, "utf8")),
  },
  csv: {
    qkv: readWithQkv,
    udsv(path) {
      const { inferSchema, initParser } = peer("udsv");
      const text = readFileSync(path, "utf8");
      const schema = inferSchema(text, { header: () => [] });
      return initParser(schema).typedArrs(text);
    },
    papaparse: (path) =>
      peer("papaparse").parse(readFileSync(path, "utf8"), { dynamicTyping: true, skipEmptyLines: true }).data,
    "csv-parse": (path) => peer("csv-parse/sync").parse(readFileSync(path), { cast: true }),
  },
};

async function readWithQkv(path) {
  const { nodeFiles, readProblem } = await import(process.env.QKV_READER);
  const request = { sources: [], matrices: { query: path }, transpose: [], accepts: ["query"], settings: {} };
  return (await readProblem(request, nodeFiles())).matrices.query.data;
}

if (process.argv[2] === "--read") await measure(process.argv[3], process.argv[4], process.argv[5]);
else await compare(Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 3));

/** In a process of its own: reads once, and prints how long it took and how much memory beyond that at its start. */
async function measure(format, name, path) {
  const read = READERS[format][name];
  if (name === "qkv") await import(process.env.QKV_READER);
  const before = process.memoryUsage().rss;
  const start = process.hrtime.bigint();
  const result = await read(path);
  const time = Number(process.hrtime.bigint() - start) / 1e6;
  const peak = process.resourceUsage().maxRSS * 1024 - before;
  const last = Array.isArray(result) ? result.at(-1).at(-1) : result.at(-1);
  process.stdout.write(JSON.stringify({ time, peak, last: Number(last) }));
}

async function compare(rows, rounds) {
  const folder = mkdtempSync(join(tmpdir(), "qkv-bench-"));
  try {
    const reader = await bundleReader(folder);
    const files = { json: join(folder, "query.json"), csv: join(folder, "query.csv") };
    const last = writeNumbers(files, rows);
    for (const [format, path] of Object.entries(files)) {
      print(
        `${format}: ${rows}×${COLS}, ${(statSync(path).size / MIB).toFixed(0)} MiB; the matrix is ${((rows * COLS * 8) / MIB).toFixed(0)} MiB`,
      );
      const results = Object.keys(READERS[format]).map((name) => [
        name,
        runBest({ format, name, path, reader, rounds, last }),
      ]);
      const own = results[0][1];
      for (const [name, best] of results) {
        if (!best) print(`  ${name.padEnd(12)} is not installed`);
        else
          print(
            `  ${name.padEnd(12)}${best.time.toFixed(0).padStart(7)} ms  ${(best.time / own.time).toFixed(2).padStart(6)}×  ${(best.peak / (rows * COLS * 8)).toFixed(2).padStart(6)} matrices of memory`,
          );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runBest({ format, name, path, reader, rounds, last }) {
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    try {
      const args = [fileURLToPath(import.meta.url), "--read", format, name, path];
      const env = { ...process.env, QKV_READER: reader };
      const options = { env, stdio: ["ignore", "pipe", "pipe"] };
      runs.push(JSON.parse(execFileSync(process.execPath, ["--max-old-space-size=16000", ...args], options)));
    } catch (error) {
      if (String(error.stderr).includes("MODULE_NOT_FOUND")) return undefined;
      throw error;
    }
  }
  if (runs[0].last !== last) throw new Error(`${name} read ${runs[0].last} where ${last} stands`);
  return { time: Math.min(...runs.map((run) => run.time)), peak: Math.min(...runs.map((run) => run.peak)) };
}

async function bundleReader(folder) {
  const outfile = join(folder, "reader.mjs");
  await build({
    stdin: {
      contents: 'export * from "./src/input/read.ts"; export * from "./src/input/files.ts";',
      resolveDir: fileURLToPath(new URL("..", import.meta.url)),
    },
    bundle: true,
    format: "esm",
    platform: "node",
    outfile,
  });
  return outfile;
}

/** Writes the same numbers as JSON and as CSV, and gives the last one. */
function writeNumbers({ json, csv }, rows) {
  const random = seededRandom(1);
  const [toJson, toCsv] = [openSync(json, "w"), openSync(csv, "w")];
  let number = "";
  for (let first = 0; first < rows; first += 1000) {
    const lines = Array.from({ length: Math.min(1000, rows - first) }, () =>
      Array.from({ length: COLS }, () => {
        number = (8 * (random() + random() / 2 ** 32) - 4).toPrecision(17);
        return number;
      }),
    );
    writeSync(toJson, `${first === 0 ? "[" : ", "}${lines.map((line) => `[${line.join(", ")}]`).join(", ")}`);
    writeSync(toCsv, lines.map((line) => `${line.join(",")}\n`).join(""));
  }
  writeSync(toJson, "]\n");
  closeSync(toJson);
  closeSync(toCsv);
  return Number(number);
}

/** mulberry32: the same numbers in every run. */
function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
