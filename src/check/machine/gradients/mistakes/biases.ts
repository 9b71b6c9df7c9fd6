import { createMatrix } from "../../../../math/matrix.js";
import { cells, type GradientMistake, gradientMistakes } from "./gradient-mistake.js";

// Mistakes in the gradient of the bias, dB = dS summed over the heads.

const biased = gradientMistakes("d-bias", "dB = Σ over the heads of P ∘ (dP − δ)");

export const BIASES: readonly GradientMistake[] = [
  biased({
    id: "bias-gradient-scaled",
    title: "The gradient of the bias was multiplied by the scale.",
    fix: "The bias is added after the scale, so dB = dS.",
    isPossible: ({ hasBias }) => hasBias,
    variants: () => [
      {
        change: ({ dScores }, { task }) => ({
          ofBias: cells(dScores, (at) => task.scale * dScores.data[at]),
        }),
      },
    ],
  }),
  biased({
    id: "bias-gradient-after-cap",
    title: "The gradient of the bias was multiplied by the derivative of the softcap.",
    fix: "The bias is added after the softcap, so dB = dS.",
    isPossible: ({ hasBias, heads }) => hasBias && heads[0].task.softcap !== undefined,
    variants: () => [{ change: ({ dScaled }) => ({ ofBias: dScaled }) }],
  }),
  biased({
    id: "bias-gradient-one-head",
    title: "The gradient of the bias is only that of the first head.",
    fix: "If heads share a bias, its gradient is the sum over the heads.",
    isPossible: ({ hasBias, heads }) => hasBias && heads.length > 1,
    variants: () => [
      {
        change: ({ dScores }, { index }) => ({
          ofBias: index === 0 ? dScores : createMatrix(dScores.rows, dScores.cols),
        }),
      },
    ],
  }),
];
