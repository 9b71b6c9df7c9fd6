import { expect, test } from "vitest";
import type { SearchContext } from "../../../../../src/check/machine/mistakes/kernel-mistake.js";
import { overColumnsOfFew, overColumnsOfMany } from "../../../../../src/check/machine/mistakes/softmax.js";

test("up to 50,000 scores of all heads are looked at at once, more when nothing else explains the answer", () => {
  const ofHeads = (...sizes: readonly (readonly [queries: number, keys: number])[]) =>
    ({
      tasks: sizes.map(([rows, keys]) => ({ query: { rows }, key: { rows: keys } })),
    }) as unknown as SearchContext;
  const isPossible = (context: SearchContext) =>
    [overColumnsOfFew, overColumnsOfMany].map((mistake) => mistake.isPossible?.(context));
  // 200 · 125 + 100 · 250 = 50,000, and one more.
  expect(isPossible(ofHeads([200, 125], [100, 250]))).toEqual([true, false]);
  expect(isPossible(ofHeads([200, 125], [100, 250], [1, 1]))).toEqual([false, true]);
});
