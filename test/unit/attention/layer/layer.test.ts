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
