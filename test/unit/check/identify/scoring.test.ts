import { describe, expect, test } from "vitest";
import type { Answers } from "../../../../src/check/identify/answers.js";
import { PROBE, probe } from "../../../../src/check/identify/probe.js";
import { ROTATIONS, sizesOf } from "../../../../src/check/identify/products.js";
import {
  ALL_HEADS,
  collectRows,
  findScoring,
  type Looked,
  leastWeightOf,
  nameOf,
  PRECISIONS,
  readsSameValue,
  SCALES,
  shortestOf,
} from "../../../../src/check/identify/scoring.js";
import { NO_PATTERN, type Pattern } from "../../../../src/check/identify/seen.js";
import { FLOAT_TYPES, roundTo } from "../../../../src/check/machine/float-types.js";
import { answersOf, dotOf, repeatHead, scaledWhere, tileHead } from "../../../support/probe-answers.js";

const { queries, keys } = PROBE;
const NO_ROPE = ROTATIONS[0];
const CAUSAL: Pattern = { offset: 0, right: 0, left: undefined };
const causal = (i: number, j: number) => j <= i;
const isTrue = (i: number, j: number) => probe().mask.data[i * keys + j] === 1;

const plain = answersOf(scaledWhere(causal));
const REPEAT = { grouping: "repeat", rotation: NO_ROPE } as const;

const look = (given: Partial<Looked>): Looked => ({
  ...{ plain, masked: undefined, pattern: CAUSAL, polarity: undefined, least: 1e-36, ...given },
});

const findIn = (answers: Answers, pattern = NO_PATTERN) =>
  findScoring(
    (hypothesis, among) =>
      collectRows(look({ plain: answers, pattern, least: leastWeightOf(answers) }), hypothesis, among),
    answers,
  );

/** A kernel whose scores are a function of q·k. */
const scored = (score: (product: number) => number, kvHead = repeatHead) =>
  answersOf((head, i, j) => score(dotOf(head, kvHead(head), i, j)), { valueHead: kvHead });

describe("rows of what is seen", () => {
  test("hold the products, logarithms and sizes of the keys that may be seen", () => {
    // Query 0 sees one key, which tells nothing.
    const rows = collectRows(look({}), REPEAT, [3]);
    expect(rows.map(({ logs }) => logs.length)[0]).toBe(2);
    const second = rows[0];
    expect([...second.products]).toEqual([dotOf(3, 1, 1, 0), dotOf(3, 1, 1, 1)]);
    expect([...second.sizes]).toEqual([sizesOf(3, 1)[keys], sizesOf(3, 1)[keys + 1]]);
    const [a, b] = second.products.map((p) => p / Math.sqrt(32));
    expect(second.logs[1] - second.logs[0]).toBeCloseTo(b - a, 9);
    // ln of weights that add up to 1
    expect(second.logs.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 9);
  });

  test("are those of the heads that are asked for", () => {
    const count = (among: readonly number[]) => collectRows(look({}), REPEAT, among).length;
    expect([count([]), count([0]), count([0, 2])]).toEqual([0, 15, 30]);
    const tile = collectRows(look({}), { ...REPEAT, grouping: "tile" }, [1]);
    expect(tile[0].products[0]).toBe(dotOf(1, 1, tile.length === 15 ? 1 : 0, 0));
    expect(ALL_HEADS).toEqual([0, 1, 2, 3]);
  });

  test("are those of the second problem, too, where its polarity is known", () => {
    const masked = answersOf(scaledWhere((i, j) => causal(i, j) && isTrue(i, j)));
    const open = (i: number) =>
      Array.from({ length: keys }, (_, j) => j).filter((j) => causal(i, j) && isTrue(i, j));
    const told = Array.from({ length: queries }, (_, i) => open(i).length).filter((count) => count > 1);
    const rows = collectRows(look({ masked, polarity: "keep" }), REPEAT, [0]);
    expect(rows.slice(15).map(({ logs }) => logs.length)).toEqual(told);
    expect(collectRows(look({ masked }), REPEAT, [0]).length).toBe(15);
  });

  test("leave weights out that have few bits left", () => {
    const output = plain.output.slice();
    output[2 * 32] = 1.1e-36;
    const lengths = (weight: number) => {
      output[2 * 32] = weight;
      return collectRows(look({ plain: { output } }), REPEAT, [0]).map(({ logs }) => logs.length);
    };
    expect(lengths(1.1e-36).slice(0, 3)).toEqual([2, 3, 4]);
    expect(lengths(0.9e-36).slice(0, 3)).toEqual([2, 2, 4]);
    expect(lengths(Number.NaN).slice(0, 3)).toEqual([2, 2, 4]);
  });
});

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
    const flat = { ties: expect.arrayContaining([["RoPE", expect.stringContaining("half-split")]]) };
    for (const [kvHead, grouping] of [
      [repeatHead, "repeat"],
      [tileHead, "tile"],
    ] as const) {
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
  test("are scales that rounded weights do not tell apart", () => {
    // Keys 0 and 1 alone, and scores of the first rows of small heads: weights of bfloat16 are 0.4 % off.
    const made = answersOf(
      (head, i, j) =>
        j < 2 && i === 3 && head === 0 ? (1e-4 * dotOf(0, 0, i, j)) / Math.sqrt(32) : -Infinity,
      { round: (x) => roundTo(FLOAT_TYPES.bfloat16, x) },
    );
    const { ties } = findIn(made);
    expect(ties.length).toBeGreaterThan(0);
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
  ])("%j: %s", (numbers, type) => expect(shortestOf({ output: Float64Array.from(numbers) })).toBe(type));
});

test("precisions are tried from fine to coarse", () => {
  expect(PRECISIONS.map(({ name }) => name)).toEqual(["float32", "float16", "bfloat16"]);
});
