// Measures how fast, and with how much memory, a large matrix of shortest decimals is read, compared with JSON.parse,
// NumPy and CSV libraries: node bench/reading.js [rows] [rounds]. Skips peers that are not installed.
import { closeSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  bundleSources,
  COLS,
  compare,
  inFolder,
  print,
  pythonReport,
  report,
  runApart,
  seededRandom,
} from "./measure.js";

const MIB = 2 ** 20;

/** Loads a peer from this repository, or from the folder that the benchmark is run in. */
function peer(name) {
  try {
    return createRequire(import.meta.url)(name);
  } catch {
    return createRequire(join(process.cwd(), "peers.js"))(name);
  }
}

/** Readers by format. Each reads a file into rows, or into one array of numbers. */
const READERS = {
  json: {
    qkv: readWithQkv,
    "JSON.parse": (path) => JSON.parse(readFileSync(path, "utf8")),
    // This is also what qkv returns.
    "JSON.parse to Float64Array"(path) {
      const rows = JSON.parse(readFileSync(path, "utf8"));
      const data = new Float64Array(rows.length * COLS);
      for (const [index, row] of rows.entries()) data.set(row, index * COLS);
      return data;
    },
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

const LOADTXT = pythonReport("", 'matrix = np.loadtxt(sys.argv[1], delimiter=",")', "matrix[-1, -1]");

async function readWithQkv(path) {
  const { nodeFiles, readProblem } = await import(process.env.QKV_READER);
  const request = { sources: [], matrices: { query: path }, transpose: [], accepts: ["query"], settings: {} };
  return (await readProblem(request, nodeFiles())).matrices.query.data;
}

if (process.argv[2] === "--read") await readOnce(process.argv[3], process.argv[4], process.argv[5]);
else await compareReaders(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 3));

/** Reads one file in a process of its own. */
async function readOnce(format, name, path) {
  const read = READERS[format][name];
  if (name === "qkv") await import(process.env.QKV_READER);
  await report(
    () => read(path),
    (result) => Number(Array.isArray(result) ? result.at(-1).at(-1) : result.at(-1)),
  );
}

async function compareReaders(rows, rounds) {
  await inFolder(async (folder) => {
    const reader = await bundleSources(folder, ["input/read.ts", "input/files.ts"]);
    const files = { json: join(folder, "query.json"), csv: join(folder, "query.csv") };
    writeNumbers(files, rows);
    for (const [format, path] of Object.entries(files)) {
      const size = (statSync(path).size / MIB).toFixed(0);
      print(
        `${format}: ${rows}×${COLS}, ${size} MiB; the matrix is ${((rows * COLS * 8) / MIB).toFixed(0)} MiB`,
      );
      const contenders = Object.keys(READERS[format]).map((name) => [
        name,
        () => readApart(format, name, path, reader),
      ]);
      if (format === "csv") {
        contenders.splice(1, 0, ["numpy.loadtxt", () => runApart("python3", ["-c", LOADTXT, path])]);
      }
      compare(contenders, rounds);
    }
  });
}

function readApart(format, name, path, reader) {
  const args = [fileURLToPath(import.meta.url), "--read", format, name, path];
  return runApart(process.execPath, ["--max-old-space-size=16000", ...args], { QKV_READER: reader });
}

/** Writes the same numbers as JSON and as CSV. */
function writeNumbers({ json, csv }, rows) {
  const random = seededRandom(1);
  const [toJson, toCsv] = [openSync(json, "w"), openSync(csv, "w")];
  for (let first = 0; first < rows; first += 1000) {
    const lines = Array.from({ length: Math.min(1000, rows - first) }, () =>
      Array.from({ length: COLS }, () => 8 * random() - 4),
    );
    writeSync(toJson, `${first === 0 ? "[" : ", "}${lines.map((line) => `[${line.join(", ")}]`).join(", ")}`);
    writeSync(toCsv, lines.map((line) => `${line.join(",")}\n`).join(""));
  }
  writeSync(toJson, "]\n");
  closeSync(toJson);
  closeSync(toCsv);
}
