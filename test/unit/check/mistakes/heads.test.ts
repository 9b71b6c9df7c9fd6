import { expect, test } from "vitest";
import { type Case, type Given, solved } from "../../../support/mistaken.js";

// What is done wrong in cutting into heads and in putting these together. Scores are 0, so that a query takes the mean of
// the values that it sees.
const rows = "1 2 3 4; 5 6 7 8";
const zeros = "0 0 0 0; 0 0 0 0";
const flat: Given = ["multihead", { query: zeros, key: rows, value: rows, settings: { heads: 2 } }];
const tall: Given = ["multihead", { x: "1 2 3 4; 5 6 7 8; 9 10 11 12", settings: { heads: 2 } }];
const one: Given = ["multihead", { x: rows, settings: { heads: 1 } }];
const none: Given = ["attend", { x: rows }];
// Four query heads of two columns read two kv heads.
const shared: Given = [
  "multihead",
  { query: "1 2 3 4 5 6 7 8", key: rows, value: rows, settings: { heads: 4, kvHeads: 2 } },
];
// Query 0 sees key 0 alone. Contexts: (1, 2) and (3, 4) of head 0, (7, 8) and (8, 4) of head 1.
const causal = (more: object = {}): Given => [
  "multihead",
  { query: zeros, key: zeros, value: "1 2 7 8; 5 6 9 0", ...more, settings: { heads: 2, causal: true } },
];
const projected = causal({ wo: "1 1 0 0; 0 1 0 0; 0 0 1 0; 2 0 0 1", bo: "100 0 0 0" });
const narrowed = causal({ wo: "1; 1; 1; 1" });

test.each<Case>([
  // The first row, cut into rows of two, is head 0; a query then takes (2, 3) from one head and (6, 7) from the other.
  [
    "heads-reshape-without-transpose",
    "cut so, and put together rightly or likewise",
    flat,
    {
      "head 0/v": ["1 2; 3 4", "1 2; 3 4"],
      "head 1/k": ["5 6; 7 8", "5 6; 7 8"],
      concat: ["2 3 6 7; 2 3 6 7", "2 3 2 3; 6 7 6 7"],
    },
  ],
  [
    "heads-reshape-without-transpose",
    "three rows",
    tall,
    { "head 0/q": ["1 2; 3 4; 5 6", "1 2; 3 4; 5 6"], "head 1/q": ["7 8; 9 10; 11 12", "7 8; 9 10; 11 12"] },
  ],
  [
    "heads-reshape-without-transpose",
    "shared kv heads",
    shared,
    {
      "head 1/k": ["1 2; 3 4", "1 2; 3 4"],
      "head 2/v": ["5 6; 7 8", "5 6; 7 8"],
      "head 3/q": ["7 8", "7 8"],
    },
  ],
  ["heads-reshape-without-transpose", "no heads", none, { scores: [] }],
  // Columns 0 and 2, then 1 and 3; means (3, 5) and (4, 6).
  [
    "heads-strided",
    "cut so, and put together rightly or likewise",
    flat,
    {
      "head 0/k": ["1 3; 5 7", "1 3; 5 7"],
      "head 1/v": ["2 4; 6 8", "2 4; 6 8"],
      concat: ["3 5 4 6; 3 5 4 6", "3 4 5 6; 3 4 5 6"],
    },
  ],
  [
    "heads-strided",
    "shared kv heads",
    shared,
    {
      "head 1/k": ["1 3; 5 7", "1 3; 5 7"],
      "head 2/k": ["2 4; 6 8", "2 4; 6 8"],
      "head 3/q": ["4 8", "4 8"],
    },
  ],
  ["heads-strided", "no heads", none, { scores: [] }],
  // Heads 0, 1, 2 and 3 read kv heads 0, 1, 0 and 1.
  [
    "kv-heads-tiled",
    "shared kv heads",
    shared,
    {
      "head 0/k": ["1 2; 5 6"],
      "head 1/k": ["3 4; 7 8"],
      "head 2/v": ["1 2; 5 6"],
      "head 3/v": ["3 4; 7 8"],
      "head 1/q": ["3 4"],
    },
  ],
  ["kv-heads-tiled", "as many kv heads as query heads", flat, { concat: [] }],
  ["kv-heads-tiled", "no heads", none, { scores: [] }],
  // Half of q·k of all columns.
  [
    "heads-single",
    "two heads of a given size",
    ["multihead", { x: rows, settings: { heads: 2, kvHeads: 2, headSize: 2 } }],
    { "head 0/scaled-scores": ["15 35; 35 87"] },
  ],
  ["heads-single", "one head", one, { concat: [] }],
  ["heads-single", "no heads", none, { scores: [] }],
  ["heads-single", "shared kv heads", shared, { concat: [] }],
  // (1, 2), (3, 4), (7, 8), (8, 4) in rows of four.
  ["merge-without-transpose", "two heads", causal(), { concat: ["1 2 3 4; 7 8 8 4"] }],
  ["heads-reversed", "two heads", causal(), { concat: ["7 8 1 2; 8 4 3 4"] }],
  ["heads-reversed", "one head", one, { concat: [] }],
  // (1, 2) + (7, 8) and (3, 4) + (8, 4), for each head or beside zeros.
  ["heads-summed", "two heads", causal(), { concat: ["8 10 8 10; 11 8 11 8", "8 10 0 0; 11 8 0 0"] }],
  ["heads-averaged", "two heads", causal(), { concat: ["4 5 4 5; 5.5 4 5.5 4", "4 5 0 0; 5.5 4 0 0"] }],
  ["heads-summed", "one head", one, { concat: [] }],
  ["output-projection-missing", "W^O and its bias", projected, { output: ["1 2 7 8; 3 4 8 4"] }],
  ["output-projection-missing", "an output of one column", narrowed, { output: [] }],
  ["output-projection-missing", "no W^O", causal(), { output: [] }],
  ["output-projection-missing", "a bias alone", causal({ bo: "1 1 1 1" }), { output: [] }],
  // Rows (1, 2, 7, 8) and (3, 4, 8, 4) times the rows of W^O, and 100 to the first column.
  ["output-projection-transposed", "W^O and its bias", projected, { output: ["103 2 7 10; 107 4 8 10"] }],
  ["output-projection-transposed", "an output of one column", narrowed, { output: [] }],
  ["output-projection-transposed", "no W^O", causal(), { output: [] }],
])("%s: %s", (id, _, given, expected) => expect(solved(id, given, Object.keys(expected))).toEqual(expected));
