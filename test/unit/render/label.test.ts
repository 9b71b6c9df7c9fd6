import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { alignTo, labelsOf, showLabel, truncate, widthOf } from "../../../src/render/label.js";
import { isNarrow } from "../../../src/render/narrow.js";

const positions = (labels?: readonly string[]) => {
  const named = labelsOf({ name: "key", ...(labels && { labels }) });
  return [0, 1, 2].map(named.at);
};

test("an axis without labels counts from 0", () => {
  expect(positions()).toEqual(["0", "1", "2"]);
});

test("labels stand alone, and with their index where one of them comes twice", () => {
  expect(positions(["please", "study", "man"])).toEqual(["please", "study", "man"]);
  expect(positions(["the", "cat", "the"])).toEqual(["0 the", "1 cat", "2 the"]);
});

test.each([
  ["\n", '"\\n"'],
  ["a\tb", "a\\tb"],
  ["\u001b[31mred", "\\u001b[31mred"],
  ["\u202eabc", "\\u202eabc"],
  ["", '""'],
  [" the", '" the"'],
  ["√dₖ", "√dₖ"],
  ["注意", "注意"],
])("the label %j is shown as %s", (label, expected) => {
  expect(showLabel(label)).toBe(expected);
});

describe("widths", () => {
  test("the characters that are taken to fill one column do", () => {
    const signs = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(isNarrow);
    expect(signs.length).toBeGreaterThan(600);
    for (const sign of signs) expect([sign, stringWidth(`a${sign}b`)]).toEqual([sign, 3]);
  });

  test.each([
    ["attention", 5, "atte…"],
    ["注意力", 4, "注…"], // each is two columns wide: 注意… would need five
    ["注意力", 6, "注意力"],
    ["abc", 1, "…"],
  ])("%s cut to %d columns", (text, width, expected) => {
    expect(truncate(text, width, "…")).toBe(expected);
  });

  test("a cut text never is wider than asked, an aligned one never narrower", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 12 }), (text, width) => {
        const shown = showLabel(text);
        expect(widthOf(shown)).toBe(stringWidth(shown));
        expect(stringWidth(truncate(shown, width, "…"))).toBeLessThanOrEqual(width);
        expect(stringWidth(alignTo(shown, width, "right"))).toBe(Math.max(width, stringWidth(shown)));
      }),
      { seed: 5, numRuns: 1000 },
    );
  });
});
