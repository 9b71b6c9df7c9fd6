import { rowsOf } from "../../../../math/matrix.js";
import { multiplyTransposed } from "../../../../math/product.js";
import { type GradientMistake, type GradientVariant, gradientMistakes } from "./gradient-mistake.js";

// Mistakes in the derivative of the softcap, f = 1 − tanh²(z / C).

/** A derivative of the softcap, from tanh(z / C), z / C and C. */
type Slope = (tanh: number, ratio: number, cap: number) => number;

/** The numbers x for which kernels take 1 − x² or 1 − tanh² x, by description. */
const NUMBERS: Readonly<Record<string, Slope>> = {
  "z / C": (_, ratio) => ratio,
  z: (_, ratio, cap) => cap * ratio,
  "C·tanh(z / C)": (tanh, _, cap) => cap * tanh,
  "tanh(z / C)": (tanh) => tanh,
};

/** The derivatives that kernels take by mistake, by description. */
const SLOPES: Readonly<Record<string, Slope>> = {
  1: () => 1,
  "1 − |tanh(z / C)|": (tanh) => 1 - Math.abs(tanh),
  "1 − tanh(z / C)": (tanh) => 1 - tanh,
  "1 − C·tanh²(z / C)": (tanh, _, cap) => 1 - cap * tanh ** 2,
  ...Object.fromEntries(
    Object.entries(NUMBERS).flatMap(([of, number]): [string, Slope][] => [
      [`1 − (${of})²`, (...given) => 1 - number(...given) ** 2],
      [`1 − tanh²(${of})`, (...given) => 1 - Math.tanh(number(...given)) ** 2],
    ]),
  ),
};

/** Uses another slope of the softcap. */
const withSlope = (slope: Slope, parameters?: GradientVariant["parameters"]): GradientVariant => ({
  parameters,
  change(rows, { task: { query, key, scale, softcap = 1 } }) {
    const products = multiplyTransposed(rowsOf(query, rows), key);
    return {
      slope: (at) => slope(rows.tanhs?.data[at] ?? 0, (products.data[at] * scale) / softcap, softcap),
    };
  },
});

export const SOFTCAPS: readonly GradientMistake[] = [
  gradientMistakes(
    "d-scaled-scores",
    "dZ = (1 − tanh²(z / C)) ∘ dS",
  )({
    id: "softcap-derivative-other",
    title: "dS was multiplied by another derivative of the softcap, or by none.",
    fix: "The derivative of C·tanh(z / C) is 1 − tanh²(z / C): multiply dS by it.",
    isPossible: ({ heads }) => heads[0].task.softcap !== undefined,
    variants: () => Object.entries(SLOPES).map(([said, slope]) => withSlope(slope, { derivative: said })),
  }),
];
