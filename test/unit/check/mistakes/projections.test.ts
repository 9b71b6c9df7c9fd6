import { expect, test } from "vitest";
import { type Case, type Given, placesOf, solved } from "../../../support/mistaken.js";

// X = [1 2; 0 1]. X W^Q = [1 3; 0 1], X W^K = [2 1; 1 0], X W^V = [1 1; 0 1].
const x = "1 2; 0 1";
const own = { x, wq: "1 1; 0 1", wk: "0 1; 1 0", wv: "1 -1; 0 1" };
const square: Given = ["attend", own];
const biased: Given = ["attend", { ...own, bq: "10 20" }];
// No W is square, nor is X as large as what it makes.
const wide: Given = ["attend", { x, wq: "1 1 0; 0 1 0", wk: "0 1 0; 1 0 0", wv: "1 0 0; 0 1 1" }];
// Each is projected from rows of its own.
const apart: Given = [
  "attend",
  { query: "1 2", key: "1 2 3; 4 5 6", value: "1; 2", wq: "1 1; 0 1", wk: "1 0; 0 1; 1 1", wv: "2" },
];
const given: Given = ["attend", { query: "0 0; 0 0", key: "2 4; 6 8", value: "1 3; 5 7" }];
// One kv head of two columns for two query heads.
const shared: Given = [
  "multihead",
  {
    x: "1 2 0 0; 0 1 0 0",
    wq: "1 0 0 0; 0 1 0 0; 0 0 1 0; 0 0 0 1",
    wk: "1 0; 0 1; 0 0; 0 0",
    wv: "1 0; 0 1; 0 0; 0 0",
    settings: { heads: 2, kvHeads: 1 },
  },
];

test.each<Case>([
  // X times rows of W: X (W^Q)ᵀ = [3 2; 1 1], X (W^K)ᵀ = X W^K, X (W^V)ᵀ = [-1 2; -1 1]; each alone, then all.
  [
    "projection-transposed",
    "three square W",
    square,
    {
      q: ["3 2; 1 1", "1 3; 0 1", "1 3; 0 1", "3 2; 1 1"],
      k: ["2 1; 1 0", "2 1; 1 0", "2 1; 1 0", "2 1; 1 0"],
      v: ["1 1; 0 1", "1 1; 0 1", "-1 2; -1 1", "-1 2; -1 1"],
    },
  ],
  [
    "projection-transposed",
    "a bias is added all the same",
    biased,
    { q: ["13 22; 11 21", "11 23; 10 21", "11 23; 10 21", "13 22; 11 21"] },
  ],
  [
    "projection-transposed",
    "two heads",
    ["multihead", { ...own, settings: { heads: 2 } }],
    { "head 1/q": ["2; 1", "3; 1", "3; 1", "2; 1"], "head 0/v": ["1; 0", "1; 0", "-1; -1", "-1; -1"] },
  ],
  [
    "projection-transposed",
    "only W^V is square",
    ["attend", { ...own, wq: "1 1 0; 0 1 0", wk: "0 1 0; 1 0 0" }],
    { v: ["-1 2; -1 1"] },
  ],
  ["projection-transposed", "no square W", wide, { q: [] }],
  ["projection-transposed", "W^Q and the one number of W^V", apart, { q: ["3 2", "1 3", "3 2"] }],
  ["projection-transposed", "nothing is projected", given, { scores: [] }],
  ["value-not-projected", "X as large as V", square, { v: [x], q: ["1 3; 0 1"] }],
  ["query-not-projected", "X as large as Q, and as K", square, { q: [x, x], k: ["2 1; 1 0", x] }],
  ["key-not-projected", "X as large as K", square, { k: [x], v: ["1 1; 0 1"] }],
  ...["value-not-projected", "query-not-projected", "key-not-projected"].map(
    (id): Case => [id, "Q, K and V are wider than X", wide, { q: [] }],
  ),
  ["key-not-projected", "the key has three columns, K two", apart, { k: [] }],
  // Each row mixes both: half of (2, 4) + (6, 8).
  ["value-is-key", "nothing is projected", given, { output: ["4 6; 4 6"] }],
  // Weights times K; or V = X W^K for all that follows.
  ["value-is-key", "all of one shape", square, { v: ["1 1; 0 1", "2 1; 1 0"] }],
  ["value-is-key", "narrower values", apart, { output: [] }],
  ["value-is-key", "there are no keys", ["attend", { scores: "1 2", value: "1; 2" }], { output: [] }],
  ["value-is-key", "one kv head", shared, { "head 1/v": ["1 2; 0 1", "1 2; 0 1"] }],
  [
    "key-value-swapped",
    "nothing is projected",
    ["attend", { query: "1 0; 0 0", key: "0 0; 0 0", value: "1 3; 5 7" }],
    { scores: ["1 5; 0 0"], output: ["0 0; 0 0"] },
  ],
  [
    "key-value-swapped",
    "all of one shape",
    square,
    { k: ["2 1; 1 0", "1 1; 0 1"], v: ["1 1; 0 1", "2 1; 1 0"] },
  ],
  ["key-value-swapped", "narrower values", apart, { scores: [] }],
  ["key-value-swapped", "no value", ["attend", { query: "1 0; 0 0", key: "1 2; 3 4" }], { scores: [] }],
  ["query-key-swapped", "all of one shape", square, { q: ["2 1; 1 0"], k: ["1 3; 0 1"], v: ["1 1; 0 1"] }],
  ["query-key-swapped", "one query, two keys", apart, { q: [] }],
  ["query-key-swapped", "nothing is projected", given, { scores: [] }],
  ["key-projected-with-wq", "all of one shape", biased, { k: ["11 23; 10 21"], q: ["11 23; 10 21"] }],
  // X W^Q has as many columns as X W^K, but the rows of the key have one more than W^Q has rows.
  ["key-projected-with-wq", "a key of three columns", apart, { k: [] }],
  ["key-projected-with-wq", "Q is wider than K", shared, { k: [] }],
  ["key-projected-with-wq", "nothing is projected", given, { scores: [] }],
])("%s: %s", (id, _, given, expected) => expect(solved(id, given, Object.keys(expected))).toEqual(expected));

test("a transposed W is one of the first projection that was done with it", () =>
  expect(placesOf("projection-transposed", square)).toEqual(["q", "k", "v", "q"]));
