import { describe, expect, test } from "vitest";
import { evaluateArithmetic } from "../../../src/math/arithmetic.js";

describe("arithmetic as people type it", () => {
  test.each([
    ["3", 3],
    ["-0.5", -0.5],
    [".5e-3", 0.0005],
    ["1e3", 1000],
    ["5 - 2 - 1", 2],
    ["8 / 2 / 2", 2],
    ["1 + 2*3", 7],
    ["(1 + 2)*3", 9],
    ["2^3^2", 512],
    ["-2^2", -4],
    ["2^-1", 0.5],
    ["2**3", 8],
    ["1/sqrt(4)", 0.5],
    ["1/sqrt4", 0.5],
    ["1/√4", 0.5],
    ["√(2 + 2)", 2],
    ["1 − 3", -2],
    ["2·3 × 4", 24],
    ["exp(0) + ln(1)", 1],
    ["pi", Math.PI],
    ["2π", undefined],
    ["-inf", Number.NEGATIVE_INFINITY],
    ["∞", Number.POSITIVE_INFINITY],
    ["d_k/2", 4],
  ])("%s", (text, value) => {
    if (value === undefined) expect(() => evaluateArithmetic(text)).toThrow(RangeError);
    else expect(evaluateArithmetic(text, { d_k: 8 })).toBe(value);
  });

  test.each([
    ["", "it ends too early"],
    ["1 +", "it ends too early"],
    ["(1", "it ends too early"],
    ["1)", '")" at character 2 was not understood'],
    ["1 2", '"2" at character 3 was not understood'],
    ["sqr(2)", '"sqr" at character 1 was not understood'],
    ["d_k", '"d_k" at character 1 was not understood'],
    ["0x10", '"x10" at character 2 was not understood'],
    ["constructor", '"constructor" at character 1 was not understood'],
  ])("%s is refused: %s", (text, message) => {
    expect(() => evaluateArithmetic(text)).toThrow(message);
  });
});
