import { expect, test } from "vitest";
import { judge } from "../../../../src/index.js";
import { createRandom } from "../../../support/random.js";

// Two mistakes that give the same numbers: the one that the options or the arrays speak of stands first. The kernel is
// plain loops in float64, and o is rounded to float32.

const [H, N, D] = [8, 12, 8];
const random = createRandom(142);
const draw = (heads: number) => Float32Array.from({ length: heads * N * D }, () => 4 * random() - 2);
const q = draw(H);

interface Kernel {
  readonly k: Float32Array;
  readonly v: Float32Array;
  readonly kvHead: (head: number) => number;
  readonly slope?: (head: number) => number;
}

function attend({ k, v, kvHead, slope = () => 0 }: Kernel): Float32Array {
  const made: number[] = [];
  for (let h = 0; h < H; h++)
    for (let i = 0; i < N; i++) {
      const keys = Array.from({ length: i + 1 }, (_, j) => kvHead(h) * N + j);
      const powers = keys.map((key, j) => {
        let score = 0;
        for (let c = 0; c < D; c++) score += q[(h * N + i) * D + c] * k[key * D + c];
        return Math.exp(score / Math.sqrt(D) - slope(h) * (i - j));
      });
      const total = powers.reduce((sum, power) => sum + power, 0);
      for (let c = 0; c < D; c++)
        made.push(keys.reduce((sum, key, j) => sum + powers[j] * v[key * D + c], 0) / total);
    }
  return Float32Array.from(made);
}

async function judged(kv: number, kernel: Omit<Kernel, "k" | "v">, settings: object) {
  const [k, v] = [draw(kv), draw(kv)];
  const array = (data: Float32Array, heads: number) => ({ data, shape: [1, heads, N, D] });
  const { diagnosis } = await judge(
    { q: array(q, H), k: array(k, kv), v: array(v, kv) },
    { o: array(attend({ k, v, ...kernel }), H) },
    { causal: true, ...settings },
  );
  return diagnosis.map(({ mistake, parameters }) => ({ mistake, parameters }));
}

test("slopes of ALiBi that begin at 2^0: with 8 heads, each is twice the right one", async () => {
  const found = await judged(H, { kvHead: (h) => h, slope: (h) => 2 ** -h }, { alibi: true });
  expect(found[0]).toEqual({ mistake: "alibi-slopes-next-power", parameters: { first: "2^0" } });
});

test("a head divided by the number of kv heads: of 8 heads and 4, also every second kv head in order", async () => {
  const found = await judged(4, { kvHead: (h) => Math.floor(h / 4) }, {});
  expect(found).toEqual([{ mistake: "kv-head-other", parameters: { "head divided by": 4 } }]);
});
