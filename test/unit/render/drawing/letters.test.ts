import { describe, expect, test } from "vitest";
import { coverPixels } from "../../../../src/render/drawing/coverage.js";
import { textAt } from "../../../../src/render/drawing/drawing.js";
import { loadLetters } from "../../../../src/render/drawing/letters.js";

const outlinesOfText = await loadLetters();

type Look = Parameters<typeof textAt>[3];

/** Measures a text at twice the size of a drawing: its ink in pixels, and its edges in units of the drawing. */
function inkOf(text: string, look: Look = {}) {
  const shape = textAt(100, 50, text, look);
  if (shape.kind !== "text") throw new Error("no text");
  const [xs, ys] = [new Set<number>(), new Set<number>()];
  let ink = 0;
  coverPixels(outlinesOfText(shape, 2), (x, y, share) => {
    ink += share;
    xs.add(x / 2);
    ys.add(y / 2);
  });
  const [left, right] = [Math.min(...xs), Math.max(...xs) + 0.5];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys) + 0.5];
  return { ink, left, right, top, bottom };
}

const PRINTABLE = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at));

describe("letters of a picture", () => {
  test.each(PRINTABLE)("%s has ink, and no more than its place holds", (sign) => {
    const { ink, left, right, top, bottom } = inkOf(sign);
    expect(ink).toBeGreaterThan(1);
    // A letter is 7 wide and 12 high; y is its middle. One pixel is half a unit.
    expect(left).toBeGreaterThanOrEqual(100 - 0.5);
    expect(right).toBeLessThanOrEqual(107 + 0.5);
    expect(top).toBeGreaterThanOrEqual(50 - 6 - 0.5);
    expect(bottom).toBeLessThanOrEqual(50 + 7.5);
    // No sign has so much ink that it would be a block.
    expect(ink).toBeLessThan(0.6 * 14 * 24);
  });

  test.each(["α", "√", "ᵀ", "ₖ", "₁", "·", "…", "×", "∞", "−", "é", "ß", "ж", "→"])(
    "%s is written as itself",
    (sign) => {
      expect(inkOf(sign).right).toBeLessThanOrEqual(107.5);
      expect(inkOf(sign)).not.toEqual(inkOf("\u0001"));
    },
  );

  test("what has no outline is written in ASCII or as an empty frame, and its place is kept", () => {
    expect(inkOf("中")).toEqual(inkOf("語"));
    expect(inkOf("中a").right).toBe(inkOf("□a").right);
    // Two code points of one letter are one letter.
    expect(inkOf("e\u0301")).toEqual(inkOf("é"));
  });

  test("a text begins, has its middle or ends at its place, and is turned about it", () => {
    const [start, middle, end] = (["start", "middle", "end"] as const).map((anchor) =>
      inkOf("HHHH", { anchor }),
    );
    expect(start.left).toBeGreaterThanOrEqual(100);
    expect((middle.left + middle.right) / 2).toBeCloseTo(100, 0);
    expect(end.right).toBeLessThanOrEqual(100);
    const turned = inkOf("HHHH", { isTurned: true });
    expect(turned.bottom).toBeLessThanOrEqual(50);
    expect(turned.bottom - turned.top).toBeCloseTo(start.right - start.left, 0);
  });

  test("strong letters have more ink", () => {
    expect(inkOf("H", { isStrong: true }).ink).toBeGreaterThan(1.15 * inkOf("H").ink);
  });
});
