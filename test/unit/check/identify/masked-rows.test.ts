import { describe, expect, test } from "vitest";
import type { Answers } from "../../../../src/check/identify/answers.js";
import { NO_PATTERN, type Pattern } from "../../../../src/check/identify/attended-keys.js";
import {
  baseOf,
  emptyRowOf,
  type FittedObservations,
  fillOf,
} from "../../../../src/check/identify/masked-rows.js";
import { PROBE, probe } from "../../../../src/check/identify/probe.js";
import { ROTATIONS } from "../../../../src/check/identify/products.js";
import { PRECISIONS } from "../../../../src/check/identify/scoring.js";
import { answersOf, scaledWhere, tileHead } from "../../../support/probe-answers.js";

const { queries, keys } = PROBE;

const isTrue = (i: number, j: number) => probe().mask.data[i * keys + j] === 1;
const CAUSAL: Pattern = { offset: 8, right: 0, left: undefined };
const causal = (i: number, j: number) => j <= i + 8;

const plain = answersOf(scaledWhere(causal));

const looked = (given: Partial<FittedObservations>): FittedObservations => ({
  ...{ plain, masked: undefined, pattern: CAUSAL, polarity: "keep", least: 1e-36 },
  hypothesis: { grouping: "repeat", rotation: ROTATIONS[0] },
  ...{ scoring: { scale: 1 / Math.sqrt(32) }, slack: PRECISIONS[0].slack },
  ...given,
});

describe("the score that masked cells have", () => {
  const masked = (fill: number) => answersOf(scaledWhere((i, j) => causal(i, j) && isTrue(i, j), fill));

  test.each([-30, -8, -1.5])("of %d is found", (fill) => {
    expect(fillOf(looked({ masked: masked(fill) }))).toBeCloseTo(fill, 6);
  });

  test("is that of cells by the polarity", () => {
    const dropped = answersOf(scaledWhere((i, j) => causal(i, j) && !isTrue(i, j), -9));
    expect(fillOf(looked({ masked: dropped, polarity: "drop" }))).toBeCloseTo(-9, 6);
  });

  test("is unknown where they cannot be seen, or the scoring is not known", () => {
    expect(fillOf(looked({ masked: masked(-Infinity) }))).toBeUndefined();
    const others = [
      ...[{}, { masked: masked(-30), polarity: undefined }, { masked: masked(-30), hypothesis: undefined }],
      { masked: masked(-30), scoring: undefined },
    ];
    expect(others.map((other) => fillOf(looked(other)))).toEqual(others.map(() => undefined));
  });

  test("needs two cells that are open beside it", () => {
    // Row i sees its own key alone.
    const own = answersOf(scaledWhere((i, j) => i === j, -3));
    const pattern = { offset: 0, right: 0, left: 0 };
    expect(fillOf(looked({ masked: own, pattern, polarity: "ignored" }))).toBeUndefined();
    const two = answersOf(scaledWhere((i, j) => i === j || i - 1 === j, -3));
    expect(
      fillOf(looked({ masked: two, pattern: { ...pattern, left: 1 }, polarity: "ignored" })),
    ).toBeCloseTo(-3, 6);
  });
});

describe("a row that may attend to nothing", () => {
  const keep = (blank: number) => answersOf(scaledWhere(isTrue), { blank });
  test.each([
    ["zero", 0],
    ["nan", Number.NaN],
    ["uniform", 1 / keys],
    ["uniform", 1.019 / keys],
    ["uniform", 0.981 / keys],
    ["other", 0.5],
    ["other", 1],
  ])("is %s where its weights are %d", (kind, blank) => {
    expect(emptyRowOf(keep(blank), NO_PATTERN, "keep")).toBe(kind);
    const dropped = answersOf(
      scaledWhere((i, j) => !isTrue(i, j)),
      { blank },
    );
    expect(emptyRowOf(dropped, NO_PATTERN, "drop")).toBe(kind);
  });

  test("is not there where no mask is minded", () =>
    expect(emptyRowOf(plain, CAUSAL, "ignored")).toBeUndefined());

  test("is other where its heads or its keys differ", () => {
    const blank = (head: number, i: number, j: number, rest: number, value: number): Answers => {
      const output = keep(rest).output.slice();
      output[(head * queries + i) * 32 + j] = value;
      return { output };
    };
    expect(emptyRowOf(blank(3, 10, 23, 0, 1), NO_PATTERN, "keep")).toBe("other");
    expect(emptyRowOf(blank(0, 10, 0, 0, 1), NO_PATTERN, "keep")).toBe("other");
    expect(emptyRowOf(blank(3, 10, 23, Number.NaN, 1), NO_PATTERN, "keep")).toBe("other");
    // 2 % off of 2 / 24
    expect(emptyRowOf(blank(3, 10, 23, 1 / keys, 2.05 / keys), NO_PATTERN, "keep")).toBe("other");
    expect(emptyRowOf(blank(3, 10, 23, 1 / keys, 2.03 / keys), NO_PATTERN, "keep")).toBe("uniform");
  });
});

describe("the log-sum-exp", () => {
  const lse = plain.logSumExp ?? new Float64Array();
  /** The largest score of each row. */
  const most = lse.map((_, at) => {
    const [head, i] = [Math.floor(at / queries), at % queries];
    return Math.max(...Array.from({ length: keys }, (_key, j) => scaledWhere(causal)(head, i, j)));
  });
  const base = (logSumExp: Float64Array, given: Partial<FittedObservations> = {}, fill?: number) =>
    baseOf(looked({ plain: { ...plain, logSumExp }, ...given }), fill);

  test("is told by its form", () => {
    expect(base(lse)).toBe("e");
    expect(base(lse.map((x) => x / Math.LN2))).toBe("2");
    expect(base(lse.map((x) => -x))).toBe("negated");
    expect(base(lse.map((x, at) => x - most[at]))).toBe("without the maximum");
    expect(base(lse.map((x) => 2 * x))).toBe("other");
    expect(base(most)).toBe("other");
  });

  test("of a softcap, another grouping and another rule", () => {
    const capped = (head: number, i: number, j: number) => 5 * Math.tanh(scaledWhere(causal)(head, i, j) / 5);
    const made = answersOf((head, i, j) => (causal(i, j) ? capped(head, i, j) : -Infinity));
    const scoring = { scale: 1 / Math.sqrt(32), softcap: 5 };
    expect(baseOf(looked({ plain: made, scoring }), undefined)).toBe("e");
    expect(baseOf(looked({ plain: made }), undefined)).toBe("other");
    expect(base(lse, { hypothesis: { grouping: "tile", rotation: ROTATIONS[0] } })).toBe("other");
    expect(base(lse, { pattern: NO_PATTERN })).toBe("other");
  });

  test("counts masked scores that have a value", () => {
    const made = answersOf(scaledWhere(causal, 1));
    expect(base(made.logSumExp ?? lse, {}, 1)).toBe("e");
    expect(base(made.logSumExp ?? lse)).toBe("other");
  });

  test("is told apart where nothing else is known to be other", () => {
    expect(base(lse, { scoring: undefined })).toBe("other");
    expect(base(lse, { hypothesis: undefined })).toBe("other");
    expect(baseOf(looked({ plain: { output: plain.output } }), undefined)).toBe("other");
  });

  test("may be off by twice the slack of a score and of the sum", () => {
    // Row 0 of head 0: 2 (own + relative (|largest score| + |sum|))
    const { own, relative } = PRECISIONS[0].slack;
    const slack = 2 * (own + relative * (Math.abs(most[0]) + Math.abs(lse[0])));
    const off = (by: number) => base(lse.map((x, at) => (at === 0 ? x + by : x)));
    expect([off(0.99 * slack), off(-0.99 * slack)]).toEqual(["e", "e"]);
    expect([off(1.01 * slack), off(-1.01 * slack)]).toEqual(["other", "other"]);
  });

  test("of the last row of the last head counts, too", () =>
    expect(base(lse.map((x, at) => (at === lse.length - 1 ? x + 1 : x)))).toBe("other"));

  test("of heads that share every second kv head", () => {
    const made = answersOf((head, i, j) => (causal(i, j) ? scaledWhere(causal)(head, i, j) : -Infinity), {
      valueHead: tileHead,
    });
    expect(baseOf(looked({ plain: made }), undefined)).toBe("e");
  });
});
