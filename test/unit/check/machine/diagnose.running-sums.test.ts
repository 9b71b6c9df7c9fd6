import { expect, test } from "vitest";
import { judge } from "../../../../src/index.js";
import { createRandom } from "../../../support/random.js";

// Dumps of kernels whose running sums are wrong. The kernel is plain loops over tiles, with a running maximum.

const [H, N, D] = [2, 72, 16];
const random = createRandom(141);
const bits = new Uint32Array(1);
/** Rounds to bfloat16, the upper half of a float32: half a unit is added, and ties go to even. */
const toBfloat16 = (x: number): number => {
  const float = new Float32Array(bits.buffer);
  float[0] = x;
  bits[0] = ((bits[0] + 0x7fff + ((bits[0] >>> 16) & 1)) >>> 16) << 16;
  return float[0];
};
const draw = () => Float32Array.from({ length: H * N * D }, () => toBfloat16(4 * random() - 2));
const [q, k, v] = [draw(), draw(), draw()];

interface Kernel {
  readonly tile: number;
  readonly isCausal?: boolean;
  readonly keepsSum?: boolean;
  /** Rounds the running sums after each tile. */
  readonly round?: (sum: number) => number;
  /** What old − new maximum is multiplied by before e^ is taken of it. */
  readonly times?: number;
}

function attend({
  tile,
  isCausal = false,
  keepsSum = true,
  round = (sum) => sum,
  times = 1,
}: Kernel): Float32Array {
  const made: number[] = [];
  for (let row = 0; row < H * N; row++) {
    const first = row - (row % N);
    const end = isCausal ? (row % N) + 1 : N;
    let [maximum, total] = [Number.NEGATIVE_INFINITY, 0];
    let sums = new Array<number>(D).fill(0);
    for (let start = 0; start < end; start += tile) {
      const keys = Array.from({ length: Math.min(tile, end - start) }, (_, at) => first + start + at);
      const scores = keys.map((key) => {
        let score = 0;
        for (let c = 0; c < D; c++) score += q[row * D + c] * k[key * D + c];
        return score / Math.sqrt(D);
      });
      const most = Math.max(maximum, ...scores);
      const rescale = Math.exp(times * (maximum - most));
      const powers = scores.map((score) => Math.exp(score - most));
      total = round((keepsSum ? total * rescale : 0) + powers.reduce((sum, power) => sum + power, 0));
      sums = sums.map((sum, c) =>
        round(sum * rescale + keys.reduce((added, key, at) => added + powers[at] * v[key * D + c], 0)),
      );
      maximum = most;
    }
    made.push(...sums.map((sum) => sum / total));
  }
  return Float32Array.from(made);
}

const judged = async (o: Float32Array, settings: object = {}) => {
  const array = (data: Float32Array) => ({ data, shape: [1, H, N, D] });
  const { diagnosis } = await judge({ q: array(q), k: array(k), v: array(v) }, { o: array(o) }, settings);
  return diagnosis.map(({ mistake, parameters }) => ({ mistake, parameters }));
};

test.each([
  // Tiles of 24 and of 36 keys: the last tile begins at key 48 or 36.
  [24, "48–71"],
  [36, "36–71"],
])("a sum that has only the last tile of %s keys", async (tile, keys) => {
  expect(await judged(attend({ tile, keepsSum: false }))).toEqual([
    { mistake: "sum-overwritten", parameters: { keys } },
  ]);
});

test("the same below a causal mask, where the last tile of each row shows the size", async () => {
  const o = attend({ tile: 20, isCausal: true, keepsSum: false });
  expect(await judged(o, { causal: true })).toEqual([
    { mistake: "sum-overwritten", parameters: { tile: 20 } },
  ]);
});

test("of tile sizes that begin the last tile at the same key, the usual one is said", async () => {
  // Of 72 keys, tiles of 16, 32 and 64 all leave the keys from 64 on.
  expect(await judged(attend({ tile: 16, keepsSum: false }))).toEqual([
    { mistake: "sum-overwritten", parameters: { tile: 16 } },
  ]);
});

test("both running sums in a short type", async () => {
  const o = attend({ tile: 1, round: toBfloat16 }).map(toBfloat16);
  const parameters = { of: "the sum of each row and that of the values", type: "bfloat16", tile: 1 };
  expect(await judged(o, { dtype: "bfloat16" })).toMatchObject([
    { mistake: "accumulated-short", parameters },
  ]);
});

test.each([
  ["by e^ of maxima in base 2", Math.LOG2E, "e^((old − new)·log₂ e)"],
  ["by e^ of maxima that are scaled twice, by 1/√16", 1 / 4, "e^((old − new)·scale)"],
  ["by the root of the factor", 1 / 2, "e^((old − new) / 2)"],
])("sums that are rescaled %s", async (_, times, text) => {
  expect(await judged(attend({ tile: 32, times }))).toEqual([
    { mistake: "tiles-misweighted", parameters: { tile: 32, "values times": text, "sum times": text } },
  ]);
});
