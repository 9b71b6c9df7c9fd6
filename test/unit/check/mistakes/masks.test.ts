import { expect, test } from "vitest";
import { type Case, type Given, solved } from "../../../support/mistaken.js";

// S = [1 2 3; 4 5 6; 7 8 9] with other cells masked; a query is a row.
const scores = "1 2 3; 4 5 6; 7 8 9";
const causal = (settings: object = {}): Given => [
  "attend",
  { scores, settings: { causal: true, ...settings } },
];
const open: Given = ["attend", { scores }];
// Query 0 does not see key 1, nor query 1 key 0.
const wide: Given = ["attend", { scores: "1 2 3; 4 5 6", mask: "1 0 1; 0 1 1" }];
// e^0 is 1 in every cell.
const erased: Given = [
  "attend",
  { scores: "0 0 0; 0 0 0; 0 0 0", settings: { causal: true, maskFill: "multiply-exp" } },
];
const X = "-Infinity";

test.each<Case>([
  ["mask-missing", "causal", causal(), { "masked-scores": [scores] }],
  ["mask-missing", "erased exponentials", erased, { "masked-exponentials": ["1 1 1; 1 1 1; 1 1 1"] }],
  ["mask-missing", "no mask", open, { scores: [] }],
  ["mask-transposed", "causal", causal(), { "masked-scores": [`1 2 3; ${X} 5 6; ${X} ${X} 9`] }],
  ["mask-transposed", "erased exponentials", erased, { "masked-exponentials": ["1 1 1; 0 1 1; 0 0 1"] }],
  ["mask-transposed", "2×3", wide, { scores: [] }],
  ["mask-excludes-self", "causal", causal(), { "masked-scores": [`${X} ${X} ${X}; 4 ${X} ${X}; 7 8 ${X}`] }],
  ["mask-excludes-self", "2×3", wide, { scores: [] }],
  ["mask-inverted", "causal", causal(), { "masked-scores": [`${X} 2 3; ${X} ${X} 6; ${X} ${X} ${X}`] }],
  ["mask-inverted", "2×3", wide, { "masked-scores": [`${X} 2 ${X}; 4 ${X} ${X}`] }],
  // Each cell is masked as its left neighbour is, or as its right one; at the end of a row, as it is itself.
  [
    "mask-off-by-one",
    "causal",
    causal(),
    { "masked-scores": [`1 2 ${X}; 4 5 6; 7 8 9`, `${X} ${X} ${X}; 4 ${X} ${X}; 7 8 9`] },
  ],
  ["mask-off-by-one", "2×3", wide, { "masked-scores": [`1 2 ${X}; ${X} ${X} 6`, `${X} 2 3; 4 5 6`] }],
  [
    "mask-off-by-one",
    "a window that is one key further on or back, or has one key less or more",
    causal({ window: 2 }),
    {
      "masked-scores": [
        `1 2 ${X}; 4 5 6; ${X} ${X} 9`,
        `${X} ${X} ${X}; 4 ${X} ${X}; 7 8 9`,
        `1 ${X} ${X}; ${X} 5 ${X}; ${X} ${X} 9`,
        `1 ${X} ${X}; 4 5 ${X}; 7 8 9`,
      ],
    },
  ],
  [
    "mask-off-by-one",
    "one more padded key and one less, seen along the row and counted",
    ["attend", { scores: "1 2 3", settings: { keyLength: 2 } }],
    { "masked-scores": ["1 2 3", `1 ${X} ${X}`, `1 ${X} ${X}`, "1 2 3"] },
  ],
  [
    "mask-off-by-one",
    "windows that bound one side each",
    ["attend", { scores: "1 2 3; 4 5 6; 7 8 9", settings: { windowLeft: 1, windowRight: undefined } }],
    {
      "masked-scores": [
        "1 2 3; 4 5 6; X X 9",
        "1 2 3; 4 5 6; 7 8 9",
        "1 2 3; X 5 6; X X 9",
        "1 2 3; 4 5 6; 7 8 9",
      ].map((text) => text.replaceAll("X", X)),
    },
  ],
  [
    "mask-off-by-one",
    "keys up to the query's own",
    ["attend", { scores: "1 2; 3 4", settings: { windowRight: 0 } }],
    { "masked-scores": ["1 2; 3 4", `${X} ${X}; 3 4`, `${X} ${X}; 3 ${X}`, "1 2; 3 4"] },
  ],
  [
    "mask-off-by-one",
    "no key less where a row without keys is an error",
    ["attend", { scores: "1 2 3", settings: { keyLength: 1, emptyRow: "error" } }],
    { "masked-scores": [`1 2 ${X}`, `${X} ${X} ${X}`, `1 2 ${X}`] },
  ],
  ["mask-off-by-one", "no mask", open, { scores: [] }],
  ["mask-zero-fill", "causal", causal(), { "masked-scores": ["1 0 0; 4 5 0; 7 8 9"] }],
  [
    "mask-zero-fill",
    "−10⁹",
    causal({ maskFill: "replace:-1e9" }),
    { "masked-scores": ["1 0 0; 4 5 0; 7 8 9"] },
  ],
  ["mask-zero-fill", "erased exponentials", erased, { weights: [] }],
  // e^0, e^1 and e^2 over their sum 11.107, or e^1, e^0, e^1 over 6.437.
  [
    "mask-after-softmax",
    "causal",
    ["attend", { scores: "0 1 2; 1 0 1; 2 1 0", settings: { causal: true } }],
    {
      "masked-scores": ["0 1 2; 1 0 1; 2 1 0"],
      weights: ["0.09 0 0; 0.422 0.155 0; 0.665 0.245 0.09"],
    },
  ],
  [
    "mask-after-softmax",
    "erased exponentials",
    erased,
    {
      "masked-exponentials": ["1 1 1; 1 1 1; 1 1 1"],
      weights: ["0.333 0 0; 0.333 0.333 0; 0.333 0.333 0.333"],
    },
  ],
  ["mask-after-softmax", "no mask", open, { weights: [] }],
])("%s: %s", (id, _, given, expected) => expect(solved(id, given, Object.keys(expected))).toEqual(expected));
