import { expect, test } from "vitest";
import { keepsPairs } from "../../../src/attention/keeping.js";

test("scores that would not fit are refused before they are made", () => {
  // 30,000² is 900 million numbers of 8 bytes: 7.2 GB.
  const pairs = { numQueries: 30_000, numKeys: 30_000 };
  expect(() => keepsPairs(pairs, { stream: false }, {})).toThrow(
    "a step of this run has 30000×30000 numbers",
  );
  expect(keepsPairs(pairs, { stream: true }, {})).toBe(false);
  expect(keepsPairs(pairs, {}, {})).toBe(false);
});
