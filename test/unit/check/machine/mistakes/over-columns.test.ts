import { expect, test } from "vitest";
import type { Suspicion } from "../../../../../src/check/machine/mistakes/kernel-mistake.js";
import {
  overColumnsOfFew,
  overColumnsOfMany,
  queriesOf,
} from "../../../../../src/check/machine/mistakes/over-columns.js";
import type { BlockedKeys } from "../../../../../src/math/blocked.js";

/** Three queries and four keys; row i may attend to the keys low[i] ≤ j < high[i]. */
const ruled = (low: readonly number[], high: readonly number[]): BlockedKeys => ({
  ...{ rows: 3, cols: 4, numRuled: 4, low: Float64Array.from(low), high: Float64Array.from(high) },
});

test("without a mask every query may attend to every key", () => {
  expect(queriesOf(undefined, 2, 3)).toEqual({ low: Float64Array.of(0, 0), high: Float64Array.of(3, 3) });
});

test("of a causal mask the queries of a key follow one another, and no cell is written", () => {
  // Key 0 is seen from query 0 on, key 1 from 1, key 2 from 2, key 3 by nobody.
  expect(queriesOf(ruled([0, 0, 0], [1, 2, 3]), 4, 3)).toEqual({
    low: Float64Array.of(0, 1, 2, 0),
    high: Float64Array.of(3, 3, 3, 0),
  });
});

test("of a band keys are seen by those between its edges", () => {
  // Query i sees the keys i and i + 1: key 0 is seen by 0, key 1 by 0 and 1, key 2 by 1 and 2, key 3 by 2.
  expect(queriesOf(ruled([0, 1, 2], [2, 3, 4]), 4, 3)).toEqual({
    low: Float64Array.of(0, 0, 1, 2),
    high: Float64Array.of(1, 2, 3, 3),
  });
});

test("where one query between others may not attend, the cells are written, a row for each key", () => {
  // Query 1 sees nothing but key 3: there is a gap at the keys 0 to 2.
  const { low, high, blocked } = queriesOf(ruled([0, 3, 0], [4, 4, 4]), 4, 3);
  expect([low, high]).toEqual([Float64Array.of(0, 0, 0, 0), Float64Array.of(3, 3, 3, 3)]);
  const data = Uint8Array.of(0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0);
  expect(blocked).toEqual({ rows: 4, cols: 3, data });
});

test("up to 50,000 scores of all heads are looked at at once, more when nothing else explains the answer", () => {
  const ofHeads = (...sizes: readonly (readonly [queries: number, keys: number])[]) =>
    ({
      tasks: sizes.map(([rows, keys]) => ({ query: { rows }, key: { rows: keys } })),
    }) as unknown as Suspicion;
  const isPossible = (suspicion: Suspicion) =>
    [overColumnsOfFew, overColumnsOfMany].map((mistake) => mistake.isPossible?.(suspicion));
  // 200 · 125 + 100 · 250 = 50,000, and one more.
  expect(isPossible(ofHeads([200, 125], [100, 250]))).toEqual([true, false]);
  expect(isPossible(ofHeads([200, 125], [100, 250], [1, 1]))).toEqual([false, true]);
});
