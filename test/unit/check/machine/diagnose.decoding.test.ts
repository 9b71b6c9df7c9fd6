import { describe, expect, test } from "vitest";
import { judge } from "../../../../src/index.js";
import { createRandom } from "../../../support/random.js";

// Dumps of one query per head beside a cache of keys, each with one mistake. The kernel is plain loops in float64, and o
// is rounded to float32.

const [B, H, C, D] = [2, 2, 32, 8];
const random = createRandom(140);
const draw = (count: number) => Float32Array.from({ length: count }, () => 4 * random() - 2);
const q = draw(B * H * D);
const caches = [1, 2].map(() => draw(B * H * C * D));
const [k, v] = caches;
const array = (data: Float32Array | Int32Array, shape: readonly number[]) => ({ data, shape });

/** Each query sees the keys that `sees` gives for its batch: the first one, and the one after the last. */
function attend(
  sees: (batch: number) => readonly [first: number, end: number],
  [k, v]: readonly Float32Array[] = caches,
): Float32Array {
  const made: number[] = [];
  for (let b = 0; b < B; b++)
    for (let h = 0; h < H; h++) {
      const row = b * H + h;
      const [first, end] = sees(b);
      const keys = Array.from({ length: end - first }, (_, at) => row * C + first + at);
      const powers = keys.map((key) => {
        let score = 0;
        for (let c = 0; c < D; c++) score += q[row * D + c] * k[key * D + c];
        return Math.exp(score / Math.sqrt(D));
      });
      const total = powers.reduce((sum, power) => sum + power, 0);
      for (let c = 0; c < D; c++)
        made.push(keys.reduce((sum, key, at) => sum + powers[at] * v[key * D + c], 0) / total);
    }
  return Float32Array.from(made);
}

const judged = async (o: Float32Array, lengths: readonly number[], settings: object) => {
  const { diagnosis } = await judge(
    {
      ...{ q: array(q, [B, H, 1, D]), k_cache: array(k, [B, H, C, D]), v_cache: array(v, [B, H, C, D]) },
      cache_seqlens: array(Int32Array.from(lengths), [B]),
    },
    { o: array(o, [B, H, 1, D]) },
    settings,
  );
  return diagnosis.map(({ mistake, parameters }) => ({ mistake, parameters }));
};

describe("a window of one query that begins", () => {
  const window = 8;
  const windowed = { causal: true, window };

  test("where that of the longest batch does", async () => {
    const lengths = [21, 26];
    const o = attend((b) => [26 - window, lengths[b]]);
    expect(await judged(o, lengths, windowed)).toEqual([
      {
        mistake: "window-start-other",
        parameters: { "as with the length": 26, of: "the longest batch" },
      },
    ]);
  });

  test("behind the keys of its batch, of which the last one is kept", async () => {
    const lengths = [15, 26];
    const o = attend((b) => [Math.min(26 - window, lengths[b] - 1), lengths[b]]);
    expect(await judged(o, lengths, windowed)).toMatchObject([
      { mistake: "window-start-other", parameters: { "but at most": "the last key" } },
    ]);
  });

  test("where it would at the end of the cache: at 24, which is a tile of 8, too", async () => {
    const lengths = [27, 30];
    const o = attend((b) => [C - window, lengths[b]]);
    expect(await judged(o, lengths, windowed)).toEqual([
      { mistake: "window-start-other", parameters: { "as with the length": 32, of: "the whole cache" } },
    ]);
  });

  test("where that of the other batch does", async () => {
    const lengths = [21, 26];
    const o = attend((b) => [lengths[1 - b] - window, lengths[b]]);
    expect(await judged(o, lengths, windowed)).toMatchObject([{ mistake: "window-start-other" }]);
  });

  test("anywhere: the first key is said, and a tile that begins there stands behind it", async () => {
    const lengths = [27, 27];
    const o = attend((b) => [lengths[b] - 1, lengths[b]]);
    expect((await judged(o, lengths, windowed))[0]).toEqual({
      mistake: "window-start-other",
      parameters: { "first key": "26 instead of 19" },
    });
  });

  test("with its tile of 16, in two batches", async () => {
    const lengths = [27, 30];
    const o = attend((b) => [16, lengths[b]]);
    expect(await judged(o, lengths, windowed)).toMatchObject([
      { mistake: "window-in-tiles", parameters: { tile: 16 } },
    ]);
  });
});

test("a new key that its query does not see is first a matter of the length", async () => {
  const lengths = [21, 26];
  const o = attend((b) => [0, lengths[b] - 1]);
  expect((await judged(o, lengths, { causal: true }))[0]).toEqual({
    mistake: "key-length-other",
    parameters: { by: -1 },
  });
});

describe("a new key and value of which", () => {
  const lengths = [17, 26];
  const added = [1, 2].map(() => draw(B * H * D));
  type Place = number | undefined;
  /** Returns a cache with new rows written `by` rows behind the length of each batch, or not at all. */
  const written = (cache: Float32Array, rows: Float32Array, by: Place) => {
    const made = cache.slice();
    for (let row = 0; row < B * H && by !== undefined; row++) {
      const at = row * C + lengths[Math.floor(row / H)] + by;
      made.set(rows.subarray(row * D, (row + 1) * D), at * D);
    }
    return made;
  };
  const [newKeys, newValues] = added;
  const placed = (keysBy: Place, valuesBy: Place, counted = 1) =>
    attend((b) => [0, lengths[b] + counted], [written(k, newKeys, keysBy), written(v, newValues, valuesBy)]);
  const stale = "not written there: what the cache had was read";
  const over = "keys and values written over the last ones, which count no row more";

  test.each([
    ["the value is missing", placed(0, undefined), `values ${stale}`],
    ["the key is missing", placed(undefined, 0), `keys ${stale}`],
    ["both are missing", placed(undefined, undefined), `keys and values ${stale}`],
    ["both are one row late, behind the last key that is read", placed(1, 1), `keys and values ${stale}`],
    ["the value is one row early", placed(0, -1), "values written one row early"],
    ["both are over the last ones", placed(-1, -1, 0), over],
    [
      "each is in the place of the other",
      attend((b) => [0, lengths[b] + 1], [written(k, newValues, 0), written(v, newKeys, 0)]),
      "keys and values swapped",
    ],
  ])("%s", async (_, o, text) => {
    const { diagnosis } = await judge(
      {
        ...{ q: array(q, [B, H, 1, D]), k_cache: array(k, [B, H, C, D]), v_cache: array(v, [B, H, C, D]) },
        ...{ k_new: array(newKeys, [B, H, 1, D]), v_new: array(newValues, [B, H, 1, D]) },
        cache_seqlens: array(Int32Array.from(lengths), [B]),
      },
      { o: array(o, [B, H, 1, D]) },
      {},
    );
    expect(diagnosis).toMatchObject([{ mistake: "new-rows-misplaced", parameters: { new: text } }]);
  });

  test("both are where they belong", async () => {
    const { verdict } = await judge(
      {
        ...{ q: array(q, [B, H, 1, D]), k_cache: array(k, [B, H, C, D]), v_cache: array(v, [B, H, C, D]) },
        ...{ k_new: array(newKeys, [B, H, 1, D]), v_new: array(newValues, [B, H, 1, D]) },
        cache_seqlens: array(Int32Array.from(lengths), [B]),
      },
      { o: array(placed(0, 0), [B, H, 1, D]) },
      {},
    );
    expect(verdict).toBe("agrees");
  });
});
