import { describe, expect, test } from "vitest";
import { kvHeadOf } from "../../../src/attention/heads/split.js";
import { multihead, type Rows } from "../../../src/index.js";
import { refusal } from "../../support/refusal.js";

/** One row of so many columns. */
const wide = (cols: number): Rows => [Array.from({ length: cols }, (_, col) => col)];

describe("heads that do not share the columns evenly", () => {
  test.each<
    [string, Parameters<typeof multihead>[0], Parameters<typeof multihead>[1], string, string, string]
  >([
    [
      ...(["6 columns, 4 heads", { x: wide(6) }, { heads: 4 }, "SHAPE_MISMATCH"] as const),
      ...(["has 6 columns, which 4 heads cannot share evenly.", "a number of heads that divides 6"] as const),
    ],
    [
      ...(["4 heads, 3 kv heads", { x: wide(12) }, { heads: 4, kvHeads: 3 }, "BAD_VALUE"] as const),
      ...(["4 query heads cannot share 3 kv heads evenly.", "a multiple of --kv-heads"] as const),
    ],
    // Two query heads of 4 / 2 = 2 columns need 2·2 = 4 columns of the key.
    [
      ...([
        "key of 6",
        { query: wide(4), key: wide(6), value: wide(4) },
        { heads: 2 },
        "SHAPE_MISMATCH",
      ] as const),
      ...(["but 2 heads of 2 columns need 4.", "--kv-heads"] as const),
    ],
    [
      ...([
        "value of 5",
        { query: wide(4), key: wide(4), value: wide(5) },
        { heads: 2 },
        "SHAPE_MISMATCH",
      ] as const),
      ...(["has 5 columns, which 2 heads cannot share evenly.", "divides 5"] as const),
    ],
    [
      ...(["heads of 3", { x: wide(4) }, { heads: 2, headSize: 3 }, "SHAPE_MISMATCH"] as const),
      ...(["but 2 heads of 3 columns need 6.", "--head-size"] as const),
    ],
  ])("%s are refused", (_, inputs, settings, code, message, hint) => {
    const error = refusal(() => multihead(inputs, settings));
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
    expect(error?.details.hint).toContain(hint);
  });

  test("columns that come out even are not", () => {
    expect(refusal(() => multihead({ x: wide(6) }, { heads: 3 }))).toBeUndefined();
    expect(
      refusal(() => multihead({ query: wide(4), key: wide(2), value: wide(3) }, { heads: 2, kvHeads: 1 })),
    ).toBeUndefined();
  });
});

test("neighbours share a kv head: ⌊h·G/H⌋", () => {
  const of = (numHeads: number, numKvHeads: number) =>
    Array.from({ length: numHeads }, (_, head) =>
      kvHeadOf(head, { numHeads, numKvHeads, headSize: 1, valueSize: 1 }),
    );
  expect(of(4, 2)).toEqual([0, 0, 1, 1]);
  expect(of(6, 3)).toEqual([0, 0, 1, 1, 2, 2]);
  expect(of(3, 1)).toEqual([0, 0, 0]);
  expect(of(3, 3)).toEqual([0, 1, 2]);
});
