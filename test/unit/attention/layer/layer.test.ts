import { describe, expect, test } from "vitest";
import { layer, matrixOf, toRows, UserError } from "../../../../src/index.js";

const TWO = {
  x: [[3, 1]],
  w1: [[1, 2]],
  w2: [
    [1, 0],
    [0, 1],
  ],
};
const INPUTS = {
  ...TWO,
  w1: [
    [1, 0],
    [0, -1],
  ],
};

describe("a layer of one token and two columns, by hand", () => {
  // One token attends to itself alone: its attention is x itself, since there is no W.
  const trace = layer(INPUTS, { eps: 0.25 });
  const rows = (key: string) => toRows(matrixOf(trace, key));

  test("attention, residual sum and the norm behind it", () => {
    expect(rows("attention-output")).toEqual([[3, 1]]);
    expect(rows("residual-1")).toEqual([[6, 2]]);
    expect(rows("norm-1/mean")).toEqual([[4]]);
    expect(rows("norm-1/variance")).toEqual([[4]]); // ((6 − 4)² + (2 − 4)²) / 2
    const root = Math.sqrt(4.25);
    expect(rows("norm-1")).toEqual([[2 / root, -2 / root]]);
  });

  test("feed-forward: W₁ turns the sign of the second column, so that ReLU lets both pass", () => {
    const root = Math.sqrt(4.25);
    expect(rows("feed-forward-1")).toEqual([[2 / root, 2 / root]]);
    expect(rows("residual-2")).toEqual([[4 / root, 0]]);
  });

  test("an RMS norm before: 3² + 1² over 2 is 5", () => {
    const before = layer(INPUTS, { norm: "pre", normKind: "rms", eps: 1e-15 });
    expect(toRows(matrixOf(before, "norm-1/mean-square"))).toEqual([[5]]);
    expect(matrixOf(before, "norm-1")).toBeCloseToMatrix([[3 / Math.sqrt(5), 1 / Math.sqrt(5)]]);
  });
});

test("without a feed-forward, a layer ends with its attention: x + x of one row is 2x, and its norm is ±1", () => {
  const trace = layer({ x: [[1, 3]] }, {});
  expect(toRows(matrixOf(trace, "residual-1"))).toEqual([[2, 6]]);
  expect(toRows(matrixOf(trace, "output"))[0].map(Math.round)).toEqual([-1, 1]);
  expect(trace.conventions).toContainEqual(expect.objectContaining({ name: "feedForward", value: "none" }));
});

test("a dropout mask is no parameter: W₁ and W₂ have 4 + 4 numbers", () => {
  const { facts } = layer({ ...INPUTS, dropoutMask: [[2]] }, {});
  expect(facts.parameters).toEqual({ value: 8, text: "8 parameters in the layer" });
});

describe("what does not fit is refused", () => {
  test.each([
    ["MISSING_INPUT", "no w1", { x: [[1, 2]], norm2: [[1, 1]] }, {}],
    ["MISSING_INPUT", "no w3", INPUTS, { activation: "swiglu" }],
    [
      "CONFLICTING_INPUTS",
      "w3",
      {
        ...INPUTS,
        w3: [
          [1, 0],
          [0, 1],
        ],
      },
      {},
    ],
    [
      "CONFLICTING_INPUTS",
      "no memory",
      {
        ...INPUTS,
        crossWo: [
          [1, 0],
          [0, 1],
        ],
      },
      {},
    ],
    ["CONFLICTING_INPUTS", "no memory", INPUTS, { memoryLength: 2 }],
    ["CONFLICTING_INPUTS", "norm2", { ...INPUTS, norm2: [[1, 1]] }, { norm: "parallel" }],
    ["CONFLICTING_INPUTS", "norm1", { ...INPUTS, norm1: [[1, 1]] }, { norm: "none" }],
    ["CONFLICTING_INPUTS", "no place for memory", { ...INPUTS, memory: [[1, 1]] }, { norm: "parallel" }],
    ["SHAPE_MISMATCH", "norm1", { ...INPUTS, norm1: [[1, 1, 1]] }, {}],
    ["SHAPE_MISMATCH", "w1", TWO, {}],
  ] as const)("%s: %s", (code, words, inputs, settings) => {
    let thrown: unknown;
    try {
      layer(inputs, settings);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UserError);
    expect(thrown).toMatchObject({ code, message: expect.stringContaining(words) });
  });
});

// Expected numbers: (x − mean) / √(var + 1e-5) and the products of NumPy 2.2.4, rounded to 4 decimals.
const ROUNDED = { atol: 5e-5 };

describe("a part of a layer alone", () => {
  test("the norm of x, without attention and residual sum", () => {
    const { steps, results } = layer(
      {
        x: [
          [1, 2, 3, 6],
          [0, 1, 2, 4],
        ],
      },
      { part: "norm" },
    );
    expect(steps.map(({ key }) => key)).toEqual([
      "norm-1/mean",
      "norm-1/variance",
      "norm-1/normalised",
      "norm-1",
    ]);
    expect(results).toEqual({ output: "norm-1" });
    expect(steps[3].output()).toBeCloseToMatrix(
      [
        [-1.069, -0.5345, 0, 1.6036],
        [-1.1832, -0.5071, 0.169, 1.5213],
      ],
      ROUNDED,
    );
  });

  test("the feed-forward of x", () => {
    const parts = {
      x: [
        [1, 2, 0],
        [0, 2, 1],
      ],
      w1: [
        [1, 0, -1, 2],
        [1, 1, 1, 0],
        [0, -1, 1, 1],
      ],
      b1: [[0, 1, -2, 0]],
      w2: [
        [1, 0, 1],
        [0, 1, 0],
        [1, 1, 0],
        [0, 0, 2],
      ],
    };
    const trace = layer(parts, { part: "feed-forward" });
    expect(toRows(matrixOf(trace, "feed-forward-1"))).toEqual([
      [3, 3, -1, 2],
      [2, 2, 1, 1],
    ]);
    expect(toRows(matrixOf(trace, "feed-forward-2"))).toEqual([
      [3, 3, 7],
      [3, 3, 4],
    ]);
    expect(trace.results).toEqual({ output: "feed-forward-2" });
  });
});

test("x is added to a given output of the attention", () => {
  const trace = layer({
    x: [
      [1, 2, 0],
      [0, 2, 1],
    ],
    sublayer: [
      [1, 3, 0],
      [0, 1, 1],
    ],
  });
  expect(toRows(matrixOf(trace, "residual-1"))).toEqual([
    [2, 5, 0],
    [0, 3, 2],
  ]);
  expect(matrixOf(trace, "output")).toBeCloseToMatrix(
    [
      [-0.1622, 1.2978, -1.1355],
      [-1.3363, 1.069, 0.2673],
    ],
    ROUNDED,
  );
});

describe("x is added to the attention of given queries, keys and values", () => {
  const given = {
    x: [
      [1, 2, 0],
      [0, 2, 1],
    ],
    query: [
      [1, 0],
      [0, 1],
    ],
    key: [
      [1, 1],
      [0, 2],
    ],
    value: [
      [1, 2, 0],
      [0, 1, 1],
    ],
  };

  test("post-norm", () => {
    const trace = layer(given);
    expect(matrixOf(trace, "residual-1")).toBeCloseToMatrix(
      [
        [1.6698, 3.6698, 0.3302],
        [0.3302, 3.3302, 1.6698],
      ],
      ROUNDED,
    );
    expect(matrixOf(trace, "output")).toBeCloseToMatrix(
      [
        [-0.1604, 1.2971, -1.1366],
        [-1.1788, 1.266, -0.0872],
      ],
      ROUNDED,
    );
  });

  test("a norm before the attention would compute the queries from x", () => {
    expect(() => layer(given, { norm: "pre" })).toThrow(/query is given/);
  });
});

describe("a given output of the attention", () => {
  const x = [
    [1, 2],
    [0, 1],
  ];

  test("has the shape of x", () => {
    expect(() => layer({ x, sublayer: [[1, 2]] })).toThrow(/n must match/);
  });

  test("needs no norm before it, but the feed-forward does", () => {
    const square = [
      [1, 0],
      [0, 1],
    ];
    const keys = (more: object) =>
      layer({ x, sublayer: x, ...more }, { norm: "pre" }).steps.map(({ key }) => key);
    expect(keys({})).not.toContain("norm-1");
    expect(keys({ w1: square, w2: square })).toContain("norm-2");
  });
});
