import { describe, expect, test } from "vitest";
import { type Answers, shortestHolding } from "../../../../src/check/identify/answers.js";
import { NO_PATTERN } from "../../../../src/check/identify/attended-keys.js";
import { PROBE } from "../../../../src/check/identify/probe.js";
import { ROTATIONS, sizesOf } from "../../../../src/check/identify/products.js";
import {
  collectRows,
  findScoring,
  leastWeightOf,
  nameOf,
  PRECISIONS,
  readsSameValue,
  SCALES,
} from "../../../../src/check/identify/scoring.js";
import { FLOAT_TYPES, roundTo } from "../../../../src/check/machine/float-types.js";
import { answersOf, dotOf, repeatHead, scaledWhere, tileHead } from "../../../support/probe-answers.js";

const { queries, keys } = PROBE;
const NO_ROPE = ROTATIONS[0];
const causal = (i: number, j: number) => j <= i;
const plain = answersOf(scaledWhere(causal));
const REPEAT = { grouping: "repeat", rotation: NO_ROPE } as const;

const findIn = (plain: Answers) =>
  findScoring((hypothesis, among) => {
    const least = leastWeightOf(plain);
    const looked = { plain, masked: undefined, pattern: NO_PATTERN, polarity: undefined, least };
    return collectRows(looked, hypothesis, among);
  }, plain);

/** A kernel whose scores are a function of q·k. */
const scored = (score: (product: number) => number, kvHead = repeatHead) =>
  answersOf((head, i, j) => score(dotOf(head, kvHead(head), i, j)), { valueHead: kvHead });

describe("the scale", () => {
  test.each([
    ["1/sqrt(d_k)", 1 / Math.sqrt(32)],
    ["1/sqrt(128)", 1 / Math.sqrt(4 * 32)],
    ["1/d_k", 1 / 32],
    ["none", 1],
    ["ln(2)/sqrt(d_k)", Math.LN2 / Math.sqrt(32)],
    ["1/(ln(2)*sqrt(d_k))", 1 / Math.LN2 / Math.sqrt(32)],
  ])("%s is found by its name", (text, value) => {
    const { best, ties } = findIn(scored((p) => value * p));
    expect(best?.scoring.scale).toBe(SCALES.find((one) => one.text === text)?.value);
    expect(best && nameOf(best.scoring)?.text).toBe(text);
    expect(best?.scoring.scale).toBeCloseTo(value, 12);
    expect([best?.precision.name, best?.hypothesis, best?.scoring.softcap, ties]).toEqual([
      ...["float32", REPEAT, undefined, []],
    ]);
  });

  test.each([0.11, 0.06, -0.2, 0])("%d has no name", (value) => {
    const { best } = findIn(scored((p) => value * p));
    expect(best?.scoring.scale).toBeCloseTo(value, 9);
    expect(best && nameOf(best.scoring)).toBeUndefined();
  });

  test("is that of rounded weights, in their precision", () => {
    for (const [type, name] of [
      ["bfloat16", "bfloat16"],
      ["float16", "float16"],
    ] as const) {
      const made = answersOf(
        scaledWhere(() => true),
        { round: (x) => roundTo(FLOAT_TYPES[type], x) },
      );
      const { best, ties } = findIn(made);
      expect([best?.precision.name, best?.scoring.scale, ties]).toEqual([name, 1 / Math.sqrt(32), []]);
    }
  });

  // Logarithms of weights of float32 may be off by 3e-4 + 2e-5 (|s| + ‖q‖·‖k‖ / d): at most by that much in one of them, and by
  // six tenths of it in the mean.
  const expectedOff = (head: number, i: number, j: number) => {
    const score = dotOf(head, repeatHead(head), i, j) / Math.sqrt(32);
    return 3e-4 + 2e-5 * (Math.abs(score) + sizesOf(head, repeatHead(head))[i * keys + j] / Math.sqrt(32));
  };
  const offBy = (units: (head: number, i: number, j: number) => number) =>
    answersOf(
      (head, i, j) =>
        dotOf(head, repeatHead(head), i, j) / Math.sqrt(32) + units(head, i, j) * expectedOff(head, i, j),
    );
  const oneCell = (head: number, i: number, j: number) => head === 1 && i === 3 && j === 2;
  test.each<[string, string, (head: number, i: number, j: number) => number]>([
    ["half of what is expected, everywhere", "float32", (_head, _i, j) => (j % 2 ? 0.5 : -0.5)],
    ["0.64 of it, everywhere", "float16", (_head, _i, j) => (j % 2 ? 0.64 : -0.64)],
    ["three quarters, in one cell", "float32", (...cell) => (oneCell(...cell) ? 0.75 : 0)],
    ["four times as much, in one cell", "float16", (...cell) => (oneCell(...cell) ? 4 : 0)],
  ])("of weights that are off by %s fits %s", (_, precision, units) => {
    const { best } = findIn(offBy(units));
    expect([best?.precision.name, best?.scoring.scale]).toEqual([precision, 1 / Math.sqrt(32)]);
  });

  test.each([
    [1 + 5e-10, "1/d_k"],
    [1 - 5e-10, "1/d_k"],
    [1 + 2e-9, undefined],
    [1 - 2e-9, undefined],
  ])("times %d is called %s", (factor, text) => expect(nameOf({ scale: factor / 32 })?.text).toBe(text));
});

describe("a softcap", () => {
  test.each([
    [1 / Math.sqrt(32), 30],
    [1 / Math.sqrt(32), 5],
    [1, 50],
    [0.1, 20],
  ])("of scale %d at %d is found", (scale, cap) => {
    const { best } = findIn(scored((p) => cap * Math.tanh((scale * p) / cap)));
    expect(best?.scoring.scale).toBeCloseTo(scale, scale === 0.1 ? 3 : 9);
    expect((best?.scoring.softcap ?? 0) / cap).toBeCloseTo(1, 3);
  });

  test("of few bits has no scale by a name that is a sixth off, though that would fit", () => {
    const { best } = findIn(
      answersOf((head, i, j) => Math.tanh(1.2 * dotOf(head, repeatHead(head), i, j)), {
        round: (x) => roundTo(FLOAT_TYPES.bfloat16, x),
      }),
    );
    expect([best?.scoring.scale, best?.scoring.softcap, best && nameOf(best.scoring)]).toEqual([
      ...[expect.closeTo(1.2, 2), expect.closeTo(1, 2), undefined],
    ]);
  });

  test("is none where scores are neither scaled nor capped", () => {
    // Every other key scores 0.3 more than q·k says, which no rounding explains.
    expect(findIn(answersOf((head, i, j) => scaledWhere(() => true)(head, i, j) + 0.3 * (j % 2)))).toEqual({
      ties: [],
    });
    expect(findIn(scored((p) => -30 * Math.tanh(p / 30)))).toEqual({ ties: [] });
  });
});

describe("the heads that are multiplied", () => {
  test("share every second kv head", () => {
    const { best } = findIn(scored((p) => p / Math.sqrt(32), tileHead));
    expect(best?.hypothesis).toEqual({ grouping: "tile", rotation: NO_ROPE });
  });

  test("may read other values", () => {
    const { best } = findIn(
      answersOf((head, i, j) => dotOf(head, tileHead(head), i, j) / Math.sqrt(32), { valueHead: repeatHead }),
    );
    expect(best?.hypothesis.grouping).toBe("tile");
  });

  test("are those whose values are read, where scores tell nothing", () => {
    for (const [kvHead, grouping, other] of [
      [repeatHead, "repeat", "tile"],
      [tileHead, "tile", "repeat"],
    ] as const) {
      const flat = {
        ties: expect.arrayContaining([
          ["RoPE", "half-split, base 500000, query 0 at position 8"],
          ["GQA", `${other}, RoPE none`],
        ]),
      };
      const found = findIn(scored(() => 0, kvHead));
      expect(found).toMatchObject(flat);
      expect(found.best?.hypothesis).toEqual({ grouping, rotation: NO_ROPE });
      // Every other of 2 × 13 hypotheses fits as well: a scale of 0.
      expect(found.ties.length).toBe(25);
      expect(found.ties.filter(([name]) => name === "GQA").length).toBe(13);
    }
  });
});

describe("what fits as well", () => {
  // One query of a small head sees two keys, each of which has half of its weight.
  const scalesOfHalves = (isPair: (apart: number) => boolean) => {
    const apart = (a: number, b: number) => Math.abs(dotOf(0, 0, 3, a) - dotOf(0, 0, 3, b));
    const pairs = Array.from({ length: keys }, (_, a) => a).flatMap((a) =>
      Array.from({ length: a }, (_, b) => [a, b] as const),
    );
    const pair: readonly number[] = pairs.find(([a, b]) => isPair(apart(a, b))) ?? [];
    const { best, ties } = findIn(
      answersOf((head, i, j) => (pair.includes(j) && i === 3 && head === 0 ? 0 : -Infinity)),
    );
    const others = ties.flatMap(([name, text]) => (name === "scale" ? [text] : []));
    return [best && nameOf(best.scoring)?.text, ...others];
  };

  test("is every scale where products are the same", () =>
    expect(scalesOfHalves((apart) => apart === 0)).toEqual(SCALES.map(({ text }) => text)));

  test("are scales that rounded weights do not tell apart, the nearest of which is told", () => {
    // 1/32 and 1/√128 of 1/16 are 0.002 and 0.006: of scores of bfloat16 that is nothing, and 4 is much.
    const scales = scalesOfHalves((apart) => apart === 1 / 16);
    expect([scales[0], scales.includes("1/sqrt(128)")]).toEqual(["1/d_k", true]);
    expect(scalesOfHalves((apart) => apart > 4)).not.toContain("none");
  });
});

describe("the values of heads", () => {
  test("are those of the kv heads of their keys, or not", () => {
    expect([readsSameValue(plain, "repeat"), readsSameValue(plain, "tile")]).toEqual([true, false]);
    const tiled = answersOf(scaledWhere(causal), { valueHead: tileHead });
    expect([readsSameValue(tiled, "repeat"), readsSameValue(tiled, "tile")]).toEqual([false, true]);
    const odd = answersOf(scaledWhere(causal), { valueHead: (head) => (head === 3 ? 0 : repeatHead(head)) });
    expect([readsSameValue(odd, "repeat"), readsSameValue(odd, "tile")]).toEqual([false, false]);
  });

  test("are those of every row", () => {
    // Query 5 of head 1 has twice the values of its kv head.
    const output = plain.output.map((cell, at) => (Math.floor(at / 32) === queries + 5 ? 2 * cell : cell));
    expect(readsSameValue({ output }, "repeat")).toBe(false);
  });

  test("are not told by rows without keys", () => {
    const empty = answersOf(scaledWhere((i, j) => i > 0 && j <= i));
    expect(readsSameValue(empty, "repeat")).toBe(true);
  });
});

describe("the type that an output is of", () => {
  test.each([
    [[1, 0.5, -0.25], "bfloat16"],
    // 8 bits behind the point: 1 + 2⁻⁸ is no bfloat16 (7 bits), 1 + 2⁻¹¹ no float16 (10 bits)
    [[1, 1 + 2 ** -8], "float16"],
    [[1, 1 + 2 ** -11], undefined],
    // Above the largest float16, 65504
    [[2 ** 17], "bfloat16"],
    [[2 ** 17, 1 + 2 ** -8], undefined],
  ])("%j: %s", (numbers, type) => expect(shortestHolding(Float64Array.from(numbers))).toBe(type));
});

test("precisions are tried from fine to coarse", () => {
  expect(PRECISIONS.map(({ name }) => name)).toEqual(["float32", "float16", "bfloat16"]);
});
