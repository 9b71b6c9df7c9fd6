// Measures how fast, and with how much memory, a large matrix is written with shortest digits, compared with
// JSON.stringify and NumPy: node bench/writing.js [rows] [rounds]. The text is made, not stored. Skips peers that are
// not installed.
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

const AXES = [{ name: "query" }, { name: "feature" }];

/** Writers by format. Each makes the text of a matrix, and returns its length without white space, which may differ. */
const WRITERS = {
  json: {
    qkv: (matrix) => lengthWithQkv("json", matrix),
    "JSON.stringify": ({ nested }) => JSON.stringify(nested).length,
    "JSON.stringify, row by row": ({ nested }) =>
      nested.reduce((length, row) => length + JSON.stringify(row).length + 1, 1),
  },
  csv: {
    qkv: (matrix) => lengthWithQkv("csv", matrix),
    "join, row by row": ({ nested }) => nested.reduce((length, row) => length + row.join(",").length, 0),
  },
};

/** NumPy's savetxt cannot write shortest digits, so its lines are a little longer. */
const SAVETXT = pythonReport(
  "import io\nmatrix = 8 * np.random.default_rng(1).random((int(sys.argv[1]), 16)) - 4",
  'np.savetxt(io.BytesIO(), matrix, fmt="%.17g", delimiter=",")',
  "0",
);

let writers;

function lengthWithQkv(format, { matrix }) {
  let length = 0;
  for (const chunk of writers.FORMATS[format].write(
    { key: "query", matrix, axes: AXES },
    { precision: "full" },
  )) {
    length += chunk.length;
  }
  // White space: in JSON two spaces and a line feed per row, and two more line feeds; in CSV a line feed per row.
  return length - (format === "json" ? 3 * matrix.rows + 2 : matrix.rows);
}

if (process.argv[2] === "--write") await writeOnce(process.argv[3], process.argv[4], Number(process.argv[5]));
else await compareWriters(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 3));

/** Writes once in a process of its own. */
async function writeOnce(format, name, rows) {
  writers = await import(process.env.QKV_WRITERS);
  const random = seededRandom(1);
  const data = Float64Array.from({ length: rows * COLS }, () => 8 * random() - 4);
  const nested =
    name === "qkv"
      ? []
      : Array.from({ length: rows }, (_, row) => [...data.subarray(row * COLS, (row + 1) * COLS)]);
  await report(
    () => WRITERS[format][name]({ matrix: { rows, cols: COLS, data }, nested }),
    (length) => length,
  );
}

async function compareWriters(rows, rounds) {
  await inFolder(async (folder) => {
    const bundle = await bundleSources(folder, ["render/formats/registry.ts"]);
    for (const format of Object.keys(WRITERS)) {
      print(`${format}: ${rows}×${COLS} numbers`);
      const contenders = Object.keys(WRITERS[format]).map((name) => [
        name,
        () => writeApart(format, name, rows, bundle),
      ]);
      compare(contenders, rounds);
    }
    print("np.savetxt (%.17g)");
    compare([["numpy.savetxt", () => runApart("python3", ["-c", SAVETXT, String(rows)])]], rounds);
  });
}

function writeApart(format, name, rows, bundle) {
  const args = [fileURLToPath(import.meta.url), "--write", format, name, String(rows)];
  return runApart(process.execPath, ["--max-old-space-size=16000", ...args], { QKV_WRITERS: bundle });
}
