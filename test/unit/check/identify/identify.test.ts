import { expect, test } from "vitest";
import { identify } from "../../../../src/check/identify/identify.js";
import { PROBE, probe } from "../../../../src/check/identify/probe.js";
import { FLOAT_TYPES, roundTo } from "../../../../src/check/machine/float-types.js";
import {
  answersOf,
  repeatHead,
  scaledWhere,
  tileHead,
  type Written,
} from "../../../support/probe-answers.js";

const { keys } = PROBE;

// A kernel that scales by 1/√32, causal with query 0 at key 8, of whose conventions some are others.

const isTrue = (i: number, j: number) => probe().mask.data[i * keys + j] === 1;
const causal = (i: number, j: number) => j <= i + 8;

const answer = (fill: number | undefined, written: Written = {}, mask = isTrue) => ({
  plain: answersOf(scaledWhere(causal, fill), written),
  masked: answersOf(
    scaledWhere((i, j) => causal(i, j) && mask(i, j), fill),
    written,
  ),
});

const USUAL = {
  ...{ precision: "float32", grouping: "repeat", isValueApart: false, rotation: { pairs: "none" } },
  ...{ scoring: { scale: 1 / Math.sqrt(32), softcap: undefined }, scale: { text: "1/sqrt(d_k)" } },
  ...{ pattern: { offset: 8, right: 0, left: undefined }, polarity: "keep", fill: undefined },
  ...{ emptyRow: "zero", logSumExp: "e", ties: [] },
};

test("the usual conventions", () => {
  const { plain, masked } = answer(undefined);
  expect(identify(plain, masked)).toMatchObject(USUAL);
});

test("what was not answered is not told", () => {
  const { plain } = answer(undefined);
  const unknown = { polarity: undefined, emptyRow: undefined, fill: undefined };
  expect(identify(plain)).toMatchObject({ ...USUAL, ...unknown });
  expect(identify({ output: plain.output })).toMatchObject({ ...USUAL, ...unknown, logSumExp: undefined });
});

test("a finite fill", () => {
  const { plain, masked } = answer(-12);
  const filled = { ...USUAL, fill: expect.closeTo(-12, 6), emptyRow: "uniform" };
  expect(identify(plain, masked)).toMatchObject(filled);
  // Nothing but the second problem shows it.
  const dropped = answer(-12, {}, (i, j) => !isTrue(i, j));
  expect(identify(dropped.plain, dropped.masked)).toMatchObject({ ...filled, polarity: "drop" });
});

test("a type of few bits", () => {
  const { plain, masked } = answer(undefined, { round: (x) => roundTo(FLOAT_TYPES.bfloat16, x) });
  expect(identify(plain, masked)).toMatchObject({ ...USUAL, precision: "bfloat16" });
});

test("values of another kv head than the keys", () => {
  const { plain, masked } = answer(undefined, { valueHead: tileHead });
  expect(identify(plain, masked)).toMatchObject({ ...USUAL, isValueApart: true });
  expect(repeatHead(2)).toBe(1);
});

test("a mask that is taken no notice of", () => {
  const { plain } = answer(undefined);
  expect(identify(plain, plain)).toMatchObject({ ...USUAL, polarity: "ignored", emptyRow: undefined });
});

test("a rule of its own is not told, and the rest is", () => {
  const plain = answersOf(scaledWhere((i, j) => (i + j) % 3 > 0));
  const { pattern, polarity, emptyRow } = identify(plain, plain);
  expect([pattern, polarity, emptyRow]).toEqual([undefined, undefined, undefined]);
});

test("a mask that is read in a way of its own is not told, nor what its empty rows hold", () => {
  const { plain, masked } = answer(undefined, {}, (i, j) => (i + j) % 3 > 0);
  expect(identify(plain, masked)).toMatchObject({ ...USUAL, polarity: undefined, emptyRow: undefined });
});

test("of what fits nothing, nothing but its type is told", () => {
  // Every other key scores 0.3 more than q·k says, which no rounding explains.
  const plain = answersOf((head, i, j) => scaledWhere(causal)(head, i, j) + 0.3 * (j % 2));
  expect(identify(plain)).toMatchObject({
    ...{ grouping: undefined, rotation: undefined, scoring: undefined, scale: undefined },
    ...{ isValueApart: false, logSumExp: undefined, precision: "bfloat16", ties: [] },
  });
});
