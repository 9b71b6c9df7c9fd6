import { expect, test } from "vitest";
import { judge } from "../../../../src/index.js";
import { createRandom } from "../../../support/random.js";

// Dumps of kernels that take the query heads of a kv head, or columns of a score, together in a wrong way. The kernel is
// plain loops in float64, and o is rounded to float32.

const [H, G, N, D] = [4, 2, 24, 8];
const random = createRandom(150);
const draw = (count: number) => Float32Array.from({ length: count }, () => 4 * random() - 2);
const q = draw(H * N * D);
const [k, v] = [1, 2].map(() => draw(G * N * D));

/** Each query sees the keys up to `last`, and column c of a product counts `scale(c)` times. */
function attend(
  last: (i: number, head: number) => number,
  scale = (_: number) => 1 / Math.sqrt(D),
  asks = (head: number, _: number) => head,
) {
  const made: number[] = [];
  for (let row = 0; row < H * N; row++) {
    const [head, i] = [Math.floor(row / N), row % N];
    const first = Math.floor((head * G) / H) * N;
    const keys = Array.from({ length: Math.min(N, last(i, head) + 1) }, (_, j) => first + j);
    const powers = keys.map((key) => {
      let score = 0;
      for (let c = 0; c < D; c++) score += scale(c) * q[(asks(head, c) * N + i) * D + c] * k[key * D + c];
      return Math.exp(score);
    });
    const total = powers.reduce((sum, power) => sum + power, 0);
    for (let c = 0; c < D; c++)
      made.push(keys.reduce((sum, key, at) => sum + powers[at] * v[key * D + c], 0) / total);
  }
  return Float32Array.from(made);
}

const judged = async (o: Float32Array) => {
  const array = (data: Float32Array, heads: number) => ({ data, shape: [1, heads, N, D] });
  const { diagnosis } = await judge(
    { q: array(q, H), k: array(k, G), v: array(v, G) },
    { o: array(o, H) },
    { causal: true },
  );
  return diagnosis;
};

test("a mask by the rows of heads that are packed one after the other", async () => {
  const o = attend((i, head) => (head % 2) * N + i);
  expect(await judged(o)).toMatchObject([
    { mistake: "mask-by-packed-row", parameters: { heads: "one after the other" } },
  ]);
});

test("a mask by the rows of heads that are packed in turns", async () => {
  const o = attend((i, head) => 2 * i + (head % 2));
  expect(await judged(o)).toMatchObject([
    { mistake: "mask-by-packed-row", parameters: { heads: "in turns" } },
  ]);
});

test("the first 4 of 8 columns scaled by 1/√4", async () => {
  const o = attend(
    (i) => i,
    (c) => 1 / Math.sqrt(c < 4 ? 4 : D),
  );
  expect(await judged(o)).toMatchObject([
    {
      mistake: "keys-scaled",
      // √(8/4) = 1.41
      parameters: { "columns 0–3": 1.41, "scaled by": "1/√4, the number of these columns" },
    },
  ]);
});

test("the last 4 columns of the queries of head 0 in every head", async () => {
  const o = attend(
    (i) => i,
    () => 1 / Math.sqrt(D),
    (head, c) => (c < 4 ? head : 0),
  );
  expect(await judged(o)).toMatchObject([
    {
      mistake: "kv-head-other",
      parameters: { head: 0, which: "queries alone", columns: "4–7" },
      scopes: ["head 1", "head 2", "head 3"],
    },
  ]);
});
