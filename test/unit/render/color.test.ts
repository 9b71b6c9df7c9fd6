import { describe, expect, test } from "vitest";
import { createPainter, cubeColor, RAMP_256, rampAt } from "../../../src/render/color.js";
import { luminance } from "../../../src/render/rgb.js";

const grows = (values: readonly number[]) =>
  values.every((value, index) => index === 0 || value > values[index - 1]);

describe("the ramp goes from dark to light", () => {
  test("in truecolor", () => {
    const steps = Array.from({ length: 65 }, (_, step) => luminance(rampAt(step / 64)));
    expect(grows(steps)).toBe(true);
  });

  test("in 256 colours", () => {
    expect(grows(RAMP_256.map((code) => luminance(cubeColor(code))))).toBe(true);
  });

  test("text on it has a contrast of 4.5 or more", () => {
    for (let step = 0; step <= 64; step++) {
      const background = luminance(rampAt(step / 64)) + 0.05;
      expect(Math.max(1.05 / background, background / 0.05)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

test("white on the darkest, black on the lightest, and nothing but the text without colours", async () => {
  const painter = await createPainter(3);
  expect(painter.shade(0, "0.01")).toContain("\u001b[38;2;255;255;255m");
  expect(painter.shade(1, "0.99")).toContain("\u001b[38;2;0;0;0m");
  expect((await createPainter(0)).shade(1, "0.99")).toBe("0.99");
});
