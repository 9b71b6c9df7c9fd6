import { describe, expect, test } from "vitest";
import { judge } from "../../../../src/index.js";
import { createRandom } from "../../../support/random.js";

// Dumps of several batches and heads, each with one mistake, which must get one name. The kernel is plain loops in float64, and o is
// rounded to float32.

const [B, H, N, D] = [2, 4, 24, 8];
const random = createRandom(36);
const draw = (count: number) => Float32Array.from({ length: count }, () => 4 * random() - 2);
const [q, k, v] = [1, 2, 3].map(() => draw(B * H * N * D));
const bias = draw(H * N * N);

interface Reads {
  /** The head whose output is stored for a head. */
  readonly head?: (head: number) => number;
  readonly sees?: (batch: number, i: number, j: number, head: number) => boolean;
  readonly bias?: (head: number, i: number, j: number) => number;
  /** The rows of queries whose exponentials a row adds up; all of them alike if `isSummed`. */
  readonly rows?: (i: number) => readonly number[];
  readonly isSummed?: boolean;
  /** The row of queries by whose sum a row is divided. */
  readonly sumOf?: (i: number) => number;
  /** What the score of query i becomes. */
  readonly score?: (score: number, i: number) => number;
  /** The index of the values of a head, counted over all batches. */
  readonly value?: (batch: number, head: number) => number;
}

/** Σ e^s over keys, and Σ e^s · v. */
function sumsOf(
  row: number,
  keys: readonly number[],
  added: (key: number) => number,
  changed = (score: number) => score,
  first = 0,
) {
  const powers = keys.map((key) => {
    let score = 0;
    for (let c = 0; c < D; c++) score += q[row * D + c] * k[key * D + c];
    return Math.exp(changed(score / Math.sqrt(D)) + added(key));
  });
  const total = powers.reduce((sum, power) => sum + power, 0);
  const values = Array.from({ length: D }, (_, c) =>
    keys.reduce((sum, key, at) => sum + powers[at] * v[(first + key) * D + c], 0),
  );
  return { total, values };
}

/** The same, of exponentials below the largest score. */
function belowLargest(row: number, keys: readonly number[]) {
  const largest = Math.max(...keys.map((key) => Math.log(sumsOf(row, [key], () => 0).total)));
  return sumsOf(row, keys, () => -largest);
}

const weightedSum = (...of: Parameters<typeof sumsOf>): number[] => {
  const { total, values } = sumsOf(...of);
  return values.map((value) => value / total);
};

function attend({
  head = (own) => own,
  sees = () => true,
  bias: added = () => 0,
  rows = (i) => [i],
  isSummed = false,
  sumOf,
  score = (own) => own,
  value = (batch, own) => batch * H + own,
}: Reads): Float32Array {
  const made: number[] = [];
  for (let b = 0; b < B; b++)
    for (let h = 0; h < H; h++)
      for (let i = 0; i < N; i++) {
        const first = (b * H + head(h)) * N;
        const parts = rows(i).map((row) => {
          const keys = Array.from({ length: N }, (_, j) => j).filter((j) => sees(b, row, j, h));
          const places = keys.map((j) => first + j);
          const { total, values } = sumsOf(
            first + row,
            places,
            (key) => added(head(h), row, key - first),
            (own) => score(own, row),
            value(b, head(h)) * N - first,
          );
          return isSummed ? { total: 1, values: values.map((value) => value / total) } : { total, values };
        });
        const all = Array.from({ length: N }, (_, j) => first + j);
        const ofOther = sumOf && sumsOf(first + sumOf(i), all, () => 0).total;
        const total = ofOther ?? (isSummed ? 1 : parts.reduce((sum, part) => sum + part.total, 0));
        for (let c = 0; c < D; c++) made.push(parts.reduce((sum, { values }) => sum + values[c], 0) / total);
      }
  return Float32Array.from(made);
}

const floatBits = (x: number) => new Uint32Array(Float32Array.of(x).buffer)[0];
const array = (data: Float32Array | Uint8Array | Int32Array, shape: readonly number[]) => ({ data, shape });
const SHAPE = [B, H, N, D];
const inputs = { q: array(q, SHAPE), k: array(k, SHAPE), v: array(v, SHAPE) };

const judged = async (o: Float32Array, more: object, settings: object = {}) => {
  const { diagnosis } = await judge({ ...inputs, ...more }, { o: array(o, SHAPE) }, settings);
  return diagnosis.map(({ mistake, parameters }) => ({ mistake, parameters }));
};

describe("a bias", () => {
  const given = { attn_bias: array(bias, [1, H, N, N]) };
  const at = (h: number, i: number, j: number) => bias[(h * N + i) * N + j];

  test.each([
    ["key", (h: number, i: number, j: number) => at(h, i, j % 16), { key: "j mod 16" }],
    ["query", (h: number, i: number, j: number) => at(h, i % 8, j), { query: "i mod 8" }],
    ["both", (h: number, i: number, j: number) => at(h, i % 8, j % 8), { "query and key": "mod 8" }],
    ["row below", (h: number, i: number, j: number) => at(h, i ^ 1, j), { query: "i xor 1" }],
  ])("that is read at another place: %s", async (_, added, parameters) => {
    expect(await judged(attend({ bias: added }), given)).toEqual([{ mistake: "bias-shifted", parameters }]);
  });
});

test("the masks of two batches in each other's place, of which one masks nothing", async () => {
  const lengths = [N, 15];
  const mask = Uint8Array.from({ length: B * N }, (_, at) => (at % N < lengths[Math.floor(at / N)] ? 1 : 0));
  const o = attend({ sees: (b, _, j) => j < lengths[1 - b] });
  expect(await judged(o, { attention_mask: array(mask, [B, N]) })).toEqual([
    { mistake: "mask-of-another-head", parameters: { order: "from the last to the first", of: "batches" } },
  ]);
});

test("two inner heads that are swapped are not called reversed: the outer ones are right", async () => {
  const o = attend({ head: (own) => [0, 2, 1, 3][own], sees: (_, i, j) => j <= i });
  expect(await judged(o, {}, { causal: true })).toEqual([
    { mistake: "heads-swapped", parameters: { order: "2 × 2 transposed" } },
  ]);
});

test.each([
  // The second sequence has 6 queries from 7 on, and 14 keys from 10 on.
  ["keys", 7, 13],
  ["first key", 7, 7 + 14],
])(
  "keys of joined sequences that were found by the ends of the queries' sequences: %s",
  async (which, low, high) => {
    const [starts, keyStarts] = [
      [0, 7, 13],
      [0, 10, N],
    ];
    const rows = 13;
    const o = Array.from({ length: rows }, (_, i) => {
      const [first, end] = i < 7 ? [0, which === "first key" ? 10 : 7] : [low, high];
      const keys = Array.from({ length: N }, (_, j) => j).filter((j) => j >= first && j < end);
      return weightedSum(i, keys, () => 0);
    });
    const { diagnosis } = await judge(
      {
        q: array(q.slice(0, rows * D), [rows, 1, D]),
        k: array(k.slice(0, N * D), [N, 1, D]),
        v: array(v.slice(0, N * D), [N, 1, D]),
        cu_seqlens_q: array(Int32Array.from(starts), [3]),
        cu_seqlens_k: array(Int32Array.from(keyStarts), [3]),
      },
      { o: array(Float32Array.from(o.flat()), [rows, 1, D]) },
    );
    expect(diagnosis).toMatchObject([
      { mistake: "sequences-cut-elsewhere", parameters: { [which]: "by the sequences of the queries" } },
    ]);
  },
);

test("heads of which each two are swapped", async () => {
  expect(await judged(attend({ head: (own) => own ^ 1 }), {})).toEqual([
    { mistake: "heads-swapped", parameters: { order: "h xor 1" } },
  ]);
});

test("values whose batches are one head apart", async () => {
  expect(await judged(attend({ value: (batch, head) => batch + head }), {})).toEqual([
    { mistake: "batch-misread", parameters: { "heads of a batch": 1, which: "values alone" } },
  ]);
});

test("scores that are cut off above, which not every row shows equally well", async () => {
  const found = await judged(attend({ score: (own) => Math.min(own, 1.5) }), {});
  expect(found).toEqual([{ mistake: "softcap-other", parameters: { how: "cut off above", softcap: 1.5 } }]);
});

test("a temperature that grows with the number of keys", async () => {
  const score = (own: number, i: number) => own * Math.max(1, Math.log(i + 1) / Math.log(8));
  expect(await judged(attend({ score, sees: (_, i, j) => j <= i }), {}, { causal: true })).toMatchObject([
    { mistake: "scale-of-rows" },
  ]);
});

test("an own key that no row sees, though its weight is small in some heads", async () => {
  expect(await judged(attend({ sees: (_, i, j) => j !== i }), {})).toMatchObject([
    { mistake: "other-keys-attended", parameters: { rows: "lack these keys", keys: "i…i" } },
  ]);
});

test("a scale near another one, which bfloat16 would not tell apart cell by cell", async () => {
  // 1/√4, of the number of heads, and log₂ e / √8 differ by 2 %.
  const short = (x: number) =>
    new Float32Array(Uint32Array.of((floatBits(x) + 0x8000) & 0xffff0000).buffer)[0];
  const o = attend({ score: (own) => (own * Math.sqrt(D)) / 2 }).map(short);
  const { diagnosis } = await judge(inputs, { o: array(o, SHAPE) }, { dtype: "bfloat16" });
  expect(diagnosis).toMatchObject([{ mistake: "scale-other", parameters: { scale: "1/√4" } }]);
});

test("the own key that counts twice: cached, and new", async () => {
  const twice = attend({ sees: (_, i, j) => j <= i, bias: (_, i, j) => (i === j ? Math.LN2 : 0) });
  expect(await judged(twice, {}, { causal: true })).toEqual([
    { mistake: "keys-doubled", parameters: { tile: 1, which: "diagonal" } },
  ]);
});

test("keys that are each shifted by a number of their own are no dropout", async () => {
  const shifts = Array.from({ length: B * H * N }, () => random() - 0.5);
  const total = (i: number) => q.subarray(i * D, (i + 1) * D).reduce((sum, own) => sum + own, 0);
  const bias = (h: number, i: number, j: number) => (total(h * N + i) * shifts[h * N + j]) / Math.sqrt(D);
  const found = await judged(attend({ bias }), {});
  expect(found.map(({ mistake }) => mistake)).not.toContain("dropout-left-on");
});

test("rows that are divided by the sum of another row", async () => {
  // Here, no maximum is subtracted, so a row also has the factor e^(maximum of the one − that of the other).
  expect(await judged(attend({ sumOf: (i) => (i < 8 ? i : i - 8) }), {})).toMatchObject([
    { mistake: "rows-scaled" },
  ]);
});

test.each([
  ["the block before, in the output", (i: number) => (i < 8 ? [i] : [i, i - 8]), true, "the block before"],
  [
    "all blocks before, with maximum and sum",
    (i: number) => [i, i - 8, i - 16].filter((row) => row >= 0),
    false,
    "all blocks before",
  ],
])("an accumulator that was not cleared between blocks of queries: %s", async (_, rows, isSummed, of) => {
  expect(await judged(attend({ rows, isSummed }), {})).toMatchObject([
    { mistake: "output-accumulated", parameters: { of, tile: 8 } },
  ]);
});

test("an accumulator that was not cleared for the next head, though the sum was: its first block has the last one of the head before", async () => {
  const o = attend({});
  for (let at = 0; at < o.length; at++) {
    const [head, i, c] = [Math.floor(at / (N * D)), Math.floor(at / D) % N, at % D];
    if (head % H === 0 || i >= 8) continue;
    const keysOf = (one: number) => Array.from({ length: N }, (_, j) => one * N + j);
    const own = belowLargest(head * N + i, keysOf(head));
    const before = belowLargest((head - 1) * N + i + N - 8, keysOf(head - 1));
    o[at] = (own.values[c] + before.values[c]) / own.total;
  }
  // Of the 24 rows, the last block begins at row 16, in blocks of 8 and of 16.
  expect(await judged(o, {})).toEqual([
    {
      mistake: "output-accumulated",
      parameters: { of: "the last block of the head before", tile: 16, kept: "the sum of values alone" },
    },
  ]);
});

test("heads of keys and values that were looked up as if they had as many rows as those of queries", async () => {
  const queries = 16;
  const own = (at: number) => [Math.floor(at / (queries * D)), at % (queries * D)];
  const shorter = Float32Array.from({ length: B * H * queries * D }, (_, at) => {
    const [head, cell] = own(at);
    return q[head * N * D + cell];
  });
  const o = Float32Array.from(shorter, (_, at) => {
    const [head, cell] = own(at);
    const keys = Array.from({ length: N }, (_, j) => head * queries + j);
    const { total, values } = sumsOf(head * N + Math.floor(cell / D), keys, () => 0);
    return values[cell % D] / total;
  });
  const { diagnosis } = await judge(
    { ...inputs, q: array(shorter, [B, H, queries, D]) },
    { o: array(o, [B, H, queries, D]) },
  );
  expect(diagnosis).toMatchObject([
    { mistake: "storage-misread", parameters: { which: "keys and values", "rows of a head": queries } },
  ]);
});

describe("a mask", () => {
  test("of the first head, in all heads", async () => {
    const mask = Uint8Array.from({ length: H * N * N }, (_, at) =>
      random() < 0.6 || at % N === Math.floor(at / N) % N ? 1 : 0,
    );
    const o = attend({ sees: (_, i, j) => mask[i * N + j] === 1 });
    expect(await judged(o, { attn_mask: array(mask, [1, H, N, N]) })).toEqual([
      { mistake: "mask-of-another-head", parameters: { head: 0 } },
    ]);
  });

  test("with a window of which the keys after the query were not masked", async () => {
    const o = attend({ sees: (_, i, j) => j >= i - 5 });
    const settings = { windowLeft: 5, windowRight: 3 };
    expect(await judged(o, {}, settings)).toEqual([
      { mistake: "window-ignored", parameters: { side: "right" } },
    ]);
  });

  test("of a causal window that reaches as far after the query as before it", async () => {
    const o = attend({ sees: (_, i, j) => Math.abs(i - j) < 6 });
    expect(await judged(o, {}, { causal: true, window: 6 })).toEqual([
      { mistake: "window-symmetric", parameters: { "keys on each side": 5 } },
    ]);
  });

  test("that is right, of a loop that ends at the tile of the first query of a block", async () => {
    const o = attend({ sees: (_, i, j) => j <= i && j < 4 * Math.ceil((i - (i % 8) + 1) / 4) });
    expect(await judged(o, {}, { causal: true })).toEqual([
      { mistake: "key-loop-short", parameters: { tile: 4, "block of queries": 8 } },
    ]);
  });

  test("that is right, of a loop that ends at the tile with the number of a block of queries", async () => {
    const o = attend({ sees: (_, i, j) => j <= i && j < 4 * (Math.floor(i / 8) + 1) });
    const loop = { tile: 4, "block of queries": 8, "ends at the tile with": "its own number" };
    expect(await judged(o, {}, { causal: true })).toEqual([{ mistake: "key-loop-short", parameters: loop }]);
  });

  test("with a window of 5 that begins with the tile of the first query of a block", async () => {
    // Block 1 has the queries 8–15. The window of query 8 begins at key 4, as a tile does.
    const o = attend({
      sees: (_, i, j) => j <= i && j >= 4 * Math.floor(Math.max(0, i - (i % 8) - 4) / 4),
    });
    expect(await judged(o, {}, { causal: true, window: 5 })).toEqual([
      { mistake: "window-in-tiles", parameters: { tile: 4, "block of queries": 8 } },
    ]);
  });

  test("with a window whose first keys were lost, in the tiles before that of the last query of a block", async () => {
    // The window of query 15 begins at key 7, so that block 1 begins with key 4. Query 8 sees 4–8, not 0–8.
    const o = attend({
      sees: (_, i, j) => j <= i && j > i - 9 && j >= 4 * Math.floor(Math.max(0, i - (i % 8) - 1) / 4),
    });
    const keys = "none before the tile in which that of its last query begins";
    expect(await judged(o, {}, { causal: true, window: 9 })).toMatchObject([
      { mistake: "window-in-tiles", parameters: { tile: 4, "block of queries": 8, keys } },
    ]);
  });

  test("with chunks of 6 in place of a window of 6", async () => {
    const o = attend({ sees: (_, i, j) => j <= i && Math.floor(j / 6) === Math.floor(i / 6) });
    expect(await judged(o, {}, { causal: true, window: 6 })).toEqual([
      { mistake: "window-in-tiles", parameters: { "chunks of": 6 } },
    ]);
  });

  test.each([
    // The last token is alone in a chunk that begins with it.
    ["1 early", 1, true],
    ["1 late", -1, true],
    ["3 early", 3, false],
  ])("with chunks of 8 that begin %s", async (text, by, causal) => {
    const isOfOne = (i: number, j: number, early: number) =>
      Math.floor((i + early) / 8) === Math.floor((j + early) / 8) && (!causal || j <= i);
    const o = attend({ sees: (_, i, j) => isOfOne(i, j, by) });
    const mask = Uint8Array.from({ length: N * N }, (_, at) =>
      isOfOne(Math.floor(at / N), at % N, 0) ? 1 : 0,
    );
    const given = { attn_mask: array(mask, [1, 1, N, N]) };
    expect(await judged(o, given, causal ? { causal } : {})).toEqual([
      { mistake: "chunks-shifted", parameters: { "they begin": text } },
    ]);
  });

  test("with a sliding window of 8 in place of chunks of 8", async () => {
    const o = attend({ sees: (_, i, j) => j <= i && j > i - 8 });
    const mask = Uint8Array.from({ length: N * N }, (_, at) =>
      Math.floor(at / N / 8) === Math.floor((at % N) / 8) ? 1 : 0,
    );
    expect(await judged(o, { attn_mask: array(mask, [1, 1, N, N]) }, { causal: true })).toEqual([
      { mistake: "window-for-chunks", parameters: { window: 8 } },
    ]);
  });

  test("with a window half as wide on each side", async () => {
    const o = attend({ sees: (_, i, j) => Math.abs(i - j) <= 3 });
    expect(await judged(o, {}, { windowLeft: 6, windowRight: 6 })).toEqual([
      { mistake: "window-other", parameters: { window: "half as wide" } },
    ]);
  });

  test("with the sides of the window swapped, as many queries as keys", async () => {
    const o = attend({ sees: (_, i, j) => j >= i - 2 && j <= i + 6 });
    expect(await judged(o, {}, { windowLeft: 6, windowRight: 2 })).toEqual([
      { mistake: "window-sides-swapped", parameters: undefined },
    ]);
  });

  test("of which rows without keys are the mean of all values", async () => {
    const none = [2, 3, 11];
    const open = Uint8Array.from({ length: N * N }, (_, at) => (none.includes(Math.floor(at / N)) ? 0 : 1));
    // Scores of 0 weigh all keys alike.
    const o = attend({ score: (own, i) => (none.includes(i) ? 0 : own) });
    const given = { attn_mask: array(open, [1, 1, N, N]) };
    expect((await judged(o, given))[0]).toEqual({
      mistake: "empty-row",
      parameters: { holds: "the mean of the values" },
    });
    const { rightWith } = await judge({ ...inputs, ...given }, { o: array(o, SHAPE) }, {});
    expect(rightWith).toMatchObject({ emptyRow: "uniform" });
  });

  test.each([
    ["rounded down to pages of 8", 8],
    ["that of another sequence", 17],
  ])("whose offset is %s", async (_, offset) => {
    const queries = 12;
    const part = (data: Float32Array) =>
      Float32Array.from({ length: B * H * queries * D }, (_, at) => {
        const [matrix, cell] = [Math.floor(at / (queries * D)), at % (queries * D)];
        return data[matrix * N * D + cell];
      });
    const o = attend({ sees: (_, i, j) => j <= i + offset });
    const shape = [B, H, queries, D];
    const { diagnosis } = await judge(
      { ...inputs, q: array(part(q), shape) },
      { o: array(part(o), shape) },
      { causal: true, align: "bottom-right" },
    );
    expect(diagnosis).toMatchObject([{ mistake: "query-offset-other", parameters: { offset } }]);
  });

  test("whose queries stand where they would without the new keys", async () => {
    const queries = 4;
    const part = (data: Float32Array) =>
      Float32Array.from({ length: B * H * queries * D }, (_, at) => {
        const [matrix, cell] = [Math.floor(at / (queries * D)), at % (queries * D)];
        return data[matrix * N * D + cell];
      });
    const o = attend({ sees: (_, i, j) => j <= i + N - 2 * queries });
    const shape = [B, H, queries, D];
    const { diagnosis } = await judge(
      { ...inputs, q: array(part(q), shape) },
      { o: array(part(o), shape) },
      { causal: true, align: "bottom-right" },
    );
    expect(diagnosis).toMatchObject([
      { mistake: "key-length-other", parameters: { of: "the position", by: -4 } },
    ]);
  });

  test("of lengths rounded down to whole tiles", async () => {
    const lengths = [21, 11];
    const mask = Uint8Array.from({ length: B * N }, (_, at) =>
      at % N < lengths[Math.floor(at / N)] ? 1 : 0,
    );
    const o = attend({ sees: (b, _, j) => j < 8 * Math.floor(lengths[b] / 8) });
    const keys = "16–20 in batch 0/head 0, 8–10 in batch 1/head 0";
    expect(await judged(o, { attention_mask: array(mask, [B, N]) })).toEqual([
      { mistake: "keys-dropped", parameters: { keys } },
    ]);
  });
});

test("a sink that is counted in each of five parts of a row is no double key", async () => {
  const sinks = [0.5, -1, 1, 2];
  const made: number[] = [];
  for (let b = 0; b < B; b++)
    for (let h = 0; h < H; h++)
      for (let i = 0; i < N; i++) {
        const first = (b * H + h) * N;
        const keys = Array.from({ length: N }, (_, j) => first + j);
        const { total, values } = sumsOf(first + i, keys, () => 0);
        made.push(...values.map((value) => value / (total + 5 * Math.exp(sinks[h]))));
      }
  expect(await judged(Float32Array.from(made), { sinks: array(Float32Array.from(sinks), [H]) })).toEqual([
    { mistake: "sink-repeated", parameters: { times: 5 } },
  ]);
});
