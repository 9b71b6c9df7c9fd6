import { describe, expect, test } from "vitest";
import { partsOf } from "../../../../src/check/model/parts.js";
import type { Site } from "../../../../src/check/model/sites.js";
import type { Shape } from "../../../../src/math/matrix.js";
import { refusal } from "../../../support/refusal.js";

// An array of a dump holds 0, 1, 2, …; of three tokens and two columns, unless another shape is given.

const cut = (
  site: Site,
  shape: readonly number[],
  {
    batch,
    of = { rows: 3, cols: 2 },
    ...others
  }: {
    readonly batch?: number;
    readonly of?: Shape;
    readonly [key: string]: unknown;
  } = {},
) => {
  const count = shape.reduce((product, axis) => product * axis, 1);
  const tensor = {
    ...{ name: "an array", source: "dump.npz", kept: "float32" as const, shape },
    numbers: () => Float64Array.from({ length: count }, (_, at) => at),
  };
  const shapeOf = (key: string) => (others[key] as Shape | undefined) ?? of;
  return partsOf(site, { tensor, batch, shapeOf });
};

const told = (parts: ReturnType<typeof partsOf>) =>
  parts.map(({ key, got: { rows, cols, data } }) => [key, rows, cols, ...data]);

const STEP: Site = { kind: "step", key: "s" };

describe("one step", () => {
  test.each([
    ["as it is", STEP, [3, 2], { rows: 3, cols: 2 }],
    ["behind one text", STEP, [1, 3, 2], { rows: 3, cols: 2 }],
    ["cut into heads", { ...STEP, heads: 2 }, [3, 2, 1], { rows: 3, cols: 2 }],
    ["of heads, behind one text", { ...STEP, heads: 2 }, [1, 3, 2, 1], { rows: 3, cols: 2 }],
    ["one number a row", STEP, [6], { rows: 6, cols: 1 }],
    ["one number a row, behind one text", STEP, [1, 6], { rows: 6, cols: 1 }],
    ["one row without its axis", STEP, [6], { rows: 1, cols: 6 }],
    ["one row of heads without its axis", { ...STEP, heads: 2 }, [2, 3], { rows: 1, cols: 6 }],
  ] as const)("%s", (_, site, shape, of) => {
    expect(told(cut(site, shape, { of }))).toEqual([["s", of.rows, of.cols, 0, 1, 2, 3, 4, 5]]);
  });

  test("of several texts the one that is asked for", () => {
    expect(told(cut(STEP, [2, 3, 2], { batch: 1 }))).toEqual([["s", 3, 2, 6, 7, 8, 9, 10, 11]]);
    expect(told(cut(STEP, [2, 3, 2], { batch: 0 }))).toEqual([["s", 3, 2, 0, 1, 2, 3, 4, 5]]);
    expect(told(cut(STEP, [3, 2], { of: { rows: 2, cols: 1 }, batch: 2 }))).toEqual([["s", 2, 1, 4, 5]]);
  });

  test("keeps what is measured of it", () => {
    expect(cut({ ...STEP, measure: "deviation" }, [3, 2])[0]).toMatchObject({
      key: "s",
      measure: "deviation",
    });
    expect(cut(STEP, [3, 2])[0]).not.toHaveProperty("measure");
    expect(cut(STEP, [3, 2])[0].tensor.name).toBe("an array");
  });
});

describe("several steps", () => {
  test("one a layer below each other", () => {
    const site: Site = { kind: "stack", sites: [STEP, { kind: "step", key: "t" }] };
    expect(told(cut(site, [2, 3, 2]))).toEqual([
      ["s", 3, 2, 0, 1, 2, 3, 4, 5],
      ["t", 3, 2, 6, 7, 8, 9, 10, 11],
    ]);
    // The axis of texts stands behind that of layers.
    expect(told(cut(site, [2, 2, 3, 2], { batch: 1 })).map(([key, , , first]) => [key, first])).toEqual([
      ["s", 6],
      ["t", 18],
    ]);
  });

  test("of several that may be meant the first", () => {
    const site: Site = { kind: "either", sites: [STEP, { kind: "step", key: "t" }] };
    expect(told(cut(site, [3, 2]))).toEqual([["s", 3, 2, 0, 1, 2, 3, 4, 5]]);
  });

  test("side by side, of columns of their own", () => {
    const site: Site = { kind: "columns", keys: ["q", "k"] };
    const shapes = { q: { rows: 2, cols: 2 }, k: { rows: 2, cols: 1 } };
    // Rows 0 1 | 2 and 3 4 | 5
    const parts = [
      ["q", 2, 2, 0, 1, 3, 4],
      ["k", 2, 1, 2, 5],
    ];
    expect(told(cut(site, [2, 3], shapes))).toEqual(parts);
    expect(told(cut(site, [1, 2, 3], shapes))).toEqual(parts);
    expect(told(cut(site, [2, 2, 3], { ...shapes, batch: 1 }))[1]).toEqual(["k", 2, 1, 8, 11]);
  });

  test("one matrix a head", () => {
    const site: Site = { kind: "heads", keys: ["a", "b"] };
    expect(told(cut(site, [2, 3, 2]))).toEqual([
      ["a", 3, 2, 0, 1, 2, 3, 4, 5],
      ["b", 3, 2, 6, 7, 8, 9, 10, 11],
    ]);
    expect(told(cut(site, [2, 2, 3, 2], { batch: 1 }))[1]).toEqual(["b", 3, 2, 18, 19, 20, 21, 22, 23]);
  });

  test("one matrix a head, the rows first", () => {
    const site: Site = { kind: "heads", keys: ["a", "b"], rowsFirst: true };
    // Row 0: a 0 1, b 2 3; row 1: a 4 5, b 6 7; …
    expect(told(cut(site, [3, 2, 2]))).toEqual([
      ["a", 3, 2, 0, 1, 4, 5, 8, 9],
      ["b", 3, 2, 2, 3, 6, 7, 10, 11],
    ]);
  });
});

describe("an array of other sizes is refused", () => {
  test.each<[string, Site, readonly number[], string]>([
    ["a row too many", STEP, [4, 2], "4×2, and here it is 3×2"],
    ["a column too many", STEP, [3, 3], "3×3, and here it is 3×2"],
    ["an axis too many", STEP, [3, 2, 2], "here it is 3×2"],
    ["two axes too many", STEP, [1, 1, 3, 2], "here it is 3×2"],
    ["an axis too few", STEP, [3], "here it is 3×2"],
    ["its numbers in a line", STEP, [6], "here it is 3×2"],
    ["heads of other sizes", { kind: "heads", keys: ["a", "b"] }, [3, 3, 2], "here it is 2×3×2"],
    [
      "rows behind heads",
      { kind: "heads", keys: ["a", "b"], rowsFirst: true },
      [2, 3, 2],
      "here it is 3×2×2",
    ],
    ["a column too few", { kind: "columns", keys: ["a", "b"] }, [3, 3], "here it is 3×4"],
    ["a layer too many", { kind: "stack", sites: [STEP, STEP] }, [3, 3, 2], "here it is 2 on the first axis"],
  ])("%s", (_, site, shape, said) => {
    const error = refusal(() => cut(site, shape));
    expect([error?.code, error?.details.location]).toEqual(["SHAPE_MISMATCH", { source: "dump.npz" }]);
    expect(error?.message).toContain("an array");
    expect(error?.message).toContain(said);
    expect(error?.details.hint).toContain("--ids");
  });

  test("one number a row of another count", () => {
    const of = { rows: 6, cols: 1 };
    for (const shape of [[5], [1, 5]])
      expect(refusal(() => cut(STEP, shape, { of }))?.code).toBe("SHAPE_MISMATCH");
    expect(refusal(() => cut(STEP, [4, 3], { of: { rows: 3, cols: 2 } }))?.code).toBe("SHAPE_MISMATCH");
    expect(refusal(() => cut({ ...STEP, heads: 2 }, [3, 4], { of: { rows: 1, cols: 6 } }))?.code).toBe(
      "SHAPE_MISMATCH",
    );
  });

  test("one row of one text may not be one of six texts", () => {
    expect(refusal(() => cut(STEP, [2, 6], { of: { rows: 6, cols: 1 } }))?.code).toBe("AMBIGUOUS");
  });

  test.each([
    [undefined, 2],
    [2, 2],
    [1, 1],
  ])("text %s of %d is not there", (batch, texts) => {
    const error = refusal(() => cut(STEP, [texts, 3, 2], { ...(batch !== undefined && { batch }) }));
    expect([error?.code, error?.details.location]).toEqual(["AMBIGUOUS", { source: "dump.npz" }]);
    expect(error?.message).toContain(`an array is of ${texts} texts`);
    expect(error?.details.hint).toContain(`--batch ${texts - 1}`);
  });
});
