import { describe, expect, test } from "vitest";
import type { Answers } from "../../../../src/check/identify/answers.js";
import {
  allows,
  allowsMasked,
  filledPattern,
  isEmptyRow,
  isFilled,
  NO_PATTERN,
  type Pattern,
  patternOf,
  polarityOf,
} from "../../../../src/check/identify/attended-keys.js";
import { PROBE, probe } from "../../../../src/check/identify/probe.js";
import { answersOf, scaledWhere } from "../../../support/probe-answers.js";

const { queries, keys, size } = PROBE;

const isTrue = (i: number, j: number) => probe().mask.data[i * keys + j] === 1;
const all = () => true;
const causal = (i: number, j: number) => j <= i + 8;
const open = (rule: (i: number, j: number) => boolean) => answersOf(scaledWhere(rule));

/** The same with one number of its output otherwise: of the weight of key j of query i in a head. */
function changed({ output }: Answers, head: number, i: number, j: number, value: number): Answers {
  const other = output.slice();
  other[(head * queries + i) * size + j] = value;
  return { output: other };
}

describe("a rule", () => {
  test.each([
    [{ offset: 0, right: undefined, left: undefined }, [0, 1, 2, 3, 4, 5]],
    [{ offset: 0, right: 0, left: undefined }, [0, 1, 2]],
    [{ offset: 1, right: 0, left: undefined }, [0, 1, 2, 3]],
    [{ offset: 0, right: 2, left: undefined }, [0, 1, 2, 3, 4]],
    [{ offset: 0, right: undefined, left: 1 }, [1, 2, 3, 4, 5]],
    [{ offset: 1, right: 1, left: 1 }, [2, 3, 4]],
    [{ offset: 0, right: 0, left: 0 }, [2]],
  ])("%o lets query 2 see keys %j of six", (pattern, seen) =>
    expect([0, 1, 2, 3, 4, 5].filter((j) => allows(pattern, 2, j))).toEqual(seen),
  );
});

describe("the rule behind the keys that are seen", () => {
  const none = undefined;
  test.each<[string, (i: number, j: number) => boolean, Pattern | undefined]>([
    ["no mask", all, NO_PATTERN],
    ["a window wider than all", (i, j) => j >= i - 15, NO_PATTERN],
    ["causal, top left", (i, j) => j <= i, { offset: 0, right: 0, left: none }],
    ["causal, bottom right", causal, { offset: 8, right: 0, left: none }],
    ["causal behind three keys", (i, j) => j <= i + 3, { offset: 3, right: 0, left: none }],
    ["causal behind 22 keys", (i, j) => j <= i + 22, { offset: 22, right: 0, left: none }],
    ["a causal window", (i, j) => j <= i + 8 && j > i + 1, { offset: 8, right: 0, left: 6 }],
    ["its own key", (i, j) => j === i, { offset: 0, right: 0, left: 0 }],
    ["a window before it", (i, j) => j >= i - 4, { offset: 0, right: none, left: 4 }],
    ["a window before the end", (i, j) => j >= i + 4, { offset: 8, right: none, left: 4 }],
    ["a window of two sides", (i, j) => Math.abs(j - i) <= 3, { offset: 0, right: 3, left: 3 }],
    ["that at the end", (i, j) => Math.abs(j - i - 8) <= 6, { offset: 8, right: 6, left: 6 }],
    ["a wide one at the end", (i, j) => Math.abs(j - i - 8) <= 9, { offset: 8, right: 9, left: 9 }],
    ["one behind it alone", (i, j) => j <= i + 12 && j >= i + 9, { offset: 12, right: 0, left: 3 }],
    ["one of unlike sides at the end", (i, j) => j <= i + 9 && j >= i + 5, { offset: 8, right: 1, left: 3 }],
    ["one of unlike sides", (i, j) => j <= i + 2 && j >= i - 5, { offset: 0, right: 2, left: 5 }],
    ["every other key", (i, j) => (i + j) % 2 === 0, none],
    ["all but one cell", (i, j) => causal(i, j) && !(i === 15 && j === 23), none],
    ["all but another", (i, j) => causal(i, j) && !(i === 0 && j === 0), none],
  ])("%s", (_, rule, pattern) => expect(patternOf(open(rule))).toEqual(pattern));

  test("a key counts as seen where a small head shows it", () => {
    const made = open(causal);
    const isCausal = { offset: 8, right: 0, left: undefined };
    expect(patternOf(changed(made, 0, 3, 2, 0))).toEqual(isCausal);
    expect(patternOf(changed(made, 1, 3, 12, 1))).toEqual(isCausal);
    expect(patternOf(changed(made, 2, 3, 12, Number.NaN))).toEqual(isCausal);
    expect(patternOf(changed(made, 2, 3, 12, 1e-30))).toBeUndefined();
    expect(patternOf(changed(changed(made, 0, 3, 2, 0), 2, 3, 2, 0))).toBeUndefined();
  });
});

describe("what is made of a mask", () => {
  const pattern = { offset: 8, right: 0, left: undefined };
  test.each<["keep" | "drop" | "ignored", (i: number, j: number) => boolean]>([
    ["keep", (i, j) => causal(i, j) && isTrue(i, j)],
    ["drop", (i, j) => causal(i, j) && !isTrue(i, j)],
    ["ignored", causal],
  ])("%s", (polarity, rule) => {
    expect(polarityOf(open(rule), pattern)).toBe(polarity);
    for (const i of [0, 5, 10, 15])
      for (let j = 0; j < keys; j++) expect(allowsMasked(pattern, polarity, i, j)).toBe(rule(i, j));
  });

  test("is unknown where it is none of these", () => {
    expect(
      polarityOf(
        open((i, j) => causal(i, j) && (i + j) % 2 === 0),
        pattern,
      ),
    ).toBeUndefined();
    expect(
      polarityOf(
        open((i, j) => isTrue(i, j)),
        pattern,
      ),
    ).toBeUndefined();
  });

  test("shows, whatever stands in a row without keys", () => {
    const made = answersOf(
      scaledWhere((i, j) => causal(i, j) && isTrue(i, j)),
      { blank: 1 / keys },
    );
    expect(polarityOf(made, pattern)).toBe("keep");
  });

  test("leaves a row without keys: row 10 where true is kept, row 5 where it is dropped", () => {
    const empty = (polarity: "keep" | "drop" | "ignored", one: Pattern) =>
      Array.from({ length: queries }, (_, i) => i).filter((i) => isEmptyRow(one, polarity, i));
    expect(empty("keep", NO_PATTERN)).toEqual([10]);
    expect(empty("drop", NO_PATTERN)).toEqual([5]);
    expect(empty("ignored", NO_PATTERN)).toEqual([]);
    // Of a query that sees its own key alone the mask is true or not there.
    const own = { offset: 0, right: 0, left: 0 };
    const rows = Array.from({ length: queries }, (_, i) => i);
    expect(empty("drop", own)).toEqual(rows.filter((i) => isTrue(i, i)));
  });
});

describe("masked scores of some finite value", () => {
  const filled = (rule: (i: number, j: number) => boolean) => answersOf(scaledWhere(rule, -30));

  test("show every key of every row", () => {
    const made = filled(isTrue);
    expect(isFilled(made)).toBe(true);
    expect(isFilled(open(isTrue))).toBe(false);
    const without = (i: number) => changed(changed(made, 0, i, 23, 0), 2, i, 23, 0);
    // The rows whose mask is the same all over tell nothing.
    expect([0, 15, 5, 10].map((i) => isFilled(without(i)))).toEqual([false, false, true, true]);
  });

  test.each<["keep" | "drop", (i: number, j: number) => boolean]>([
    ["keep", isTrue],
    ["drop", (i, j) => !isTrue(i, j)],
  ])("are told by the lowest weight: %s", (polarity, mask) => {
    for (const [rule, pattern] of [
      [all, NO_PATTERN],
      [causal, { offset: 8, right: 0, left: undefined }],
      [(i: number, j: number) => j <= i, { offset: 0, right: 0, left: undefined }],
      [(i: number, j: number) => j <= i && j > i - 4, { offset: 0, right: 0, left: 3 }],
    ] as const) {
      const masked = filled((i, j) => rule(i, j) && mask(i, j));
      expect(filledPattern(filled(rule), masked)).toEqual({ pattern, polarity });
    }
  });

  test("without a mask, and with one that is taken no notice of", () => {
    const pattern = { offset: 8, right: 0, left: undefined };
    expect(filledPattern(filled(causal), undefined)).toEqual({ pattern, polarity: undefined });
    expect(filledPattern(filled(causal), filled(causal))).toEqual({ pattern, polarity: "ignored" });
  });

  test("are one weight in every head, but for its rounding", () => {
    const made = filled(causal);
    const masked = filled((i, j) => causal(i, j) && isTrue(i, j));
    const lowest = made.output[3 * size + 20];
    // 0.9 % above the other masked cells of its row, and 1.1 %; in a head of large scores anything goes.
    const of = (head: number, factor: number) =>
      filledPattern(changed(made, head, 3, 20, lowest * factor), masked).pattern;
    expect(of(0, 1.009)).toEqual({ offset: 8, right: 0, left: undefined });
    expect(of(0, 1.011)).not.toEqual({ offset: 8, right: 0, left: undefined });
    expect(of(1, 1e9)).toEqual({ offset: 8, right: 0, left: undefined });
  });
});
