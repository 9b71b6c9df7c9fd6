import { describe, expect, test } from "vitest";
import {
  type AttendInputs,
  attend,
  type Matrix,
  matrixOf,
  multihead,
  type Step,
  toRows,
} from "../../src/index.js";
import { cellOf, createMatrix } from "../../src/math/matrix.js";
import { scopeText } from "../../src/trace/trace.js";
import { expectTraceExplained } from "../support/explained.js";
import { createRandom, randomMatrix } from "../support/random.js";

const random = createRandom(41);
const matrix = (rows: number, cols: number) => randomMatrix(random, rows, cols);
const identity = (size: number) => createMatrix(size, size, (row, col) => (row === col ? 1 : 0));
const outputOf = (...args: Parameters<typeof multihead>) => matrixOf(multihead(...args), "output");

/** n = 4, d_model = 6: W of every kind for three heads of two columns. */
const layer = () => ({
  ...{ wq: matrix(6, 6), wk: matrix(6, 6), wv: matrix(6, 6), wo: matrix(6, 5) },
  ...{ bq: matrix(1, 6), bk: matrix(1, 6), bv: matrix(1, 6), bo: matrix(1, 5) },
});

test("one head with identity W is attend", () => {
  const x = matrix(5, 3);
  const w = { wq: identity(3), wk: identity(3), wv: identity(3), wo: identity(3) };
  expect(outputOf({ x, ...w }, { causal: true })).toBeCloseToMatrix(
    matrixOf(attend({ x }, { causal: true }), "output"),
  );
});

test("as many kv heads as heads is the default", () => {
  const inputs = { x: matrix(4, 6), ...layer() };
  expect(toRows(outputOf(inputs, { heads: 3, kvHeads: 3 }))).toEqual(toRows(outputOf(inputs, { heads: 3 })));
});

test("grouped heads are heads with K and V repeated", () => {
  const [query, key, value] = [matrix(4, 8), matrix(5, 4), matrix(5, 6)];
  // 4 query heads, 2 kv heads: heads 0 and 1 read kv head 0, heads 2 and 3 read kv head 1.
  const repeated = (given: Matrix, size: number) =>
    createMatrix(given.rows, size * 4, (row, col) => {
      const head = Math.floor(col / size);
      return cellOf(given, row, Math.floor(head / 2) * size + (col % size));
    });
  expect(outputOf({ query, key, value }, { heads: 4, kvHeads: 2 })).toBeCloseToMatrix(
    outputOf({ query, key: repeated(key, 2), value: repeated(value, 3) }, { heads: 4 }),
  );
});

test("heads are what attend gives on their columns", () => {
  const [query, key, value] = [matrix(3, 6), matrix(4, 6), matrix(4, 9)];
  const columns = (given: Matrix, first: number, size: number) =>
    createMatrix(given.rows, size, (row, col) => cellOf(given, row, first + col));
  const trace = multihead({ query, key, value }, { heads: 3 });
  for (const head of [0, 1, 2]) {
    const alone = attend({
      query: columns(query, 2 * head, 2),
      key: columns(key, 2 * head, 2),
      value: columns(value, 3 * head, 3),
    });
    expect(matrixOf(trace, `head ${head}/context`)).toBeCloseToMatrix(matrixOf(alone, "output"));
  }
});

test("packed projections are the three side by side, stored either way", () => {
  const [x, bqkv] = [matrix(4, 6), matrix(1, 10)];
  // 3 heads and 1 kv head of 2 columns: 6 columns of q, 2 of k, 2 of v.
  const [wq, wk, wv] = [matrix(6, 6), matrix(6, 2), matrix(6, 2)];
  const packed = createMatrix(6, 10, (row, col) =>
    col < 6 ? cellOf(wq, row, col) : col < 8 ? cellOf(wk, row, col - 6) : cellOf(wv, row, col - 8),
  );
  const part = (first: number, size: number) =>
    createMatrix(1, size, (_, col) => cellOf(bqkv, 0, first + col));
  const settings = { heads: 3, kvHeads: 1 };
  const expected = outputOf({ x, wq, wk, wv, bq: part(0, 6), bk: part(6, 2), bv: part(8, 2) }, settings);
  expect(outputOf({ x, wqkv: packed, bqkv }, settings)).toBeCloseToMatrix(expected);
  const stored = createMatrix(10, 6, (row, col) => cellOf(packed, col, row));
  expect(outputOf({ x, wqkv: stored, bqkv }, { ...settings, layout: "out-in" })).toBeCloseToMatrix(expected);
});

test("a list of biases, one a head, reaches its head", () => {
  const [query, key, value] = [matrix(3, 4), matrix(3, 4), matrix(3, 4)];
  const biases = [matrix(3, 3), matrix(3, 3)];
  const stacked = createMatrix(6, 3, (row, col) => cellOf(biases[Math.floor(row / 3)], row % 3, col));
  const trace = multihead({ query, key, value, bias: stacked }, { heads: 2 });
  for (const head of [0, 1]) {
    const alone = multihead({ query, key, value, bias: biases[head] }, { heads: 2 });
    expect(toRows(matrixOf(trace, `head ${head}/weights`))).toEqual(
      toRows(matrixOf(alone, `head ${head}/weights`)),
    );
  }
});

describe("a cache", () => {
  test("a decode step gives the last row of the full pass", () => {
    const x = matrix(6, 6);
    const w = layer();
    const rows = (first: number, count: number) =>
      createMatrix(count, 6, (row, col) => cellOf(x, first + row, col));
    const full = multihead({ x, ...w }, { heads: 3, causal: true });
    const past = multihead({ x: rows(0, 4), ...w }, { heads: 3, causal: true });
    const cached = outputOf(
      { x: rows(4, 2), ...w, pastKey: matrixOf(past, "k"), pastValue: matrixOf(past, "v") },
      { heads: 3, causal: true },
    );
    expect(cached).toBeCloseToMatrix(toRows(matrixOf(full, "output")).slice(4));
  });

  test("a zero key takes e^0 of each row: softmax1", () => {
    // One head, scores 1 and 0: weights e/(e + 1 + 1) and 1/(e + 2), the rest on the zero key.
    const trace = multihead({ query: [[1]], key: [[1], [0]], value: [[1], [2]] }, { addZeroAttention: true });
    const total = Math.E + 2;
    expect(matrixOf(trace, "head 0/weights")).toBeCloseToMatrix([[Math.E / total, 1 / total, 1 / total]]);
    expect(matrixOf(trace, "output")).toBeCloseToMatrix([[(Math.E + 2) / total]]);
  });

  test("memory, then bias_k, then the zero key, as torch puts them: neither is projected", () => {
    // d_k = 1, scores ln 2 (memory times W^K = 1), ln 3 (bias_k), 0: weights 2/6, 3/6, 1/6, values 12·W^V = 6, 4, 0.
    const trace = multihead(
      {
        x: [[1]],
        memory: [[12]],
        wk: [[Math.log(2) / 12]],
        wv: [[0.5]],
        biasK: [[Math.log(3)]],
        biasV: [[4]],
      },
      { addZeroAttention: true },
    );
    expect(toRows(matrixOf(trace, "head 0/values"))).toEqual([[6], [4], [0]]);
    expect(matrixOf(trace, "head 0/weights")).toBeCloseToMatrix([[2 / 6, 3 / 6, 1 / 6]]);
    expect(matrixOf(trace, "output")).toBeCloseToMatrix([[2 + 2]]);
  });

  test("grouped heads with a cache: −1e9 in masked cells is −∞", () => {
    const inputs = {
      ...layer(),
      x: matrix(4, 6),
      wk: matrix(6, 2),
      bk: matrix(1, 2),
      wv: matrix(6, 2),
      bv: matrix(1, 2),
    };
    const given = { ...inputs, pastKey: matrix(2, 2), pastValue: matrix(2, 2) };
    const settings = { heads: 3, kvHeads: 1, causal: true };
    const exact = outputOf(given, settings);
    for (const maskFill of ["replace:-1e10", "multiply-exp"]) {
      expect(outputOf(given, { ...settings, maskFill })).toBeCloseToMatrix(exact);
    }
  });

  test("bias_k is one more key that no mask hides", () => {
    const inputs = { query: [[1]], key: [[1], [0]], value: [[1], [2]], biasK: [[2]], biasV: [[3]] };
    const trace = multihead(inputs, { keyLength: 0 });
    expect(toRows(matrixOf(trace, "head 0/weights"))).toEqual([[0, 0, 1]]);
    expect(toRows(matrixOf(trace, "output"))).toEqual([[3]]);
  });
});

describe("a bias beside keys that were not given", () => {
  const inputs = { query: [[1]], key: [[1], [0]], value: [[1], [2]], biasK: [[2]], biasV: [[3]] };
  const settings = { addZeroAttention: true };

  test("adds 0 to the scores of bias_k and the zero key, as torch pads attn_mask", () => {
    // Scores 1, 0, 2, 0 and the bias ln 2, −∞, 0, 0: 2e, 0, e², 1.
    const total = 2 * Math.E + Math.E ** 2 + 1;
    const trace = multihead({ ...inputs, bias: [[Math.log(2), -Infinity]] }, settings);
    const want = [[(2 * Math.E) / total, 0, Math.E ** 2 / total, 1 / total]];
    expect(matrixOf(trace, "head 0/weights")).toBeCloseToMatrix(want);
  });

  test("with a column for each of them is used as it is", () => {
    const trace = multihead({ ...inputs, bias: [[0, 0, -2, 1]] }, settings);
    const total = Math.E + 1 + 1 + Math.E; // scores 1, 0, 2 − 2, 0 + 1
    const want = [[Math.E / total, 1 / total, 1 / total, Math.E / total]];
    expect(matrixOf(trace, "head 0/weights")).toBeCloseToMatrix(want);
  });
});

describe("a packed b beside W of their own", () => {
  const one = [[1]];
  const inputs = { query: one, key: one, value: one, wq: one, wk: one, wv: [[2]], bqkv: [[10, 20, 30]] };

  test("is cut into the b of each, as in torch with kdim and vdim", () => {
    const trace = multihead(inputs);
    expect(["q", "k", "v"].map((id) => matrixOf(trace, id).data[0])).toEqual([11, 21, 32]);
  });

  test("is refused when a W or its place is taken", () => {
    const { wv: _, ...without } = inputs;
    expect(() => multihead(without)).toThrow("bqkv is given, but neither wqkv nor all of wq, wk and wv.");
    expect(() => multihead({ ...inputs, bk: one })).toThrow("Both bqkv and bk are given.");
  });
});

describe("positions", () => {
  const inputs = () => ({ x: matrix(5, 8), wq: matrix(8, 8), wk: matrix(8, 8), wv: matrix(8, 8) });

  test.each(["interleaved", "half-split"] as const)("RoPE %s: scores depend on i − j only", (rope) => {
    const given = inputs();
    const settings = { heads: 2, rope, causal: true };
    const moved = outputOf(given, { ...settings, offset: 1000 });
    expect(moved).toBeCloseToMatrix(outputOf(given, settings), { atol: 1e-11 });
    // Not because the rotation has no effect:
    expect(moved).not.toBeCloseToMatrix(outputOf(given, { heads: 2, causal: true }));
  });

  test("RoPE leaves position 0 as it is", () => {
    const given = { x: matrix(1, 4) };
    const trace = multihead(given, { rope: "half-split" });
    expect(toRows(matrixOf(trace, "head 0/q-rotated"))).toEqual(toRows(given.x));
  });

  test("a decode step with a cache of turned keys gives the last row of the full pass", () => {
    const given = inputs();
    const settings = { heads: 4, kvHeads: 4, rope: "interleaved", alibi: true, causal: true } as const;
    const rows = (first: number, count: number) =>
      createMatrix(count, 8, (row, col) => cellOf(given.x, first + row, col));
    const past = multihead({ ...given, x: rows(0, 4) }, settings);
    const pastKey = createMatrix(4, 8, (row, col) =>
      cellOf(matrixOf(past, `head ${Math.floor(col / 2)}/k-rotated`), row, col % 2),
    );
    const cached = outputOf({ ...given, x: rows(4, 1), pastKey, pastValue: matrixOf(past, "v") }, settings);
    expect(cached).toBeCloseToMatrix(toRows(outputOf(given, settings)).slice(4));
  });

  test("ALiBi is a bias of slope·j: what is left of −slope·(i − j) is the same along a row", () => {
    const given = inputs();
    // Press et al. 2022: for 2 heads the slopes are 2^−4 and 2^−8.
    const bias = createMatrix(10, 5, (row, col) => (row < 5 ? 2 ** -4 : 2 ** -8) * col);
    expect(outputOf(given, { heads: 2, alibi: true })).toBeCloseToMatrix(
      outputOf({ ...given, bias }, { heads: 2 }),
    );
  });
});

describe("every step explains its cells", () => {
  const x = matrix(3, 6);
  const examples: Readonly<Record<string, readonly [AttendInputs, Parameters<typeof multihead>[1]]>> = {
    "projections, three heads": [
      { x, ...layer() },
      { heads: 3, causal: true, averageWeights: true },
    ],
    "kv heads, no W": [
      { query: matrix(3, 8), key: matrix(4, 4), value: matrix(4, 2) },
      { heads: 4, kvHeads: 2 },
    ],
    "cache, bias_k and a zero key": [
      { x, pastKey: matrix(2, 6), pastValue: matrix(2, 6), biasK: matrix(1, 6), biasV: matrix(1, 6) },
      { heads: 2, addZeroAttention: true, causal: true },
    ],
    "RoPE and ALiBi": [{ x }, { heads: 3, rope: "half-split", alibi: true, causal: true }],
    "RoPE on other keys": [
      { x, memory: matrix(5, 6) },
      { heads: 1, rope: "interleaved", rotarySize: 4 },
    ],
    "RoPE after sinusoids that were added to x": [
      { x },
      { heads: 1, rope: "interleaved", addPositions: "sinusoidal", causal: true },
    ],
    "a bias a head": [{ x, bias: matrix(6, 3) }, { heads: 2 }],
    "a bias a head beside a zero key": [
      { x, bias: matrix(6, 3) },
      { heads: 2, addZeroAttention: true },
    ],
  };
  test.each(Object.entries(examples))("%s", (_, [inputs, settings]) =>
    expectTraceExplained(multihead(inputs, settings)),
  );
});

test("compared numbers of heads are each the layer with that many, at the same cost", () => {
  const inputs = { x: matrix(4, 6), ...layer() };
  const compared = multihead(inputs, { compareHeads: [1, 3] });
  for (const [scope, heads] of [
    ["1 head", 1],
    ["3 heads", 3],
  ] as const) {
    const alone = multihead(inputs, { heads });
    expect(toRows(matrixOf(compared, `${scope}/output`))).toEqual(toRows(matrixOf(alone, "output")));
    expect(compared.facts.multiplyAdds).toEqual(alone.facts.multiplyAdds);
  }
  // One head looks at one key per query, three heads at no more than three.
  for (const [one, three] of toRows(matrixOf(compared, "places"))) {
    expect(one).toBe(1);
    expect(three).toBeLessThanOrEqual(3);
  }
  expectTraceExplained(compared);
});

test("every head has its steps in its scope, the rest has none", () => {
  const { steps } = multihead({ x: matrix(3, 4) }, { heads: 2 });
  const idsIn = (scope: string) =>
    steps
      .filter((step: Step) => scopeText(step.scope) === scope && !/-|entropy/.test(step.id))
      .map(({ id }) => id);
  expect(idsIn("head 1")).toEqual(["q", "k", "v", "scores", "exponentials", "weights", "context"]);
  expect(idsIn("")).toEqual(["split", "concat", "output"]);
});
