import { describe, expect, test } from "vitest";
import { recordOther } from "../../../../src/check/mistakes/mistake.js";
import { type Given, homework, mistakeOf, writtenIn } from "../../../support/mistaken.js";

const table = (settings: object): Given => ["posenc", { settings: { length: 2, dModel: 6, ...settings } }];

describe("under the settings of a convention the numbers of the mistake are right", () => {
  test.each<[string, Given, readonly string[]]>([
    ["scale-missing", ["attend", { query: "1 2; 0 1", key: "1 0; 1 1" }], ["weights"]],
    [
      "mask-inverted",
      ["attend", { scores: "1 2 3; 4 5 6", mask: "1 0 1; 0 1 1" }],
      ["masked-scores", "weights"],
    ],
    ["sin-cos-halves", table({}), ["encoding"]],
    ["sin-cos-interleaved", table({ columns: "halves" }), ["encoding"]],
    ["exponent-paper", table({ convention: "tensor2tensor" }), ["rates", "encoding"]],
    ["exponent-half-minus-one", table({}), ["rates", "encoding"]],
    [
      "projection-transposed",
      ["attend", { x: "1 2; 0 1", wq: "1 1; 0 1", wk: "0 1; 2 0", wv: "1 -1; 0 1" }],
      ["q", "k", "v"],
    ],
    ["norm-misplaced", ["layer", { x: "1 3", w1: "1 2; 1 0", w2: "1 0; 2 1" }], ["output"]],
  ])("%s", (id, given, keys) => {
    const own = homework(given);
    const { apply, convention } = mistakeOf(id);
    const last = apply(own, new Map()).slice(-1)[0];
    const settings = typeof convention === "function" ? convention(last) : convention;
    const other = recordOther(own, settings ?? {});
    for (const key of keys) {
      expect(other && writtenIn(other, key)).toBe(writtenIn(last, key));
      expect(writtenIn(own.trace, key)).not.toBe(writtenIn(last, key));
    }
  });
});
