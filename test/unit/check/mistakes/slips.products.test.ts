import { expect, test } from "vitest";
import { type Case, type Given, solved } from "../../../support/mistaken.js";

// What is done wrong in Q Kᵀ and in α V. Q·Q is as large as Q·Qᵀ where Q is square.
const square: Given = ["attend", { query: "1 2; 0 1", key: "1 3; 2 0", value: "1 2 3; 4 5 6" }];
const wide: Given = ["attend", { query: "1 2; 0 1", key: "1 3; 2 0; 1 1" }];
const tall: Given = ["attend", { query: "1 2; 0 1; 1 1", key: "1 3; 2 0" }];
// Equal scores: each query takes half of both values, and of weights 1, 0 and 1/2, 1/2 the columns are 3/2 and 1/2.
const flat = { query: "0 0; 1 0", key: "0 800; 800 0", value: "2 4; 6 8" };

test.each<Case>([
  // q_0·k_0 = 7, q_0·k_1 = 2, q_1·k_0 = 3, q_1·k_1 = 0.
  ["scores-transposed", "2×2", square, { scores: ["7 3; 2 0"] }],
  ["scores-transposed", "2×3", wide, { scores: [] }],
  // The scores themselves, or e^(−s) of right ones.
  ["scores-negated", "2×2", square, { scores: ["-7 -2; -3 0", "7 2; 3 0"] }],
  // e^(−1) / (e^(−1) + e^(−2)) = 1 / (1 + e^(−1))
  ["scores-negated", "scores given", ["attend", { scores: "1 2" }], { weights: ["0.731 0.269"] }],
  // Row 0 is 1·(1, 3) + 2·(2, 0).
  ["key-not-transposed", "2×2", square, { scores: ["5 3; 2 0"] }],
  ["key-not-transposed", "three keys of two columns", wide, { scores: [] }],
  // Three queries make no difference to the product.
  ["key-not-transposed", "three queries", tall, { scores: ["5 3; 2 0; 3 3"] }],
  [
    "key-not-transposed",
    "a scoring that is no product",
    ["attend", { ...square[1], settings: { scoring: "cosine" } }],
    { scores: [] },
  ],
  // α = [1/2 1/2; 0 1]: αᵀ V is (2, 4)/2 and (2, 4)/2 + (6, 8).
  ["weights-transposed", "2×2", ["attend", flat], { output: ["1 2; 7 10"] }],
  ["weights-transposed", "2×3", ["attend", { ...wide[1], value: "1; 2; 3" }], { output: [] }],
  // (2, 4)/2 + (6, 8)/2 = (4, 6) and (6, 8), and the rows of the query.
  ["residual-added", "query as large as the output", ["attend", flat], { output: ["4 6; 7 8"] }],
  ["residual-added", "a wider output", square, { output: [] }],
  ["residual-added", "no output", wide, { scores: [] }],
  [
    "residual-added",
    "x, and the q that was made of it",
    ["attend", { x: "1 2", wq: "2 0; 0 3", wk: "0 0; 0 0", wv: "1 0; 0 1" }],
    // v = x alone, and x = (1, 2) or q = (2, 6) beside it.
    { output: ["2 4", "3 8"] },
  ],
  [
    "residual-added",
    "to what the heads make together",
    ["multihead", { x: "1 2", wo: "2 0; 0 3", settings: { heads: 2 } }],
    { output: ["3 8"], concat: ["1 2"] },
  ],
])("%s: %s", (id, _, given, expected) => expect(solved(id, given, Object.keys(expected))).toEqual(expected));
