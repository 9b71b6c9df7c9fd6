import { describe, expect, test } from "vitest";
import {
  alibi,
  attend,
  backward,
  explain,
  layer,
  multihead,
  posenc,
  rope,
  softmax,
} from "../../../src/index.js";

// How scripts give inputs and settings, and the errors if they give them in another way.

const [q, k, v] = [
  [[1, 0]],
  [
    [1, 0],
    [0, 1],
  ],
  [
    [10, 0],
    [0, 20],
  ],
];
const settings = { scale: "none" } as const;
const right = attend({ query: q, key: k, value: v }, settings).output?.toRows();

describe("the same attention", () => {
  test.each([
    ["short names", () => attend({ q, k, v }, settings)],
    ["names of files", () => attend({ Q: q, K: k, V: v } as object, settings)],
    ["one after the other", () => attend(q, k, v, settings)],
    ["typed arrays", () => attend([Float32Array.of(1, 0)], k, v, settings)],
    ["a row alone", () => attend([1, 0], k, v, settings)],
    ["an array of two axes", () => attend(attend({ scores: q }).step("scores"), k, v, settings)],
    ["a mask of true, or of 1", () => attend({ q, k, v, mask: [[1, 1]] }, settings)],
    [
      "a transposed value",
      () => attend({ q, k, v: v.map((_, col) => v.map((row) => row[col])) }, { ...settings, transpose: "v" }),
    ],
    ["one head", () => multihead(q, k, v, { ...settings, heads: 1 })],
  ])("%s", (_, work) => expect(work().output?.toRows()).toEqual(right));
  test("without a value", () => {
    const { weights, output } = attend(q, k, undefined, settings);
    expect(weights?.shape).toEqual([1, 2]);
    expect(output).toBeUndefined();
  });
  test("a mask leaves keys out", () => {
    expect(attend({ q, k, v, mask: [[0, 1]] }, settings).output?.toRows()).toEqual([[0, 20]]);
    expect(attend({ q, k, v, mask: [[false, true]] }, settings).output?.toRows()).toEqual([[0, 20]]);
  });
});

describe("softmax", () => {
  test("of one row or several", () => {
    // e^1/(e^1 + e^0)
    const share = Math.E / (Math.E + 1);
    expect(softmax([1, 0]).weights?.data[0]).toBeCloseTo(share, 15);
    expect(
      softmax([
        [0, 0],
        [0, 1],
      ]).weights?.data[3],
    ).toBeCloseTo(share, 15);
    // At temperature 2, half the scores.
    expect(softmax([2, 0], { temperature: 2 }).weights?.data[0]).toBeCloseTo(share, 15);
    expect(() => softmax([1], { temperature: 0 })).toThrow("above 0");
  });
});

test("rope turns vectors by their positions", () => {
  // A quarter turn of (1, 0) is (0, 1): angle 1 of position π/2.
  expect(rope([1, 0], { positions: [Math.PI / 2] }).output?.data[1]).toBeCloseTo(1, 15);
});

describe("what is wrong is said with what would do", () => {
  const cases: readonly (readonly [() => unknown, string, string, RegExp])[] = [
    [
      () => attend({ q, k, causal: true } as object),
      "UNKNOWN_KEY",
      'attend takes no "causal" among its inputs.',
      /settings are the second argument: attend\(\{ q, k, v \}, \{ causal: … \}\)/,
    ],
    [
      () => attend({ q }, { k } as object),
      "UNKNOWN_KEY",
      '"k" is an input, not a setting.',
      /attend\(\{ q, k, v \}/,
    ],
    [() => attend({ quer: q } as object), "UNKNOWN_KEY", 'attend takes no "quer".', /"query"/],
    [() => posenc({ q } as object), "UNKNOWN_KEY", 'posenc takes no "q".', /x/],
    [
      () => attend({ q, query: q, k }),
      "CONFLICTING_INPUTS",
      'query is given twice, the second time as "query".',
      /once/,
    ],
    [() => attend(undefined as unknown as object), "MISSING_INPUT", "attend takes inputs by name", /q, k, v/],
    [
      () => attend(q, k, v, true as unknown as object),
      "BAD_VALUE",
      "is not an object of settings",
      /\{ causal: true \}/,
    ],
    [() => attend({ q, k }, "causal" as unknown as object), "BAD_VALUE", "Settings need names.", /second/],
    [() => alibi(2 as unknown as object), "BAD_VALUE", "alibi takes settings by name", /heads: 2/],
    ...[explain, backward].map((read) => {
      const work = () => read({ q, k } as unknown as ReturnType<typeof attend>, "weights[0,0]" as "ones");
      return [work, "BAD_VALUE", `${read.name} takes a run`, /attend\(/] as const;
    }),
    [() => layer({ x: [q, q] }), "SHAPE_MISMATCH", "x is 2×1×2", /one matrix/],
    [
      () => attend({ q, k, v, mask: [[2, 1]] }),
      "BAD_VALUE",
      "a mask is true/false or 1/0",
      /attend to the key/,
    ],
    [
      () => attend(["a"] as unknown as typeof q, k),
      "NOT_A_NUMBER",
      'query contains "a"',
      /\[\[1, 0\], \[0, 1\]\]/,
    ],
    [() => attend([], k), "EMPTY_MATRIX", "query holds no numbers", /one number/],
  ];
  test.each(cases)("%s", (work, code, message, hint) => {
    try {
      work();
    } catch (error) {
      expect(error).toMatchObject({ name: "UserError", code });
      const { message: said, details } = error as { message: string; details: { hint?: string } };
      expect(said).toContain(message);
      expect(details.hint ?? "").toMatch(hint);
      return;
    }
    throw new Error("nothing was said");
  });
});
