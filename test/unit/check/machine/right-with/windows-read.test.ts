import { expect, test } from "vitest";
import { judge } from "../../../../../src/index.js";

// What an output was made of says which keys its queries see: the settings that let them see these make it right.

const [KEYS, SIZE] = [24, 4];

/** An attention of so many queries over 24 keys, each over the keys that it sees, of one head, in float32; by its definition. */
function dump(queries: number, sees: (i: number, j: number) => boolean, cap?: number) {
  const draw = (rows: number, seed: number, size = 1) =>
    Float32Array.from({ length: rows * SIZE }, (_, at) => size * Math.sin(seed + 7 * at * at));
  const [q, k, v] = [draw(queries, 1, cap ? 30 : 2), draw(KEYS, 2), draw(KEYS, 3)];
  const o = new Float32Array(queries * SIZE);
  for (let i = 0; i < queries; i++) {
    const powers = Array.from({ length: KEYS }, (_, j) => {
      let score = 0;
      for (let c = 0; c < SIZE; c++) score += (q[i * SIZE + c] * k[j * SIZE + c]) / Math.sqrt(SIZE);
      return sees(i, j) ? Math.exp(cap ? cap * Math.tanh(score / cap) : score) : 0;
    });
    const sum = powers.reduce((a, b) => a + b);
    for (let c = 0; c < SIZE; c++)
      o[i * SIZE + c] = powers.reduce((total, power, j) => total + (power / sum) * v[j * SIZE + c], 0);
  }
  const array = (data: Float32Array, rows: number) => ({ data, shape: [1, rows, SIZE] });
  return [{ q: array(q, queries), k: array(k, KEYS), v: array(v, KEYS) }, { o: array(o, queries) }] as const;
}

const causal = (i: number, j: number) => j <= i;

test.each([
  ["a causal window", dump(KEYS, (i, j) => j <= i && j > i - 5), {}, { causal: true, window: 5 }],
  [
    "a window on both sides",
    dump(KEYS, (i, j) => Math.abs(i - j) < 4),
    {},
    { windowLeft: 3, windowRight: 3 },
  ],
  ["keys behind alone", dump(KEYS, (i, j) => j <= i + 2), {}, { windowRight: 2 }],
  [
    "a window at the end of a cache",
    dump(6, (i, j) => j <= i + 18 && j > i + 11),
    {},
    { align: "bottom-right", causal: true, window: 7 },
  ],
  ["as many keys as there are", dump(KEYS, (_, j) => j < 15), {}, { keyLength: 15 }],
  [
    "a window where causal was said",
    dump(KEYS, (i, j) => j <= i && j > i - 5),
    { causal: true },
    { causal: true, window: 5 },
  ],
  ["a softcap beside a mask", dump(KEYS, causal, 30), {}, { causal: true, softcap: 30 }],
] as const)("%s", async (_, [inputs, answers], settings, rightWith) => {
  expect(await judge(inputs, answers, settings)).toMatchObject({ verdict: "differs", rightWith });
});

test("a key too many is no window that somebody meant, where causal was said", async () => {
  const [inputs, answers] = dump(KEYS, (i, j) => j <= i + 1);
  const { rightWith, diagnosis } = await judge(inputs, answers, { causal: true });
  expect([rightWith, diagnosis.map(({ mistake }) => mistake)]).toEqual([undefined, ["mask-off-by-one"]]);
});
