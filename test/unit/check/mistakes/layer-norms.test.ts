import { expect, test } from "vitest";
import { type Case, type Given, mistaken, mistakeOf, placesOf, solved } from "../../../support/mistaken.js";

// Each token attends to itself alone, so that residual-1 is 2x = [2 6; 10 2], with means 4 and 6 and variances 4 and 16.
// NumPy worked what follows from norm-1 on.
const norms = { norm1: "3 6", norm1Bias: "1 -1" };
const feedForward = { w1: "1 2; 1 0", b1: "1 1", w2: "1 0; 2 1", b2: "0 1" };
const layer = (settings: object = {}, more: object = norms): Given => [
  "layer",
  { x: "1 3; 5 1", ...feedForward, ...more, settings: { causal: true, window: 1, eps: 5, ...settings } },
];
const post = layer();
const pre = layer({ norm: "pre" });
const rms = layer({ norm: "pre", normKind: "rms" }, {});
const parallel = layer({ norm: "parallel" });
const bare = layer({ norm: "none" }, {});
const weightAlone = layer({}, { norm1: "3 6" });
const biasAlone = layer({}, { norm1Bias: "1 -1" });

test.each<Case>([
  // ∓2/√4 and ±4/√16.
  [
    "norm-eps-missing",
    "layer norms",
    post,
    { "norm-1/normalised": ["-1 1; 1 -1"], "norm-2": ["-1 1; 1 -1"] },
  ],
  // (1, 3)/√5 and (5, 1)/√13; of x + attention(LN x) likewise.
  [
    "norm-eps-missing",
    "RMS norms",
    rms,
    { "norm-1": ["0.447 1.342; 1.387 0.277"], "norm-2": ["0.447 1.342; 1.387 0.277"] },
  ],
  // ∓2/(2 + 5) and ±4/(4 + 5).
  [
    "norm-eps-outside",
    "layer norms",
    post,
    { "norm-1/normalised": ["-0.286 0.286; 0.444 -0.444"], "norm-2": ["0.136 -0.136; 0.516 -0.516"] },
  ],
  // (1, 3)/(√5 + 5) and (5, 1)/(√13 + 5).
  [
    "norm-eps-outside",
    "RMS norms",
    rms,
    { "norm-1": ["0.138 0.415; 0.581 0.116"], "norm-2": ["0.151 0.453; 0.618 0.124"] },
  ],
  // (4 + 4)/1 and (16 + 16)/1, and 5 under the root.
  [
    "norm-sample-variance",
    "layer norms",
    post,
    { "norm-1/variance": ["8; 32"], "norm-1/normalised": ["-0.555 0.555; 0.658 -0.658"] },
  ],
  [
    "norm-sample-variance",
    "of four columns",
    ["layer", { x: "0 0 2 2", w1: "0;0;0;0", w2: "0 0 0 0" }],
    { "norm-1/variance": ["5.333"] },
  ],
  ["norm-sample-variance", "RMS norms", rms, { "norm-1": [] }],
  // ∓2/(4 + 5) and ±4/(16 + 5).
  [
    "norm-root-missing",
    "layer norms",
    post,
    { "norm-1/normalised": ["-0.222 0.222; 0.19 -0.19"], "norm-2": ["0.183 -0.183; 0.199 -0.199"] },
  ],
  ["norm-root-missing", "RMS norms", rms, { "norm-1": [] }],
  // The columns (2, 10) and (6, 2) have means 6 and 4 and variances 16 and 4.
  [
    "norm-wrong-axis",
    "layer norms",
    post,
    { "norm-1/normalised": ["-0.873 0.667; 0.873 -0.667"], "norm-2": ["-0.974 -0.053; 0.974 0.053"] },
  ],
  ["norm-wrong-axis", "RMS norms", rms, { "norm-1": [] }],
  // 2, 6, 10 and 2 have the mean 5 and the variance 11: over √(11 + 5).
  [
    "norm-over-all",
    "layer norms",
    post,
    { "norm-1/normalised": ["-0.75 0.25; 1.25 -0.75"], "norm-2": ["-0.841 -0.61; 1.647 -0.196"] },
  ],
  ["norm-over-all", "RMS norms", rms, { "norm-1": [] }],
  // (4 + 36)/2 = 20 and (100 + 4)/2 = 52: over 5 and √57. Or over √(4 + 5) and √(16 + 5) = 4.583.
  [
    "norm-mean-kept",
    "layer norms",
    post,
    { "norm-1/normalised": ["0.4 1.2; 1.325 0.265", "0.667 2; 2.182 0.436"] },
  ],
  ["norm-mean-kept", "RMS norms", rms, { "norm-1": [] }],
  // (1, 3) is ∓1/√(1 + 5), (5, 1) is ±2/√(4 + 5).
  [
    "norm-mean-subtracted",
    "RMS norms",
    rms,
    { "norm-1": ["-0.408 0.408; 0.667 -0.667"], "norm-2": ["-0.533 0.533; 0.766 -0.766"] },
  ],
  ["norm-mean-subtracted", "layer norms", post, { "norm-1": [] }],
  // x̂ is ∓2/3 and ±4/√21 = 0.873.
  ["norm-weight-bias-swapped", "both", post, { "norm-1": ["2.333 5.333; 3.873 6.873"] }],
  ["norm-weight-bias-swapped", "a weight alone", weightAlone, { "norm-1": [] }],
  ["norm-weight-bias-swapped", "a bias alone", biasAlone, { "norm-1": [] }],
  ["norm-bias-first", "both", post, { "norm-1": ["1 -2; 5.619 -11.237"] }],
  ["norm-bias-first", "a weight alone", weightAlone, { "norm-1": [] }],
  ["norm-weight-missing", "both", post, { "norm-1": ["0.333 -0.333; 1.873 -1.873"] }],
  ["norm-weight-missing", "a weight alone", weightAlone, { "norm-1": ["-0.667 0.667; 0.873 -0.873"] }],
  ["norm-weight-missing", "a bias alone", biasAlone, { "norm-1": [] }],
  ["norm-bias-missing", "both", post, { "norm-1": ["-2 4; 2.619 -5.237"] }],
  ["norm-bias-missing", "a weight alone", weightAlone, { "norm-1": [] }],
  // Both norms: what goes into the feed-forward, and the output, are the residual sums.
  ["norm-missing", "both norms", post, { "norm-1": ["2 6; 10 2"], "norm-2": ["21 12; 65 24"] }],
  ["norm-missing", "no norms", bare, { output: [] }],
  // As NumPy has it of the other place.
  [
    "norm-misplaced",
    "asked behind, done before",
    post,
    { "norm-1": ["-0.225 1.449; 3 -5"], output: ["1.775 5.449; 14.748 -0.126"] },
  ],
  [
    "norm-misplaced",
    "asked before, done behind",
    pre,
    { "norm-1": ["-1 3; 3.619 -6.237"], output: ["-0.408 0.408; 0.967 -0.967"] },
  ],
  ["norm-misplaced", "beside each other", parallel, { output: [] }],
  ["norm-misplaced", "no norms", bare, { output: [] }],
  ["norm-misplaced", "no layer", ["attend", { x: "1 2" }], { scores: [] }],
])("%s: %s", (id, _, given, expected) => expect(solved(id, given, Object.keys(expected))).toEqual(expected));

test.each([
  ["norm-eps-missing", "normalised"],
  ["norm-eps-outside", "normalised"],
  ["norm-over-all", "normalised"],
  ["norm-bias-missing", "norm-1"],
])("%s is made at %s", (id, step) => expect(placesOf(id, post)).toEqual([step]));

test.each([
  [post, "pre"],
  [pre, "post"],
])("the norms that were asked for elsewhere are another convention", (given, norm) => {
  const { convention } = mistakeOf("norm-misplaced");
  const [altered] = mistaken("norm-misplaced", given);
  expect(typeof convention === "function" && convention(altered)).toEqual({ norm });
});
