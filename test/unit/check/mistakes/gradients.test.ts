import { expect, test } from "vitest";
import { type Case, type Given, placesOf, solved } from "../../../support/mistaken.js";

// Worked by NumPy: s = [0.707 2.121; 0 0.707], e^s = [2.028 8.342; 1 2.028], α = [0.196 0.804; 0.330 0.670],
// dα = dO Vᵀ = [1 2; 1 8], δ = [1.804; 5.688], dS = α ∘ (dα − δ) / √2 = [-0.111 0.111; -1.095 1.095].
const given = { query: "1 2; 0 1", key: "1 0; 1 1", value: "1 0; 2 3", backward: "1 0; 1 2" };
const plain: Given = ["attend", given];
const unscaled: Given = ["attend", { ...given, settings: { scale: "none" } }];
// Query 0 does not see key 1: α = [1 0; 0.330 0.670].
const causal: Given = ["attend", { ...given, settings: { causal: true } }];
const erased: Given = ["attend", { ...given, settings: { causal: true, maskFill: "multiply-exp" } }];
// Scores of 2000/√2 for both keys: α = [½ ½; 0.330 0.670] without the mask.
const large: Given = ["attend", { ...given, query: "2000 0; 0 1", settings: { causal: true } }];
const forwards: Given = ["attend", { query: given.query, key: given.key, value: given.value }];
// Three keys: no matrix is as large as another that could stand in its place, but V where it is square.
const wide = { query: "1 2; 0 1", key: "1 0; 1 1; 0 0" };
const narrow: Given = ["attend", { ...wide, value: "1 0; 2 3; 0 1", backward: "1 0; 1 2" }];
const squareValue: Given = ["attend", { ...wide, value: "1 0 0; 0 2 0; 0 0 3", backward: "1 0 0; 1 2 0" }];
// Each query head takes half of two values: half of its column of dO is the gradient of both.
const grouped = (heads: number, kvHeads: number): Given => [
  "multihead",
  {
    query: [Array(heads).fill(0)],
    key: Array(2).fill(Array(kvHeads).fill(0)),
    value: Array(2).fill(Array(kvHeads).fill(0)),
    backward: [Array.from({ length: heads }, (_, head) => head + 1)],
    settings: { heads, kvHeads },
  },
];
const self: Given = [
  "multihead",
  { x: "1 2 0 1; 0 1 1 0", backward: "1 0 0 1; 0 1 1 0", settings: { heads: 2 } },
];

const ids = [
  ...["grad-softmax-elementwise", "grad-row-dots-missing", "grad-scale-missing", "grad-query-key-swapped"],
  ...["grad-transposed", "grad-weights-unnormalised", "grad-mask-missing", "grad-from-output-only"],
  ...["grad-not-summed-over-group", "grad-averaged-over-group"],
];

test.each<Case>([
  ...ids.map((id): Case => [id, "without gradients", forwards, { output: [] }]),
  ["grad-softmax-elementwise", "2×2", plain, { "d-scaled-scores": ["0.157 0.315; 0.221 1.769"] }],
  ["grad-row-dots-missing", "2×2", plain, { "d-scaled-scores": ["0.196 1.609; 0.33 5.358"] }],
  ["grad-row-dots-missing", "2×3", squareValue, { "d-weights": ["1 0 0; 1 4 0"] }],
  ["grad-scale-missing", "2×2", plain, { "d-scores": ["-0.157 0.157; -1.548 1.548"] }],
  ["grad-scale-missing", "not scaled", unscaled, { "d-scores": [] }],
  [
    "grad-query-key-swapped",
    "2×2",
    plain,
    { "d-query": ["-0.111 -0.111; -1.095 -1.095"], "d-key": ["-1.206 -1.095; 1.206 1.095"] },
  ],
  ["grad-query-key-swapped", "two queries, three keys", narrow, { "d-query": [] }],
  // For dV, dK, dα, and dV and dK.
  [
    "grad-transposed",
    "2×2",
    plain,
    {
      "d-value": ["1 1.609; 1 1.34", "0.526 0.66; 1.474 1.34", "0.526 0.66; 1.474 1.34", "1 1.609; 1 1.34"],
      "d-key": [
        "-0.111 -1.317; 0.111 1.317",
        "-0.111 -0.111; -1.095 -1.095",
        "0.111 0.066; -0.111 -0.066",
        "-0.111 -0.111; -1.095 -1.095",
      ],
      "d-weights": ["1 2; 1 8", "1 2; 1 8", "1 0; 5 6", "1 2; 1 8"],
      "d-query": ["0 0.111; 0 1.095", "0 0.111; 0 1.095", "0 -0.111; 0 0.156", "0 0.111; 0 1.095"],
    },
  ],
  ["grad-transposed", "two queries, three keys", narrow, { "d-value": [] }],
  ["grad-transposed", "a square V", squareValue, { "d-weights": ["1 0 0; 1 4 0"] }],
  // On the whole way, or for dV alone.
  [
    "grad-weights-unnormalised",
    "2×2",
    plain,
    {
      "d-value": ["3.028 2; 10.37 4.056", "3.028 2; 10.37 4.056"],
      "d-scores": ["-25.401 -98.583; -11.473 -13.229", "-0.111 0.111; -1.095 1.095"],
    },
  ],
  ...[causal, erased].map(
    (masked): Case => [
      "grad-weights-unnormalised",
      "masked",
      masked,
      { "d-value": ["3.028 2; 2.028 4.056", "3.028 2; 2.028 4.056"] },
    ],
  ),
  // α is that without the mask, but nothing goes back through a masked score.
  [
    "grad-mask-missing",
    "causal",
    causal,
    {
      "d-value": ["0.526 0.66; 1.474 1.34"],
      "d-scores": ["-0.111 0; -1.095 1.095"],
      weights: ["1 0; 0.33 0.67"],
    },
  ],
  [
    "grad-mask-missing",
    "scores whose powers no number holds",
    large,
    { "d-value": ["0.83 0.66; 1.17 1.34"] },
  ],
  ["grad-mask-missing", "no mask", plain, { "d-value": [] }],
  ["grad-from-output-only", "2×3", squareValue, { "d-weights": ["0 0 0; 0 0 0"], "d-query": ["0 0; 0 0"] }],
  // The last head of each group gives 2/2 and 4/2, the first 1/2 and 3/2; together 3/2 and 7/2, on average 3/4 and 7/4.
  [
    "grad-not-summed-over-group",
    "two groups of two",
    grouped(4, 2),
    { "d-value": ["1 2; 1 2", "0.5 1.5; 0.5 1.5"] },
  ],
  ["grad-averaged-over-group", "two groups of two", grouped(4, 2), { "d-value": ["0.75 1.75; 0.75 1.75"] }],
  ["grad-not-summed-over-group", "a group of three", grouped(3, 1), { "d-value": ["1.5; 1.5", "0.5; 0.5"] }],
  ["grad-averaged-over-group", "a group of three", grouped(3, 1), { "d-value": ["1; 1"] }],
  // Every head has columns of its own, though x is its query, its key and its value.
  ...["grad-not-summed-over-group", "grad-averaged-over-group"].flatMap((id): Case[] => [
    [id, "no groups", grouped(2, 2), { "d-value": [] }],
    [id, "x three times", self, { "d-x": [] }],
  ]),
])("%s: %s", (id, _, problem, expected) =>
  expect(solved(id, problem, Object.keys(expected))).toEqual(expected),
);

test.each<[string, Given, string[]]>([
  ["grad-softmax-elementwise", plain, ["d-scaled-scores"]],
  ["grad-softmax-elementwise", unscaled, ["d-scores"]],
  ["grad-row-dots-missing", causal, ["d-masked-scores"]],
  ["grad-query-key-swapped", plain, ["d-query"]],
  ["grad-transposed", plain, ["d-value", "d-key", "d-weights", "d-value"]],
  ["grad-weights-unnormalised", plain, ["d-value", "d-value"]],
  ["grad-mask-missing", causal, ["d-value"]],
  ["grad-not-summed-over-group", grouped(4, 2), ["d-value", "d-value"]],
  ["grad-averaged-over-group", grouped(4, 2), ["d-value"]],
])("%s is made at the first step that is done otherwise", (id, problem, steps) =>
  expect(placesOf(id, problem)).toEqual(steps),
);
