import { describe, expect, test } from "vitest";
import { type Case, type Given, homework, mistakeOf, solved } from "../../../support/mistaken.js";

// Worked by hand: S = [1 3 4; 3 0 4], with four columns in a key, of which there are three.
const wide: Given = ["attend", { query: "1 2 0 1; 2 0 1 0", key: "1 0 1 0; 0 1 0 1; 2 1 0 0" }];
const scaledBy = (scale: unknown): Given => ["attend", { ...wide[1], settings: { scale } }];
const scores = (scale: unknown): Given => ["attend", { scores: "1 3 4", settings: { scale } }];

// Q = K = [1 2 1 2; 0 1 0 1] in four columns, made of x in two or three; S of a head is [5 2; 2 1], of both [10 4; 4 2].
const narrow = { x: "1 2; 0 1", ...weights("1 0 1 0; 0 1 0 1") };
const odd = { x: "1 2 9; 0 1 9", ...weights("1 0 1 0; 0 1 0 1; 0 0 0 0") };

function weights(w: string) {
  return { wq: w, wk: w, wv: w };
}

// α = softmax(S) of S = [1 3; 0 1]; dα = [1 2; 1 8].
const gradients: Given = [
  "attend",
  { query: "1 2; 0 1", key: "1 0; 1 1", value: "1 0; 2 3", backward: "1 0; 1 2" },
];

describe("solutions", () => {
  test.each<Case>([
    ["scale-missing", "of four columns", wide, { "scaled-scores": ["1 3 4; 3 0 4"] }],
    ["scale-missing", "nothing to leave out", scaledBy("none"), { scores: [] }],
    ["scale-by-dk", "of four columns", wide, { "scaled-scores": ["0.25 0.75 1; 0.75 0 1"] }],
    // 1/√16 is 0.25.
    ["scale-by-dk", "scores given, scaled by 1/4", scores(0.25), { "scaled-scores": ["0.063 0.188 0.25"] }],
    ["scale-by-sqrt-dk", "scaled by 1", scaledBy(1), { "scaled-scores": ["0.5 1.5 2; 1.5 0 2"] }],
    ["scale-by-sqrt-n", "of three keys", wide, { "scaled-scores": ["0.577 1.732 2.309; 1.732 0 2.309"] }],
    ["scale-multiplied", "of four columns", wide, { "scaled-scores": ["2 6 8; 6 0 8"] }],
    ["scale-multiplied", "scaled by 1/8", scaledBy(0.125), { "scaled-scores": ["8 24 32; 24 0 32"] }],
    // d_model is d_k where nothing is projected.
    ["scale-by-sqrt-dmodel", "nothing projected", wide, { scores: [] }],
    [
      "scale-by-sqrt-dmodel",
      "not scaled",
      ["attend", { ...narrow, settings: { scale: "none" } }],
      { scores: [] },
    ],
    [
      "scale-by-sqrt-dmodel",
      "x of two columns",
      ["attend", narrow],
      { "scaled-scores": ["7.071 2.828; 2.828 1.414"] },
    ],
    [
      "scale-by-sqrt-dmodel",
      "two heads, x as wide as one of them",
      ["multihead", { ...narrow, settings: { heads: 2 } }],
      { "head 0/scaled-scores": ["2.5 1; 1 0.5"], "head 1/scaled-scores": ["2.5 1; 1 0.5"] },
    ],
    [
      "scale-by-sqrt-dmodel",
      "two heads, x of three columns: √3 and √4",
      ["multihead", { ...odd, settings: { heads: 2 } }],
      { "head 1/scaled-scores": ["2.887 1.155; 1.155 0.577", "2.5 1; 1 0.5"] },
    ],
    // e, e³, e⁴ over twice their sum.
    ["scale-after-softmax", "of four columns", wide, { weights: ["0.018 0.13 0.353; 0.133 0.007 0.361"] }],
    ["scale-after-softmax", "nothing to be late with", scaledBy("none"), { weights: [] }],
    [
      "scale-missing",
      "with gradients: on the way there alone, and on both ways",
      gradients,
      {
        "scaled-scores": ["1 3; 0 1", "1 3; 0 1"],
        "d-scores": ["-0.074 0.074; -0.973 0.973", "-0.105 0.105; -1.376 1.376"],
      },
    ],
  ])("%s: %s", (id, _, given, expected) =>
    expect(solved(id, given, Object.keys(expected))).toEqual(expected),
  );
});

describe("what was put in the place of √d_k", () => {
  test.each<[string, Given, { text: string; value: number } | undefined]>([
    ["scale-by-dk", wide, { text: "d_k = 4", value: 4 }],
    ["scale-by-dk", scores(0.25), { text: "d_k = 16", value: 16 }],
    ["scale-by-dk", scaledBy("none"), undefined],
    ["scale-by-sqrt-n", wide, { text: "√(number of keys) = √3 = 1.732", value: Math.sqrt(3) }],
    ["scale-by-sqrt-dmodel", ["attend", narrow], { text: "√d_model = √2 = 1.414", value: Math.SQRT2 }],
    // x is as wide as a key of a head: what is meant are the four columns of both heads.
    [
      "scale-by-sqrt-dmodel",
      ["multihead", { ...narrow, settings: { heads: 2 } }],
      { text: "√d_model = √4 = 2", value: 2 },
    ],
    ["scale-by-sqrt-dmodel", wide, undefined],
    ["scale-by-sqrt-dmodel", scores(0.25), undefined],
    ["scale-by-sqrt-dmodel", ["attend", { ...narrow, settings: { scale: "none" } }], undefined],
  ])("%s", (id, given, amount) => expect(mistakeOf(id).amount?.(homework(given))).toEqual(amount));
});
