import { describe, expect, test } from "vitest";
import { resolveScale } from "../../../src/attention/scale.js";
import { refusal } from "../../support/refusal.js";

const ROOT = "1/sqrt(d_k)";

describe("what the scores are multiplied by", () => {
  test("is nothing when none is said, or there is no d_k", () => {
    expect(resolveScale("none", ROOT, 4)).toBeUndefined();
    expect(resolveScale(undefined, "none", 4)).toBeUndefined();
    expect(resolveScale(undefined, ROOT, undefined)).toBeUndefined();
  });

  test.each([ROOT, "1/√d_k", " 1 / sqrt( d_k ) "])("is one over the root of d_k: %s", (given) => {
    expect(resolveScale(given, "none", 16)).toEqual({
      ...{ factor: 0.25, text: "1/√16", formula: "S′ = S / √d_k", root: 16 },
    });
  });

  test.each([
    // 1/√4 / 2 = 0.25, −1/√4 = −0.5: no plain roots.
    ["1/sqrt(d_k)/2", 0.25],
    ["-1/sqrt(d_k)", -0.5],
    ["2/d_k", 0.5],
    ["1/sqrt(64)", 0.125],
  ])("is what was written: %s", (given, factor) => {
    expect(resolveScale(given, ROOT, 4)).toEqual({ factor, text: given, formula: `S′ = ${given} · S` });
  });

  test("may be a number, with or without d_k", () => {
    const expected = { factor: 0.3, text: "0.3", formula: "S′ = 0.3 · S" };
    expect(resolveScale(0.3, ROOT, 4)).toEqual(expected);
    expect(resolveScale("0.3", ROOT, undefined)).toEqual(expected);
  });

  test("falls back on that of the scoring", () => {
    expect(resolveScale(undefined, "1/d_k", 4)?.factor).toBe(0.25);
  });
});

describe("what is refused", () => {
  test("d_k, where scores were given", () => {
    const error = refusal(() => resolveScale(ROOT, ROOT, undefined));
    expect(error?.code).toBe("BAD_VALUE");
    expect(error?.message).toBe(
      "--scale 1/sqrt(d_k) needs d_k, but scores were given instead of a query and a key.",
    );
    expect(error?.details.hint).toContain("--scale 1/sqrt(64)");
  });

  test.each([
    ["1/0", "The scale 1/0 is Infinity; it must be a finite number."],
    [Number.NaN, "The scale NaN is NaN; it must be a finite number."],
  ])("%s", (given, message) => {
    const error = refusal(() => resolveScale(given, ROOT, 4));
    expect(error).toMatchObject({ code: "BAD_VALUE", message });
    expect(error?.details.hint).toContain("1/sqrt(8)");
  });
});
