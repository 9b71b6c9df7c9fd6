import { describe, expect, test } from "vitest";
import { findComparedParts } from "../../../src/check/compared-parts.js";

const HEADS = ["head 0", "head 1", "head 2"];
const of = (batch: number, ...heads: string[]) => heads.map((head) => ({ batch, head }));

describe("the smallest parts that were not all compared", () => {
  test.each([
    // Two batches of three heads that were worked.
    ["all", [{ batch: 0 }, { batch: 1 }], {}, undefined],
    ["head by head", [...of(0, ...HEADS), ...of(1, ...HEADS)], {}, undefined],
    ["one head", of(1, "head 2"), {}, { checked: 1, of: 6, kind: "head" }],
    ["a head twice", [...of(0, "head 1"), ...of(0, "head 1")], {}, { checked: 1, of: 6, kind: "head" }],
    ["one batch", [{ batch: 0 }], {}, { checked: 1, of: 2, kind: "batch" }],
    ["a batch and a head", [{ batch: 0 }, ...of(1, "head 0")], {}, { checked: 4, of: 6, kind: "head" }],
    // Picked before: one layer of four.
    ["of a layer", [{ batch: 0 }, { batch: 1 }], { layer: 4 }, { checked: 1, of: 4, kind: "layer" }],
    ["a batch of a layer", [{ batch: 0 }], { layer: 4 }, { checked: 1, of: 8, kind: "batch" }],
    ["a head of a layer", of(0, "head 1"), { layer: 4 }, { checked: 1, of: 24, kind: "head" }],
  ])("%s", (_, compared, picked, expected) => {
    expect(findComparedParts({ batches: 2, heads: HEADS, compared, picked })).toEqual(expected);
  });

  test.each([
    [{}, undefined],
    [
      { batch: 2, head: 4 },
      { checked: 1, of: 8, kind: "head" },
    ],
    [{ head: 4 }, { checked: 1, of: 4, kind: "head" }],
    [{ batch: 2 }, { checked: 1, of: 2, kind: "batch" }],
    [
      { batch: 2, layer: 3 },
      { checked: 1, of: 6, kind: "batch" },
    ],
  ])("of a run of one attention, picked of %j", (picked, expected) => {
    expect(findComparedParts({ batches: 1, heads: [], compared: [{ batch: 0 }], picked })).toEqual(expected);
  });
});
