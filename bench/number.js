// Compares the kernel that reads rows of numbers with JSON.parse of the same numbers: node bench/number.js [rows]
// [rounds]
import { bundleSources, COLS, inFolder, median, print, seededRandom } from "./measure.js";

const rows = Number(process.argv[2] ?? 20_000);
const rounds = Number(process.argv[3] ?? 7);

const { loadTextKernels, scanPlainLines } = await inFolder(async (folder) => {
  return import(await bundleSources(folder, ["math/kernels/scan.ts", "math/kernels/text.ts"]));
});
const kernels = loadTextKernels();

function numbersText(write) {
  const random = seededRandom(1);
  const lines = [];
  for (let row = 0; row < rows; row++) {
    lines.push(Array.from({ length: COLS }, () => write(random(), random)).join(","));
  }
  return lines.map((line) => `${line}\n`).join("");
}

function readScanned(bytes, out) {
  let start = 0;
  for (let count = 0; count < out.length; ) {
    const { numbers, end } = scanPlainLines(kernels, bytes, start, COLS, ",".charCodeAt(0));
    if (numbers.length === 0) throw new Error(`the kernel stops at byte ${start}`);
    out.set(numbers, count);
    count += numbers.length;
    start = end;
  }
}

function readParsed(text, out) {
  let index = 0;
  for (const row of JSON.parse(text)) for (const value of row) out[index++] = value;
}

const timed = (run) => {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start);
};

const forms = {
  "shortest in (-4, 4)": (unit) => String(8 * unit - 4),
  "shortest in (0, 1)": (unit) => String(unit),
  "4 decimals": (unit) => (8 * unit - 4).toFixed(4),
  "%.18e (np.savetxt)": (unit) => (8 * unit - 4).toExponential(18),
  "float32 widened": (unit) => String(Math.fround(8 * unit - 4)),
  "small integers": (unit) => String(Math.floor(unit * 100)),
  "any exponent": (unit, random) => ((8 * unit - 4) * 10 ** Math.floor(random() * 400 - 200)).toExponential(),
};
for (const [name, write] of Object.entries(forms)) {
  const csv = numbersText(write);
  const bytes = Buffer.from(csv);
  const json = `[[${csv.trimEnd().replaceAll("\n", "],[")}]]`;
  const scanned = new Float64Array(rows * COLS);
  const parsed = new Float64Array(rows * COLS);
  const scanTimes = [];
  const parseTimes = [];
  for (let round = 0; round < rounds; round++) {
    scanTimes.push(timed(() => readScanned(bytes, scanned)));
    parseTimes.push(timed(() => readParsed(json, parsed)));
  }
  const wrong = scanned.findIndex((value, index) => !Object.is(value, parsed[index]));
  if (wrong >= 0) throw new Error(`${name}: number ${wrong} is ${parsed[wrong]}, read as ${scanned[wrong]}`);
  const scan = median(scanTimes);
  const parse = median(parseTimes);
  const perNumber = (time) => `${(time / scanned.length).toFixed(1)} ns`;
  print(
    `${name.padEnd(20)} kernel ${perNumber(scan)}  JSON.parse ${perNumber(parse)}  ${(parse / scan).toFixed(2)}x  ${((bytes.length / scan) * 1e3).toFixed(0)} MB/s`,
  );
}
