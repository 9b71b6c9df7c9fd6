import { expect, test } from "vitest";
import { type DumpedArray, npzOf } from "../../../../support/array-files.js";
import { createRandom } from "../../../../support/random.js";
import { runCli } from "../../../../support/run-cli.js";

// Mistakes in one array, in one sum of a row, or in one factor of an online softmax, while the rest is right. The
// kernels are plain loops.

const [N, D, TILE] = [96, 16, 16];
const random = createRandom(71);
const draw = () => Float64Array.from({ length: N * D }, () => Math.fround(4 * random() - 2));
const given = { q: draw(), k: draw(), v: draw() };
const { q, k, v } = given;

/** Returns (x, y) of columns c and c + D/2 turned by position · base^(−2c/D). */
function turned(array: Float64Array, base: number): Float64Array {
  const made = array.slice();
  for (let row = 0; row < N; row++)
    for (let c = 0; c < D / 2; c++) {
      const angle = row * base ** ((-2 * c) / D);
      const [x, y] = [array[row * D + c], array[row * D + c + D / 2]];
      made[row * D + c] = x * Math.cos(angle) - y * Math.sin(angle);
      made[row * D + c + D / 2] = y * Math.cos(angle) + x * Math.sin(angle);
    }
  return made;
}

interface How {
  readonly query?: Float64Array;
  readonly key?: Float64Array;
  isSeen?(i: number, j: number): boolean;
  isSummed?(j: number): boolean;
  /** What an accumulator is multiplied by at a new tile. */
  rescale?(old: number, ofTile: number, most: number): number;
}

function attend({ query = q, key = k, isSeen, isSummed, rescale }: How): Float64Array {
  const made = new Float64Array(N * D);
  for (let i = 0; i < N; i++) {
    let [maximum, total] = [Number.NEGATIVE_INFINITY, 0];
    const sums = new Float64Array(D);
    for (let first = 0; first < N; first += TILE) {
      const scores: [key: number, score: number][] = [];
      for (let j = first; j < first + TILE; j++) {
        let product = 0;
        for (let c = 0; c < D; c++) product += query[i * D + c] * key[j * D + c];
        if (isSeen?.(i, j) ?? true) scores.push([j, product / Math.sqrt(D)]);
      }
      if (scores.length === 0) continue;
      const ofTile = Math.max(...scores.map(([, score]) => score));
      const most = Math.max(maximum, ofTile);
      const right = Math.exp(maximum - most);
      for (let c = 0; c < D; c++) sums[c] *= first > 0 ? (rescale?.(maximum, ofTile, most) ?? right) : 1;
      total *= right;
      for (const [j, score] of scores) {
        const power = Math.exp(score - most);
        if (isSummed?.(j) ?? true) total += power;
        for (let c = 0; c < D; c++) sums[c] += power * v[j * D + c];
      }
      maximum = most;
    }
    if (total > 0) for (let c = 0; c < D; c++) made[i * D + c] = Math.fround(sums[c] / total);
  }
  return made;
}

const CAUSAL = ["--causal"];
const ROPE = ["--rope", "half-split", "--heads", "1"];

test.each<readonly [what: string, how: How, options: readonly string[], mistake: string, said: object]>([
  [
    "keys turned by another base",
    { query: turned(q, 10_000), key: turned(k, 500_000) },
    ROPE,
    "base-off",
    { base: 500_000, which: "keys alone" },
  ],
  [
    "queries that are not turned",
    { key: turned(k, 10_000) },
    ROPE,
    "rope-missing",
    { which: "queries alone" },
  ],
  [
    "a sum over half of the lanes",
    { isSummed: (j) => j % 8 < 4 },
    [],
    "keys-dropped",
    { tile: 4, which: "every second tile", only: "the sum of the exponentials" },
  ],
  [
    // Rows 0–15 see no key, rows 32–47 see keys 0–31, and rows 64–79 see keys 0–63.
    "every second diagonal tile",
    { isSeen: (i, j) => j <= i && (Math.floor(i / 16) % 2 === 1 || j < i - (i % 16)) },
    CAUSAL,
    "other-keys-attended",
    {},
  ],
  [
    "an accumulator rescaled by the maximum of the tile",
    { rescale: (old, ofTile) => Math.exp(old - ofTile) },
    [],
    "tiles-misweighted",
    { tile: TILE, "values times": "e^(old − that of the tile)" },
  ],
  [
    "an accumulator rescaled by maxima before the scale",
    { rescale: (old, _, most) => Math.exp((old - most) * Math.sqrt(D)) },
    [],
    "tiles-misweighted",
    { tile: TILE, "values times": "e^(old − new, unscaled)" },
  ],
])("%s", async (_, how, options, mistake, said) => {
  const array = (data: Float64Array): DumpedArray => ({ shape: [1, 1, N, D], type: "float32", data });
  const { stdout } = await runCli(["check", "dump.npz", "--axes", "bhsd", "--json", ...options], {
    given: { "dump.npz": npzOf({ q: array(q), k: array(k), v: array(v), o: array(attend(how)) }) },
  });
  const { diagnosis } = JSON.parse(stdout).check;
  expect(diagnosis).toEqual([
    expect.objectContaining({ mistake, ...(Object.keys(said).length > 0 && { parameters: said }) }),
  ]);
});
