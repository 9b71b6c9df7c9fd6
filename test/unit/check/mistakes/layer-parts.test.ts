import { expect, test } from "vitest";
import { loadedModel } from "../../../../src/input/model/plain-model.js";
import { recordModelRun } from "../../../../src/runs/model-run.js";
import { keyOf } from "../../../../src/trace/trace.js";
import { type Case, type Given, mistakeOf, placesOf, solved } from "../../../support/mistaken.js";
import { MODEL_EXAMPLES } from "../../../support/model-examples.js";

// Each token attends to itself alone, so that residual-1 is 2x = [2 6; 10 2]. Right are, with norms behind the sums:
// norm-1 [-1 3; 3.619 -6.237], feed-forward-1 [3 -1; -1.619 8.237]. NumPy worked what follows from there.
const feedForward = { w1: "1 2; 1 0", b1: "1 1", w2: "1 0; 2 1", b2: "0 1" };
const norms = { norm1: "3 6", norm1Bias: "1 -1" };
const layer = (settings: object = {}, more: object = {}): Given => [
  "layer",
  {
    x: "1 3; 5 1",
    ...norms,
    ...feedForward,
    ...more,
    settings: { causal: true, window: 1, eps: 5, ...settings },
  },
];
const post = layer();
const pre = layer({ norm: "pre" });
const weightAlone: Given = [
  "layer",
  { x: "1 3; 5 1", norm1: "3 6", ...feedForward, settings: { causal: true, window: 1, eps: 5 } },
];
const unbiased: Given = ["layer", { x: "1 3", w1: "1 2; 1 0", w2: "1 0; 2 1" }];
// x W₁ = (2, 4) of residual-1 = (2, 4), and x W₃ = (4, 2).
const gated: Given = [
  "layer",
  {
    x: "1 2",
    w1: "1 0; 0 1",
    w3: "0 1; 1 0",
    w2: "1 0; 0 1",
    settings: { norm: "none", activation: "swiglu" },
  },
];
// W₁ is 2×3, so that it cannot stand transposed; W₂, 3×2, can stand transposed in its place.
const wide: Given = [
  "layer",
  { x: "1 1", w1: "1 2 3; 4 5 6", w2: "1 0; 0 1; 1 1", settings: { norm: "none" } },
];
const outIn: Given = [
  "layer",
  { x: "1 2", w1: "1 2; 0 1", w2: "1 0; 0 1", settings: { norm: "none", layout: "out-in" } },
];
const attention: Given = ["attend", { x: "1 2; 3 4" }];

test.each<Case>([
  // Each sum alone, then both: attention gives x.
  [
    "residual-missing",
    "behind norms",
    post,
    {
      "residual-1": ["1 3; 5 1", "2 6; 10 2", "1 3; 5 1"],
      "residual-2": ["3.101 3; 17 3", "3 1; 16.474 9.237", "3.326 1.551; 14 8"],
    },
  ],
  ["residual-missing", "no layer", attention, { scores: [] }],
  [
    "residual-after-norm",
    "norms behind the sums",
    post,
    { "residual-1": ["1 3; 5 1"], "norm-1": ["0.775 4.449; 8 -4"], "norm-2": ["1.642 3.583; 8.978 -4.978"] },
  ],
  // ∓1/√6 times (3, 6), and (1, 3); ±2/3 times (3, 6), and (5, 1).
  ["residual-after-norm", "a weight without a bias", weightAlone, { "norm-1": ["-0.225 5.449; 7 -3"] }],
  ["residual-after-norm", "norms before the parts", pre, { output: [] }],
  ["residual-after-norm", "no norms", gated, { output: [] }],
  // LN x + LN x, and LN of that + its feed-forward.
  [
    "residual-of-norm",
    "norms before the parts",
    pre,
    { "residual-1": ["-0.449 2.899; 6 -10"], "residual-2": ["0.401 1.599; 7.815 2.963"] },
  ],
  ["residual-of-norm", "norms behind the sums", post, { output: [] }],
  ["residual-of-norm", "no norms", gated, { output: [] }],
  ["activation-missing", "ReLU", post, { activation: ["3 -1; -1.619 8.237"] }],
  ["activation-missing", "no layer", attention, { scores: [] }],
  // torch.nn.functional.gelu, with approximate="tanh", and silu.
  [
    "activation-gelu-variant",
    "GELU",
    layer({ activation: "gelu" }),
    { activation: ["2.99636 -0.15881; -0.08558 8.23723"] },
  ],
  [
    "activation-gelu-variant",
    "GELU by tanh",
    layer({ activation: "gelu-tanh" }),
    { activation: ["2.99595 -0.15866; -0.08541 8.23723"] },
  ],
  ["activation-gelu-variant", "ReLU", post, { activation: [] }],
  ["activation-gelu-variant", "no layer", attention, { scores: [] }],
  [
    "activation-other",
    "ReLU",
    post,
    {
      activation: [
        "2.99595 -0.15866; -0.08541 8.23723",
        "2.99636 -0.15881; -0.08558 8.23723",
        "2.85772 -0.26894; -0.26771 8.23505",
      ],
    },
  ],
  [
    "activation-other",
    "GELU",
    layer({ activation: "gelu" }),
    { activation: ["3 0; 0 8.23723", "2.85772 -0.26894; -0.26771 8.23505"] },
  ],
  [
    "activation-other",
    "GELU by tanh",
    layer({ activation: "gelu-tanh" }),
    { activation: ["3 0; 0 8.23723", "2.85772 -0.26894; -0.26771 8.23505"] },
  ],
  [
    "activation-other",
    "SiLU",
    layer({ activation: "silu" }),
    {
      activation: [
        "3 0; 0 8.23723",
        "2.99595 -0.15866; -0.08541 8.23723",
        "2.99636 -0.15881; -0.08558 8.23723",
      ],
    },
  ],
  ["activation-other", "no layer", attention, { scores: [] }],
  // W₁, W₂, both transposed, and W₂ᵀ and W₁ᵀ in each other's place.
  [
    "feed-forward-transposed",
    "square",
    post,
    {
      "feed-forward-1": ["6 0; -7.856 4.619", "3 -1; -1.619 8.237", "6 0; -7.856 4.619", "0 2; 4.619 2"],
      "feed-forward-2": ["6 1; 9.237 5.619", "3 7; 0 9.237", "6 13; 0 5.619", "4 1; 8.619 5.619"],
    },
  ],
  // (2, 2) times the rows (1, 0), (0, 1), (1, 1) of W₂; then (2, 2, 4) times the rows of W₁.
  [
    "feed-forward-transposed",
    "2×3 and 3×2",
    wide,
    { "feed-forward-1": ["2 2 4"], "feed-forward-2": ["18 42"] },
  ],
  // Stored transposed: (2, 4) times W itself is (2, 4 + 4).
  ["feed-forward-transposed", "stored out × in", outIn, { "feed-forward-1": ["2 8", "10 4", "2 8", "2 4"] }],
  ["feed-forward-transposed", "no layer", attention, { scores: [] }],
  // b₁, b₂ and both.
  [
    "feed-forward-bias-missing",
    "both are there",
    post,
    {
      "feed-forward-1": ["2 -2; -2.619 7.237", "3 -1; -1.619 8.237", "2 -2; -2.619 7.237"],
      "feed-forward-2": ["2 1; 14.474 8.237", "3 0; 16.474 8.237", "2 0; 14.474 7.237"],
    },
  ],
  ["feed-forward-bias-missing", "there are none", unbiased, { output: [] }],
  [
    "feed-forward-missing",
    "norms behind the sums",
    post,
    { "residual-2": ["-1 3; 3.619 -6.237"], "residual-1": ["2 6; 10 2"] },
  ],
  ["feed-forward-missing", "no layer", attention, { scores: [] }],
  // silu(4) = 3.928, silu(2) = 1.762, times (2, 4).
  ["gate-swapped", "SwiGLU", gated, { activation: ["3.92806 1.76159"], gated: ["7.85611 7.04638"] }],
  ["gate-swapped", "no gate", post, { output: [] }],
  ["gate-missing", "SwiGLU", gated, { gated: ["1.76159 3.92806"] }],
  ["gate-missing", "no gate", post, { output: [] }],
])("%s: %s", (id, _, given, expected) =>
  expect(
    solved(
      id,
      given,
      Object.keys(expected),
      /activation|gate/.test(id) && id !== "activation-missing" ? 5 : 3,
    ),
  ).toEqual(expected),
);

test.each<[string, Given, string[]]>([
  ["residual-missing", post, ["residual-1", "residual-2", "residual-1"]],
  ["residual-after-norm", post, ["residual-1"]],
  ["residual-of-norm", pre, ["residual-1"]],
  ["feed-forward-transposed", post, ["feed-forward-1", "feed-forward-2", "feed-forward-1", "feed-forward-1"]],
  ["feed-forward-bias-missing", post, ["feed-forward-1", "feed-forward-2", "feed-forward-1"]],
  ["feed-forward-missing", post, ["residual-2"]],
])("%s is made at its first step", (id, given, steps) => expect(placesOf(id, given)).toEqual(steps));

test("in BERT, x is added behind the norms of the layers, and not behind that of the embeddings", () => {
  const plain = MODEL_EXAMPLES.find(([name]) => name === "bert")?.[1];
  const model = plain && loadedModel(plain);
  const settings = { ids: [3, 1], logitLens: false, seed: 0 } as never;
  const trace = recordModelRun({ matrices: {}, settings, ...(model && { model }) });
  const again = { trace, problem: { matrices: {}, settings: {} }, record: () => trace };
  const solutions = mistakeOf("residual-after-norm").apply(again);
  const altered = solutions.map(({ steps }) =>
    steps.filter((step) => !trace.steps.includes(step)).map(keyOf),
  );
  const parts = ["residual-1", "norm-1", "residual-2", "norm-2"];
  expect(altered).toEqual([[0, 1].flatMap((at) => parts.map((part) => `layer ${at}/${part}`))]);
});
