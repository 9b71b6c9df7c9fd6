import type { RowsBack } from "../rows-back.js";
import {
  changesWith,
  type GradientMistake,
  type GradientSuspicion,
  type GradientVariant,
  gradientMistakes,
  type ReplayedHead,
} from "./gradient-mistake.js";
import { productsOf, workedAgain } from "./other-scores.js";

// The softcap and its derivative, and the bias.

const capped = gradientMistakes("d-scaled-scores", "dZ = (1 − tanh²(z / C)) ∘ dS");

/** Another slope of the softcap. */
const withSlope = (
  slope: (tanh: number, ratio: number, cap: number) => number,
  parameters?: GradientVariant["parameters"],
): GradientVariant => ({
  parameters,
  change(rows: RowsBack, head: ReplayedHead) {
    const { bent, weights, dots } = rows;
    const { scale, softcap = 1 } = head.task;
    const products = productsOf(rows, head);
    const changes = changesWith(rows, weights, dots, (at) =>
      slope(bent?.data[at] ?? 0, (products.data[at] * scale) / softcap, softcap),
    );
    return { ofQuery: changes, ofKey: changes };
  },
});

const isCapped = ({ heads }: GradientSuspicion) => heads[0].task.softcap !== undefined;

export const SOFTCAPS: readonly GradientMistake[] = [
  capped({
    id: "softcap-missing",
    step: "weights",
    title: "The softcap was left out when the weights were worked again.",
    formula: "P = e^(C·tanh(z / C) − L)",
    fix: "Work the scores on the way back as on the way there.",
    isPossible: isCapped,
    variants: () => [workedAgain({ softcap: undefined }, () => 1)],
  }),
  capped({
    id: "softcap-derivative-missing",
    title: "dS was not multiplied by the derivative of the softcap.",
    fix: "Multiply by 1 − tanh²(z / C).",
    isPossible: isCapped,
    variants: () => [withSlope(() => 1)],
  }),
  capped({
    id: "softcap-derivative-linear",
    title: "1 − |tanh| was taken for the derivative of the softcap.",
    fix: "The derivative of C·tanh(z / C) is 1 − tanh²(z / C).",
    isPossible: isCapped,
    variants: () => [withSlope((tanh) => 1 - Math.abs(tanh))],
  }),
  capped({
    id: "softcap-derivative-of-raw",
    title: "The derivative of the softcap was taken of another number than the tanh.",
    fix: "The derivative of C·tanh(z / C) is 1 − tanh²(z / C).",
    isPossible: isCapped,
    variants: () => [
      withSlope((_, ratio) => 1 - ratio ** 2, { of: "z / C" }),
      withSlope((tanh, _, cap) => 1 - (cap * tanh) ** 2, { of: "C·tanh(z / C)" }),
      withSlope((tanh) => 1 - Math.tanh(tanh) ** 2, { of: "tanh(tanh(z / C))" }),
    ],
  }),
];
