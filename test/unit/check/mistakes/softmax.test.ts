import { describe, expect, test } from "vitest";
import { type Case, type Given, placesOf, solved } from "../../../support/mistaken.js";

// Scores are logarithms, so that e^s is a whole number: 1 2 5 and 3 1 1, with row sums 8 and 5.
const logs = (text: string) =>
  text.split(";").map((row) =>
    row
      .trim()
      .split(" ")
      .map((e) => Math.log(Number(e))),
  );
const plain: Given = ["attend", { scores: logs("1 2 5; 3 1 1") }];
// Of causal ones are left 1; 3 1; 1 2 1. Erased ones are masked behind e^s.
const masked = (settings: object = {}): Given => [
  "attend",
  { scores: logs("1 2 5; 3 1 1; 1 2 1"), settings: { causal: true, ...settings } },
];
const erased = masked({ maskFill: "multiply-exp" });
// Query 1 sees no key.
const empty: Given = ["attend", { scores: logs("1 3; 2 2"), mask: "1 1; 0 0" }];
// Beyond ±700 the row maximum is taken off; both keys weigh 1/2 in row 0.
const large: Given = ["attend", { scores: "1000 1000; -800 -900" }];
// The largest score stands twice.
const tie: Given = ["attend", { scores: "1 2 2; 3 0 1" }];

/** The same of the powers and of the scores. */
const twice = (...weights: readonly string[]) => [...weights, ...weights];

describe("weights", () => {
  test.each<Case>([
    // Column 0 is 1 and 3 over 4: of the powers as they stand, and of the scores.
    [
      "softmax-over-columns",
      "2×3",
      plain,
      { weights: new Array(2).fill("0.25 0.667 0.833; 0.75 0.333 0.167") },
    ],
    [
      "softmax-over-columns",
      "causal",
      masked(),
      { weights: new Array(2).fill("0.2 0 0; 0.6 0.333 0; 0.2 0.667 1") },
    ],
    // Powers less the maximum of their row are 1 1 and 1 0. Of scores, 1000 beside −800, and −900: each column is all of its first row.
    ["softmax-over-columns", "large scores", large, { weights: ["0.5 1; 0.5 0", "1 1; 0 0"] }],
    // The sum of all is 13, of those that are seen 9.
    [
      "softmax-over-all",
      "2×3",
      plain,
      { weights: new Array(2).fill("0.077 0.154 0.385; 0.231 0.077 0.077") },
    ],
    [
      "softmax-over-all",
      "causal",
      masked(),
      { weights: new Array(2).fill("0.111 0 0; 0.333 0.111 0; 0.111 0.222 0.111") },
    ],
    [
      "softmax-over-all",
      "nothing seen at all",
      ["attend", { scores: "1 2", mask: "0 0" }],
      { weights: ["0 0", "0 0"] },
    ],
    ["softmax-missing", "2×3", plain, { weights: ["0 0.693 1.609; 1.099 0 0"] }],
    ["softmax-missing", "causal", masked(), { weights: ["0 0 0; 1.099 0 0; 0 0.693 0"] }],
    // Over ln 2 + ln 5 = ln 10, and ln 3 over itself.
    ["softmax-without-exp", "2×3", plain, { weights: ["0 0.301 0.699; 1 0 0"] }],
    ["softmax-without-exp", "causal", masked(), { weights: ["0 0 0; 1 0 0; 0 1 0"] }],
    // 2^ln 2 = 1.617, 2^ln 5 = 3.051 and 2^ln 3 = 2.141 beside 1; likewise of 10.
    ["softmax-base-2", "2×3", plain, { weights: ["0.176 0.285 0.538; 0.517 0.241 0.241"] }],
    ["softmax-base-10", "2×3", plain, { weights: ["0.021 0.106 0.873; 0.863 0.069 0.069"] }],
    // e over e + 1.
    ["softmax-sigmoid", "2×3", plain, { weights: ["0.5 0.667 0.833; 0.75 0.5 0.5"] }],
    ["softmax-sigmoid", "causal", masked(), { weights: ["0.5 0 0; 0.75 0.5 0; 0.5 0.667 0.5"] }],
    // Over 9 and 6; over 2, 5 and 5. It comes in with the division, with the sums, or beside powers of any size.
    [
      "softmax-plus-one",
      "2×3",
      plain,
      {
        weights: new Array(3).fill("0.111 0.222 0.556; 0.5 0.167 0.167"),
        "row-sums": ["8; 5", "9; 6", "8; 5"],
      },
    ],
    [
      "softmax-plus-one",
      "causal",
      masked(),
      { weights: new Array(3).fill("0.5 0 0; 0.6 0.2 0; 0.2 0.4 0.2") },
    ],
    // Powers less their maximum are 1 1 and 1 0: over 3 and 2 where 1 is added to them; e^−1000 and e^800 stand for it.
    [
      "softmax-plus-one",
      "large scores",
      large,
      { weights: ["0.333 0.333; 0.5 0", "0.333 0.333; 0.5 0", "0.5 0.5; 0 0"] },
    ],
    ["softmax-plus-one", "a row that sees nothing", empty, { weights: new Array(3).fill("0.2 0.6; 0 0") }],
    ["softmax-not-normalised", "2×3", plain, { weights: ["1 2 5; 3 1 1", "1 2 5; 3 1 1"] }],
    // Over 5 and 3.
    ["softmax-by-largest", "2×3", plain, { weights: new Array(2).fill("0.2 0.4 1; 1 0.333 0.333") }],
    ["softmax-by-largest", "a row that sees nothing", empty, { weights: new Array(2).fill("0.333 1; 0 0") }],
    ["softmax-hard", "2×3", plain, { weights: new Array(4).fill("0 0 1; 1 0 0") }],
    [
      "softmax-hard",
      "the first of two, or both",
      tie,
      { weights: twice("0 1 0; 1 0 0", "0 0.5 0.5; 1 0 0") },
    ],
    ["softmax-hard", "a row that sees nothing", empty, { weights: new Array(4).fill("0 1; 0 0") }],
    // Of the powers and of the scores: those that are seen, or all.
    [
      "softmax-uniform",
      "causal",
      masked(),
      {
        weights: twice(
          "1 0 0; 0.5 0.5 0; 0.333 0.333 0.333",
          "0.333 0.333 0.333; 0.333 0.333 0.333; 0.333 0.333 0.333",
        ),
      },
    ],
    // Weights are 1 0 0; 3/4 1/4 0; 1/4 1/2 1/4: e to these, of all keys or of those that are seen.
    [
      "softmax-twice",
      "causal",
      masked(),
      {
        weights: twice(
          "0.576 0.212 0.212; 0.481 0.292 0.227; 0.305 0.391 0.305",
          "1 0 0; 0.622 0.378 0; 0.305 0.391 0.305",
        ),
      },
    ],
    [
      "softmax-twice",
      "a row that sees nothing",
      empty,
      { weights: twice("0.378 0.622; 0.5 0.5", "0.378 0.622; 0 0") },
    ],
    // Of the masked exponentials it is known which are zero: from the scores alone every key is seen.
    [
      "softmax-not-normalised",
      "erased exponentials",
      erased,
      { weights: ["1 0 0; 3 1 0; 1 2 1", "1 2 5; 3 1 1; 1 2 1"] },
    ],
    // 2.7^ln 2 = 1.99051, …
    [
      "e-rounded",
      "2×3",
      plain,
      {
        weights: [
          "0.126 0.25082 0.62318; 0.59822 0.20089 0.20089",
          "0.12491 0.24992 0.62517; 0.60017 0.19992 0.19992",
          "0.12502 0.25001 0.62497; 0.59997 0.20001 0.20001",
        ],
      },
    ],
    // e^0.5 = 1.64872 is 1.6, e^1.5 = 4.48169 is 4.5; over their sum with 1.
    [
      "exponentials-rounded",
      "1×3",
      ["attend", { scores: "0 0.5 1.5" }],
      { exponentials: ["1 1.6 4.5"], weights: ["0.14085 0.22535 0.6338"] },
    ],
  ])("%s: %s", (id, _, given, expected) =>
    expect(solved(id, given, Object.keys(expected), id.endsWith("rounded") ? 5 : 3)).toEqual(expected),
  );
});

test("1 comes in with the division, with the sums, or with weights that are made at once", () =>
  expect(placesOf("softmax-plus-one", plain)).toEqual(["weights", "row-sums", "weights"]));

test("weights that are multiplied by a fall-off are not divided by sums that 1 was added to", () => {
  const settings = { scoring: "local-m", localWindow: 1, localRenormalize: false };
  const given: Given = ["attend", { query: "1; 1; 1", key: "0; 0; 0", settings }];
  expect(placesOf("softmax-plus-one", given)).toEqual(["row-sums", "weights"]);
});

describe("over the heads", () => {
  // With scores 0 and ln 3 of two heads, a head has 1/4 and 3/4 of each cell.
  const heads = (settings: object, more: object = {}): Given => [
    "multihead",
    { query: [[0, 1]], key: [[0, Math.log(3)]], value: "1 1", settings: { heads: 2, ...settings }, ...more },
  ];
  test.each<Case>([
    [
      "softmax-over-heads",
      "two heads",
      heads({}),
      { "head 0/weights": ["0.25"], "head 1/weights": ["0.75"] },
    ],
    ["softmax-over-heads", "one head", heads({ heads: 1 }), { "head 0/weights": [] }],
    ["softmax-over-heads", "no heads", plain, { weights: [] }],
    // The second of two keys is masked in both heads.
    [
      "softmax-over-heads",
      "a masked cell, where no head has a power",
      ["multihead", { x: "1 1; 1 1", settings: { heads: 2, causal: true } }],
      { "head 0/weights": ["0.5 0; 0.5 0.5"], "head 1/weights": ["0.5 0; 0.5 0.5"] },
    ],
    [
      "softmax-over-heads",
      "exponentials that are erased behind e^s",
      heads({ causal: true, maskFill: "multiply-exp" }),
      { "head 0/weights": [] },
    ],
  ])("%s: %s", (id, _, given, expected) =>
    expect(solved(id, given, Object.keys(expected))).toEqual(expected),
  );
});
