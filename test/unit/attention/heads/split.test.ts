import { describe, expect, test } from "vitest";
import { kvHeadOf } from "../../../../src/attention/heads/split.js";
import { findStep, multihead, type Rows, toRows } from "../../../../src/index.js";
import { refusal } from "../../../support/refusal.js";

/** One row of this many columns. */
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
      ...(["4 query heads cannot share 3 kv heads evenly.", "a multiple of kvHeads"] as const),
    ],
    // Two query heads of 4 / 2 = 2 columns need 2·2 = 4 columns of the key.
    [
      ...([
        "key of 6",
        { query: wide(4), key: wide(6), value: wide(4) },
        { heads: 2 },
        "SHAPE_MISMATCH",
      ] as const),
      ...(["but 2 heads of 2 columns need 4.", "kvHeads"] as const),
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
      ...(["but 2 heads of 3 columns need 6.", "headSize"] as const),
    ],
  ])("%s are refused", (_, inputs, settings, code, message, hint) => {
    const error = refusal(() => multihead(inputs, settings));
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
    expect(error?.details.hint).toContain(hint);
  });

  test.each([
    ["query", { query: wide(3), key: wide(3), value: wide(4) }, { heads: 2 }],
    ["query", { query: wide(4), key: wide(4), value: wide(4) }, { heads: 2, headSize: 3 }],
    ["key", { query: wide(4), key: wide(6), value: wide(4) }, { heads: 2 }],
    ["value", { query: wide(4), key: wide(4), value: wide(5) }, { heads: 2 }],
  ])("the %s that does not fit is named: %#", (name, inputs, settings) => {
    const error = refusal(() => multihead(inputs, settings));
    expect(error?.message).toMatch(new RegExp(`^${name} \\(${name}\\) `));
    expect(error?.details.subject).toEqual({ name });
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

describe("how columns are shared out is stated", () => {
  const of = (cols: number, kvCols: number, valueCols: number, settings: Parameters<typeof multihead>[1]) =>
    multihead({ query: wide(cols), key: wide(kvCols), value: wide(valueCols) }, settings);
  const stated = ({ conventions }: ReturnType<typeof multihead>) =>
    Object.fromEntries(conventions.map(({ name, value, text }) => [name, text ?? value]));

  test.each<[...Parameters<typeof of>, Readonly<Record<string, unknown>>]>([
    [4, 4, 4, { heads: 2 }, { heads: "2 heads of 2 columns", kvHeads: 2, headSize: 2 }],
    [3, 3, 3, { heads: 1 }, { heads: "1 head of 3 columns", kvHeads: 1, headSize: 3 }],
    [4, 1, 1, { heads: 4, kvHeads: 1 }, { heads: "4 heads of 1 columns, 1 kv head", kvHeads: 1 }],
    [4, 2, 2, { heads: 4, kvHeads: 2 }, { heads: "4 heads of 1 columns, 2 kv heads", kvHeads: 2 }],
  ])("of %d, %d and %d columns, %j", (cols, kvCols, valueCols, settings, expected) =>
    expect(stated(of(cols, kvCols, valueCols, settings))).toMatchObject(expected),
  );

  test("the split is a row a matrix, with the head of each column, and nothing beyond its columns", () => {
    // Q: 4 heads of 2 columns; K: 2 kv heads of 2; V: 2 kv heads of 3.
    const split = findStep(of(8, 4, 6, { heads: 4, kvHeads: 2 }), "split");
    expect(split && toRows(split.output())).toEqual([
      [0, 0, 1, 1, 2, 2, 3, 3],
      [0, 0, 1, 1, 0, 0, 0, 0],
      [0, 0, 0, 1, 1, 1, 0, 0],
    ]);
    expect(split?.blocked?.data.join("")).toBe("00000000 00001111 00000011".replaceAll(" ", ""));
    expect(split).toMatchObject({
      ...{ title: "Split", formula: "head of a column = ⌊column / head size⌋" },
      axes: [{ name: "matrix", labels: ["Q", "K", "V"] }, { name: "column" }],
      notes: ["each kv head is read by 2 query heads: head h reads kv head ⌊h / 2⌋"],
    });
    const even = findStep(of(4, 4, 4, { heads: 2 }), "split");
    expect(even?.blocked).toBeUndefined();
    expect(even?.notes).toEqual([]);
  });

  test("each head has its own columns, and says which", () => {
    const trace = of(4, 2, 3, { heads: 2, kvHeads: 1 });
    const columns = (key: string) => findStep(trace, key);
    // wide(4) is 0 1 2 3: head 1 has 2 and 3; both read the only kv head.
    expect([...(columns("head 1/q")?.output().data ?? [])]).toEqual([2, 3]);
    expect([...(columns("head 1/k")?.output().data ?? [])]).toEqual([0, 1]);
    expect([...(columns("head 1/v")?.output().data ?? [])]).toEqual([0, 1, 2]);
    expect(columns("head 1/q")).toMatchObject({
      ...{
        title: "Q of this head",
        role: "head-q",
        formula: expect.stringContaining("columns 2 to 3 of "),
      },
    });
    expect(columns("head 0/k")).toMatchObject({ title: "K of this head", role: "head-k" });
    expect(columns("head 0/v")).toMatchObject({
      ...{
        title: "V of this head",
        role: "head-v",
        formula: expect.stringContaining("columns 0 to 2 of "),
      },
    });
    expect(["q", "k", "v"].map((id) => columns(`head 0/${id}`)?.axes[1].name)).toEqual(["d_k", "d_k", "d_v"]);
  });

  test("what came before has its columns of keys and values as well", () => {
    const past = { pastKey: [[7, 8, 9, 6]], pastValue: [[1, 2, 3, 4]] };
    const given = { query: wide(4), key: wide(4), value: wide(4), ...past };
    const trace = multihead(given, { heads: 2, causal: true });
    expect([...(findStep(trace, "head 1/past-k")?.output().data ?? [])]).toEqual([9, 6]);
    expect([...(findStep(trace, "head 1/past-v")?.output().data ?? [])]).toEqual([3, 4]);
    const axes = ["past-k", "past-v"].map((id) => findStep(trace, `head 1/${id}`)?.axes[1].name);
    expect(axes).toEqual(["d_k", "d_v"]);
  });
});
