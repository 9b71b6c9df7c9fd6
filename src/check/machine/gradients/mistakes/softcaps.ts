import { rowsOf } from "../../../../math/matrix.js";
import { multiplyTransposed } from "../../../../math/product.js";
import {
  type GradientMistake,
  type GradientSearchContext,
  type GradientVariant,
  gradientMistakes,
} from "./gradient-mistake.js";

// Mistakes in the derivative of the softcap, f = 1 − tanh²(z / C).

const capped = gradientMistakes("d-scaled-scores", "dZ = (1 − tanh²(z / C)) ∘ dS");

/**
 * The numbers x for which kernels take 1 − x² or 1 − tanh² x by mistake. Right are x = tanh(z / C) in the first, and x
 * = z / C in the second.
 */
const NUMBERS: readonly (readonly [string, (tanh: number, ratio: number, cap: number) => number])[] = [
  ["z / C", (_, ratio) => ratio],
  ["z", (_, ratio, cap) => cap * ratio],
  ["C·tanh(z / C)", (tanh, _, cap) => cap * tanh],
  ["tanh(z / C)", (tanh) => tanh],
];

/** Uses another slope of the softcap. */
const withSlope = (
  slope: (tanh: number, ratio: number, cap: number) => number,
  parameters?: GradientVariant["parameters"],
): GradientVariant => ({
  parameters,
  change(rows, { task: { query, key, scale, softcap = 1 } }) {
    const products = multiplyTransposed(rowsOf(query, rows), key);
    return {
      slope: (at) => slope(rows.tanhs?.data[at] ?? 0, (products.data[at] * scale) / softcap, softcap),
    };
  },
});

const isCapped = ({ heads }: GradientSearchContext) => heads[0].task.softcap !== undefined;

export const SOFTCAPS: readonly GradientMistake[] = [
  capped({
    id: "softcap-derivative-missing",
    title: "dS was not multiplied by the derivative of the softcap.",
    fix: "Multiply by 1 − tanh²(z / C).",
    isPossible: isCapped,
    variants: () => [withSlope(() => 1)],
  }),
  capped({
    id: "softcap-derivative-linear",
    title: "tanh was not squared in the derivative of the softcap, or not divided by C².",
    fix: "The derivative of C·tanh(z / C) is 1 − tanh²(z / C).",
    isPossible: isCapped,
    variants: () => [
      withSlope((tanh) => 1 - Math.abs(tanh), { slope: "1 − |tanh(z / C)|" }),
      withSlope((tanh) => 1 - tanh, { slope: "1 − tanh(z / C)" }),
      withSlope((tanh, _, cap) => 1 - cap * tanh ** 2, { slope: "1 − C·tanh²(z / C)" }),
    ],
  }),
  capped({
    id: "softcap-derivative-of-raw",
    title: "The derivative of the softcap was computed at the wrong number.",
    fix: "The derivative of C·tanh(z / C) is 1 − tanh²(z / C).",
    isPossible: isCapped,
    variants: () =>
      NUMBERS.flatMap(([of, number]) => [
        withSlope((tanh, ratio, cap) => 1 - number(tanh, ratio, cap) ** 2, { slope: `1 − (${of})²` }),
        withSlope((tanh, ratio, cap) => 1 - Math.tanh(number(tanh, ratio, cap)) ** 2, {
          slope: `1 − tanh²(${of})`,
        }),
      ]),
  }),
];
