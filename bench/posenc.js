// Compares a table of 100,000 positions × 512 with a loop over Math.sin, in turns, and with 40 exact digits.
//   node --expose-gc bench/posenc.js [rounds=7]
import { Decimal } from "decimal.js";
import { matrixOf, posenc } from "../dist/lib/index.js";
import { median, print } from "./measure.js";

const rounds = Number(process.argv[2] ?? 7);
const LENGTH = 100_000;
const D = 512;

const times = { qkv: [], loop: [] };
let table;
let plain;
for (let round = 0; round < rounds; round++) {
  // Each takes half a gigabyte: the old ones are freed before new ones are made.
  table = undefined;
  plain = undefined;
  globalThis.gc?.();
  times.qkv.push(
    timed(() => {
      table = matrixOf(posenc({}, { length: LENGTH, dModel: D }), "encoding");
    }),
  );
  times.loop.push(
    timed(() => {
      plain = plainTable(LENGTH, D);
    }),
  );
}
const ratios = times.loop.map((seconds, round) => seconds / times.qkv[round]);
print(
  `${LENGTH}×${D}: ${median(ratios).toFixed(2)} times as fast as a Math.sin loop (goal 2.5, worst round ${Math.min(...ratios).toFixed(2)}), ${perCell(times.qkv)} against ${perCell(times.loop)} a number`,
);
print(`largest difference from that loop: ${largestDifference(table.data, plain).toExponential(1)}`);
print(
  `largest error against 40 digits up to position 1,000,000: ${largestError(400).toExponential(2)} (goal 4e-16)`,
);

/** Computes the frequencies once, then Math.sin and Math.cos of the rounded product. */
function plainTable(length, d) {
  const out = new Float64Array(length * d);
  const rates = Float64Array.from({ length: d / 2 }, (_, i) => 1 / 10_000 ** ((2 * i) / d));
  for (let position = 0, at = 0; position < length; position++) {
    for (const rate of rates) {
      const angle = position * rate;
      out[at++] = Math.sin(angle);
      out[at++] = Math.cos(angle);
    }
  }
  return out;
}

/** Finds the largest error over positions spread up to 1,000,000, in every ninth pair. */
function largestError(count) {
  const Exact = Decimal.clone({ precision: 50 });
  const positions = Array.from({ length: count }, (_, k) => Math.round((k * 1_000_000) / (count - 1)));
  const { data } = matrixOf(posenc({ positions: [positions] }, { dModel: D }), "encoding");
  let largest = 0;
  for (const [row, position] of positions.entries()) {
    for (let pair = 0; pair < D / 2; pair += 9) {
      const angle = new Exact(10_000).pow(new Exact(-2 * pair).div(D)).times(position);
      const wanted = [angle.sin(), angle.cos()];
      for (const [side, value] of wanted.entries()) {
        const error = value
          .minus(data[row * D + 2 * pair + side])
          .abs()
          .toNumber();
        if (error > largest) largest = error;
      }
    }
  }
  return largest;
}

function largestDifference(a, b) {
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
}

function timed(body) {
  const start = process.hrtime.bigint();
  body();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function perCell(seconds) {
  return `${((median(seconds) * 1e9) / (LENGTH * D)).toFixed(1)} ns`;
}
