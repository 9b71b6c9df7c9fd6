import { describe, expect, test } from "vitest";
import { recordOther } from "../../../../src/check/mistakes/mistake.js";
import { type Given, homework, mistakeOf, writtenIn } from "../../../support/mistaken.js";

const table = (settings: object): Given => ["posenc", { settings: { length: 2, dModel: 6, ...settings } }];

describe("under the settings of a convention the numbers of the mistake are right", () => {
  test.each<[string, Given, readonly string[], object]>([
    ["scale-missing", ["attend", { query: "1 2; 0 1", key: "1 0; 1 1" }], ["weights"], { scale: "none" }],
    [
      "mask-inverted",
      ["attend", { scores: "1 2 3; 4 5 6", mask: "1 0 1; 0 1 1" }],
      ["masked-scores", "weights"],
      { maskTrue: "drop" },
    ],
    ["sin-cos-halves", table({}), ["encoding"], { columns: "halves" }],
    ["sin-cos-interleaved", table({ columns: "halves" }), ["encoding"], { columns: "interleaved" }],
    ["exponent-paper", table({ convention: "tensor2tensor" }), ["rates", "encoding"], { exponent: "paper" }],
    [
      "exponent-half-minus-one",
      table({}),
      ["rates", "encoding"],
      { columns: "halves", exponent: "half-minus-one" },
    ],
    [
      "projection-transposed",
      ["attend", { x: "1 2; 0 1", wq: "1 1; 0 1", wk: "0 1; 2 0", wv: "1 -1; 0 1" }],
      ["q", "k", "v"],
      { layout: "out-in" },
    ],
    ["norm-misplaced", ["layer", { x: "1 3", w1: "1 2; 1 0", w2: "1 0; 2 1" }], ["output"], { norm: "pre" }],
  ])("%s", (id, given, keys, asked) => {
    const own = homework(given);
    const { apply, convention } = mistakeOf(id);
    const last = apply(own).slice(-1)[0];
    const settings = typeof convention === "function" ? convention(last) : convention;
    expect(settings).toEqual(asked);
    const other = recordOther(own, settings ?? {});
    for (const key of keys) {
      expect(other && writtenIn(other, key)).toBe(writtenIn(last, key));
      expect(writtenIn(own.trace, key)).not.toBe(writtenIn(last, key));
    }
  });
});
