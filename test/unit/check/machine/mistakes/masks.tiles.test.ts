import { expect, test } from "vitest";
import { judge } from "../../../../../src/index.js";

// Masks that are wrong within the tiles that a causal kernel works, whose loop ends with the tile on the diagonal; and tiles that are put
// together with the wrong factors.

const [N, SIZE] = [36, 12];

/** What a key weighs before the sum: the power of its score, of another score, or nothing. */
type Weigh = (score: number, i: number, j: number) => number;

/** One head of 36 tokens in float32, whose weights are what `weigh` makes of the scores, over their sum or over that of the right ones. */
function dump(weigh: Weigh, over: Weigh = weigh) {
  const draw = (seed: number) =>
    Float32Array.from({ length: N * SIZE }, (_, at) => Math.sin(seed + 7.3 * at * at + at));
  const [q, k, v] = [1, 2, 3].map(draw);
  const o = new Float32Array(N * SIZE);
  for (let i = 0; i < N; i++) {
    const scores = Array.from({ length: N }, (_, j) => {
      let score = 0;
      for (let c = 0; c < SIZE; c++) score += (2 * q[i * SIZE + c] * k[j * SIZE + c]) / Math.sqrt(SIZE);
      return score;
    });
    const sum = scores.reduce((total, score, j) => total + over(score, i, j), 0);
    for (let c = 0; c < SIZE; c++)
      o[i * SIZE + c] = scores.reduce(
        (all, score, j) => all + (weigh(score, i, j) / sum) * v[j * SIZE + c],
        0,
      );
  }
  const array = (data: Float32Array) => ({ data, shape: [1, N, SIZE] });
  return judge(
    { q: array(q.map((value) => 2 * value)), k: array(k), v: array(v) },
    { o: array(o) },
    { causal: true },
  );
}

const reach = (i: number, tile: number) => tile * (Math.floor(i / tile) + 1);
const causal: Weigh = (score, i, j) => (j <= i ? Math.exp(score) : 0);

test.each([
  ["mask-off-by-one", 8, (s, i, j) => (j <= i + 1 && j < reach(i, 8) ? Math.exp(s) : 0)],
  // Of a size that few kernels have, it is read off: row 5 is right.
  ["mask-off-by-one", 6, (s, i, j) => (j <= i + 1 && j < reach(i, 6) ? Math.exp(s) : 0)],
  ["mask-zero-fill", 8, (s, i, j) => (j < reach(i, 8) ? Math.exp(j <= i ? s : 0) : 0)],
  ["mask-zero-fill", 12, (s, i, j) => (j < reach(i, 12) ? Math.exp(j <= i ? s : 0) : 0)],
  ["mask-by-tile-index", 8, (s, i, j) => (j < reach(i, 8) && j % 8 <= i % 8 ? Math.exp(s) : 0)],
  ["mask-by-tile-index", 16, (s, i, j) => (j <= i % 16 ? Math.exp(s) : 0)],
  // A size that only the first wrong row shows.
  ["mask-by-tile-index", 14, (s, i, j) => (j < reach(i, 14) && j % 14 <= i % 14 ? Math.exp(s) : 0)],
  ["diagonal-tile-unmasked", 8, (s, i, j) => (j < (i < 8 ? i + 1 : reach(i, 8)) ? Math.exp(s) : 0)],
] as const satisfies readonly (readonly [string, number, Weigh])[])(
  "%s in tiles of %i",
  async (id, tile, weigh) => {
    const { diagnosis } = await dump(weigh);
    expect(diagnosis).toMatchObject([{ mistake: id, parameters: { tile } }]);
  },
);

test("a row that a mistake leaves without keys may weigh all alike, as it does where −∞ is a finite number", async () => {
  const { diagnosis } = await dump((score, i, j) => (i === 0 ? 1 : j < i ? Math.exp(score) : 0));
  expect(diagnosis.map(({ mistake }) => mistake)).toContain("mask-excludes-self");
});

test("the factors of tiles are read off where nothing else explains them", async () => {
  // The 12 keys from 12 on weigh half as much as they should, and rows have so few tiles that their factors are no fit to anything.
  const { diagnosis } = await dump(
    (s, i, j) => causal(s, i, j) * (j >= 12 && j < 24 && i > 24 ? 0.5 : 1),
    causal,
  );
  expect(diagnosis).toMatchObject([
    { mistake: "tiles-misweighted", parameters: { tile: 12, "row 35": "keys 12–23 × 0.5" } },
  ]);
});
