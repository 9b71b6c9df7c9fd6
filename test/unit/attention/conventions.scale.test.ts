import { describe, expect, test } from "vitest";
import { resolveScale } from "../../../src/attention/conventions.js";
import { refusal } from "../../support/refusal.js";

const ROOT = "1/sqrt(d_k)";

/** Without a temperature. */
const scaled = (scale: number | string | undefined, fallback: string, dK: number | undefined) =>
  resolveScale({ ...(scale !== undefined && { scale }), temperature: 1 }, fallback, dK);

describe("what the scores are multiplied by", () => {
  test("is nothing when none is said, or there is no d_k", () => {
    expect(scaled("none", ROOT, 4)).toBeUndefined();
    expect(scaled(undefined, "none", 4)).toBeUndefined();
    expect(scaled(undefined, ROOT, undefined)).toBeUndefined();
  });

  test.each([ROOT, "1/√d_k", " 1 / sqrt( d_k ) "])("is one over the root of d_k: %s", (given) => {
    expect(scaled(given, "none", 16)).toEqual({
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
    expect(scaled(given, ROOT, 4)).toEqual({ factor, text: given, formula: `S′ = ${given} · S` });
  });

  test("may be a number, with or without d_k", () => {
    const expected = { factor: 0.3, text: "0.3", formula: "S′ = 0.3 · S" };
    expect(scaled(0.3, ROOT, 4)).toEqual(expected);
    expect(scaled("0.3", ROOT, undefined)).toEqual(expected);
  });

  test("falls back on that of the scoring", () => {
    expect(scaled(undefined, "1/d_k", 4)?.factor).toBe(0.25);
  });
});

describe("a temperature divides", () => {
  test.each([
    // 1/(2·√16) = 1/8; 1/2 of 0.3; 1/2 of 1/√4/2 = 1/8; 1/2 if there was no scale.
    [undefined, 16, 0.125, "1/(2·√16)", "S′ = S / (2 √d_k)"],
    [0.3, 16, 0.15, "0.3/2", "S′ = 0.3/2 · S"],
    ["1/sqrt(d_k)/2", 4, 0.125, "(1/sqrt(d_k)/2)/2", "S′ = (1/sqrt(d_k)/2)/2 · S"],
    ["none", 16, 0.5, "1/2", "S′ = S / 2"],
    [undefined, undefined, 0.5, "1/2", "S′ = S / 2"],
  ])("the scale %s of d_k = %s", (scale, dK, factor, text, formula) => {
    expect(resolveScale({ ...(scale !== undefined && { scale }), temperature: 2 }, ROOT, dK)).toEqual({
      factor,
      text,
      formula,
    });
  });
});

describe("what is refused", () => {
  test("d_k, where scores were given", () => {
    const error = refusal(() => scaled(ROOT, ROOT, undefined));
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
    const error = refusal(() => scaled(given, ROOT, 4));
    expect(error).toMatchObject({ code: "BAD_VALUE", message });
    expect(error?.details.hint).toContain("1/sqrt(8)");
  });
});
