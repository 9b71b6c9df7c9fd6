import { describe, expect, test } from "vitest";
import type { Answers } from "../../../../src/check/identify/answers.js";
import { identify } from "../../../../src/check/identify/identify.js";
import { PROBE, probe } from "../../../../src/check/identify/probe.js";
import { FLOAT_TYPES, roundTo } from "../../../../src/check/machine/float-types.js";
import {
  answersOf,
  dotOf,
  repeatHead,
  scaledWhere,
  tileHead,
  type Written,
} from "../../../support/probe-answers.js";

// What was identified is worked again on the problems of the probe. A kernel scales by 1/√32 and is causal, with query 0 at key 8.

const { queries, keys, size } = PROBE;
const causal = (i: number, j: number) => j <= i + 8;
const isTrue = (i: number, j: number) => probe().mask.data[i * keys + j] === 1;

const answer = (written: Written = {}) => ({
  plain: answersOf(scaledWhere(causal), written),
  masked: answersOf(
    scaledWhere((i, j) => causal(i, j) && isTrue(i, j)),
    written,
  ),
});

/** The same answers with some numbers of the output otherwise. */
const changed = (
  answers: Answers,
  change: (value: number, head: number, query: number, column: number) => number,
): Answers => ({
  ...answers,
  output: answers.output.map((value, at) => {
    const row = Math.floor(at / size);
    return change(value, Math.floor(row / queries), row % queries, at % size);
  }),
});

const ALL = ["out", "out_masked", "lse", "lse_masked"];

test("a kernel of known conventions is explained, and every answer was compared", () => {
  const { plain, masked } = answer();
  expect(identify(plain, masked)).toMatchObject({ compared: ALL, misfit: undefined, isKeptFiner: false });
  expect(identify({ output: plain.output })).toMatchObject({ compared: ["out"], misfit: undefined });
});

describe("attention sinks", () => {
  test.each([-9, -6, 0, 3, 1.25])("of %d are told, and explain all answers", (sink) => {
    const { plain, masked } = answer({ sink });
    const found = identify(plain, masked);
    expect(found).toMatchObject({
      ...{ scale: { text: "1/sqrt(d_k)" }, polarity: "keep", isValueApart: false, logSumExp: "e" },
      ...{ compared: ALL, misfit: undefined },
    });
    expect(found.sinks).toEqual([sink, sink, sink, sink]);
  });

  test("may be left out of the log-sum-exp", () => {
    const [{ plain, masked }, without] = [answer({ sink: 2 }), answer()];
    const found = identify(
      { ...plain, logSumExp: without.plain.logSumExp },
      { ...masked, logSumExp: without.masked.logSumExp },
    );
    expect(found).toMatchObject({ compared: ALL, misfit: undefined, sinks: [2, 2, 2, 2], logSumExp: "e" });
  });

  test("are hidden by rounding where they take less than it", () => {
    const { plain } = answer({ sink: -20 });
    expect(identify({ output: plain.output })).toMatchObject({ misfit: undefined, sinks: undefined });
  });

  test("are none where weights are lost in another way", () => {
    const { plain } = answer({ sink: 1 });
    // Row 3 of each head keeps all of its weight.
    const { plain: whole } = answer();
    const mixed = changed(plain, (value, head, query, column) =>
      query === 3 ? whole.output[(head * queries + query) * size + column] : value,
    );
    const found = identify({ output: mixed.output });
    expect(found.sinks).toBeUndefined();
    expect(found.misfit).toMatchObject({ isSumOfWeights: true });
  });
});

describe("what else is not explained", () => {
  const { plain, masked } = answer();
  test("an output that is multiplied by something", () => {
    const found = identify({ output: plain.output.map((value) => value * 0.999) });
    expect(found.misfit).toMatchObject({ answer: "out", isSumOfWeights: true });
  });
  test("a number where nothing is mixed", () => {
    const other = changed(plain, (value, head, query, column) =>
      head === 2 && query === 5 && column === 28 ? 0.25 : value,
    );
    expect(identify(other).misfit).toEqual({
      ...{ answer: "out", head: 2, query: 5, column: 28, got: 0.25, expected: 0, units: Infinity },
    });
  });
  test("a row of the second problem", () => {
    const other = changed(masked, (value, head, query) => (head === 3 && query === 7 ? value * 1.01 : value));
    expect(identify(plain, other).misfit).toMatchObject({ answer: "out_masked", head: 3, query: 7 });
  });
  test("a log-sum-exp, of either problem", () => {
    const off = ({ output, logSumExp = new Float64Array() }: Answers): Answers => ({
      output,
      logSumExp: logSumExp.map((value, at) => (at === 17 ? value + 1e-4 : value)),
    });
    expect(identify(off(plain), masked).misfit).toMatchObject({ answer: "lse", head: 1, query: 1 });
    expect(identify(plain, off(masked)).misfit).toMatchObject({ answer: "lse_masked", head: 1, query: 1 });
  });
});

describe("what is explained", () => {
  test("values of another kv head than the keys", () => {
    const { plain, masked } = answer({ valueHead: tileHead });
    expect(identify(plain, masked)).toMatchObject({ isValueApart: true, misfit: undefined });
  });

  test.each([0, Number.NaN, 1 / keys])("rows that may attend to nothing, of weights of %d", (blank) => {
    const { plain, masked } = answer({ blank });
    expect(identify(plain, masked).misfit).toBeUndefined();
  });

  test.each(["2", "negated", "without the maximum"] as const)("a log-sum-exp in the form %s", (form) => {
    const { plain, masked } = answer();
    const scores = scaledWhere(causal);
    const most = (at: number) =>
      Math.max(...Array.from({ length: keys }, (_, j) => scores(Math.floor(at / queries), at % queries, j)));
    const other = plain.logSumExp?.map((value, at) => {
      if (form === "2") return value * Math.LOG2E;
      return form === "negated" ? -value : value - most(at);
    });
    const found = identify({ ...plain, logSumExp: other }, { output: masked.output });
    expect(found).toMatchObject({
      logSumExp: form,
      misfit: undefined,
      compared: ["out", "out_masked", "lse"],
    });
  });

  test("weights that were rounded, of an output that was not", () => {
    const short = (name: "bfloat16" | "float16") => (x: number) => roundTo(FLOAT_TYPES[name], x);
    // Scores are small enough that float16 holds all weights.
    const small = (head: number, i: number, j: number) => dotOf(head, repeatHead(head), i, j) / 256;
    for (const name of ["bfloat16", "float16"] as const) {
      const { output } = answersOf(small, { roundWeight: short(name) });
      expect(identify({ output: output.map((value) => value * (1 + 2 ** -20)) })).toMatchObject({
        ...{ precision: name, misfit: undefined, isKeptFiner: true },
      });
    }
  });

  test("numbers are told with as many digits as they need", () => {
    const capped = (scale: number, cap: number) => (head: number, i: number, j: number) =>
      cap * Math.tanh((scale * dotOf(head, repeatHead(head), i, j)) / cap);
    const scoringOf = (scale: number, cap: number) => identify(answersOf(capped(scale, cap))).scoring;
    expect(scoringOf(1 / Math.sqrt(size), 30)).toEqual({ scale: 1 / Math.sqrt(size), softcap: 30 });
    expect(scoringOf(1 / Math.sqrt(size), 12.5)).toEqual({ scale: 1 / Math.sqrt(size), softcap: 12.5 });
    const { scoring } = identify(
      answersOf((...at) => 0.123456 * dotOf(at[0], repeatHead(at[0]), at[1], at[2])),
    );
    expect(scoring).toEqual({ scale: 0.123456, softcap: undefined });
  });
});

describe("what kernels seldom do with queries and keys", () => {
  /** Rows over their root mean squares where `isNormed`, `turning` columns turned in halves by position / factor. */
  const vectors = (
    data: Float64Array,
    offset: number,
    { isNormed = false, turning = 0, factor = 1 }: { isNormed?: boolean; turning?: number; factor?: number },
  ) =>
    Array.from({ length: data.length / size }, (_, row) => {
      const own = Array.from(data.subarray(row * size, (row + 1) * size));
      const root = isNormed ? Math.sqrt(own.reduce((sum, x) => sum + x * x, 0) / size) : 1;
      const x = own.map((value) => value / root);
      const made = x.slice();
      for (let pair = 0; pair < turning / 2; pair++) {
        const other = pair + turning / 2;
        const angle = ((offset + row) / factor) * 10_000 ** ((-2 * pair) / turning);
        made[pair] = x[pair] * Math.cos(angle) - x[other] * Math.sin(angle);
        made[other] = x[other] * Math.cos(angle) + x[pair] * Math.sin(angle);
      }
      return made;
    });
  const answerWith = (how: Parameters<typeof vectors>[2]) => {
    const { query, key } = probe();
    const of = (data: Float64Array, head: number, rows: number, offset: number) =>
      vectors(data.subarray(head * rows * size, (head + 1) * rows * size), offset, how);
    return answersOf((head, i, j) => {
      const q = of(query.data, head, queries, 8)[i];
      const k = of(key.data, Math.floor(head / 2), keys, 0)[j];
      return causal(i, j) ? q.reduce((sum, x, c) => sum + x * k[c], 0) / Math.sqrt(size) : -Infinity;
    });
  };

  test.each([
    [
      { turning: 16 },
      { rotation: { pairs: "half-split", base: 10_000, offset: 8, size: 16 }, isNormed: false },
    ],
    [
      { turning: size, factor: 4 },
      { rotation: { pairs: "half-split", base: 10_000, offset: 8, factor: 4 }, isNormed: false },
    ],
    [{ isNormed: true }, { rotation: { pairs: "none" }, isNormed: true }],
    [
      { isNormed: true, turning: size },
      { rotation: { pairs: "half-split", offset: 8 }, isNormed: true },
    ],
  ])("%j", (how, expected) => {
    const found = identify(answerWith(how));
    expect(found).toMatchObject({ ...expected, scale: { text: "1/sqrt(d_k)" }, misfit: undefined, ties: [] });
  });
});
