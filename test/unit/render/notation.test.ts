import { describe, expect, test } from "vitest";
import { writeExpression } from "../../../src/render/expression.js";
import type { Markup } from "../../../src/render/page/markup.js";
import { mathOf } from "../../../src/render/page/math.js";
import {
  call,
  constant,
  type Expression,
  negative,
  product,
  quotient,
  sum,
} from "../../../src/trace/expression.js";

const number = (value: number) => String(value).replace("-", "−");
const asText = (expression: Expression) =>
  writeExpression(expression, { leaf: ({ value }) => number(value), number }).replaceAll(" ", "");
const textIn = (markup: Markup): string =>
  typeof markup === "string" ? markup : (markup.slice(2) as Markup[]).map(textIn).join("");
const asMath = (expression: Expression) =>
  textIn(mathOf(expression, { cell: ({ value }) => ({ text: number(value), precedence: 5 }), number }).text);

const [two, three, minus] = [constant(2), constant(3), constant(-4)];

describe("text and MathML have the same parentheses", () => {
  test.each<readonly [string, Expression]>([
    ["2+3", sum([two, three])],
    ["2−3", sum([two, negative(three)])],
    ["2−(−4)", sum([two, negative(minus)])],
    ["2+(−4)", sum([two, minus])],
    ["2−2·3", sum([two, negative(product(two, three))])],
    ["−(2+3)", negative(sum([two, three]))],
    ["−(−4)", negative(minus)],
    ["−4·2", product(minus, two)],
    ["2·(−4)", product(two, minus)],
    ["2²·(2+3)", product(two, two, sum([two, three]))],
    ["tanh(2,3)", call("tanh", two, three)],
    ["|−4|", call("abs", minus)],
    ["2", sum([two])],
    ["0", sum([])],
  ])("%s", (text, expression) => {
    expect(asText(expression)).toBe(text);
    expect(asMath(expression).replace(/^(.)2(?=·)/, "$1²")).toBe(text);
  });

  test("a fraction needs none among factors, but as text", () => {
    const half = quotient(two, three);
    expect(asText(product(two, half))).toBe("2·(2/3)");
    expect(asMath(product(two, half))).toBe("2·23");
  });
});
