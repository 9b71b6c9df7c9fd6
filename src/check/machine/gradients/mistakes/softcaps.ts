import { type RowsBack, timesCells } from "../rows-back.js";
import {
  changesWith,
  type GradientMistake,
  gradientMistakes,
  ofBoth,
  type ReplayedHead,
  weightsFrom,
} from "./gradient-mistake.js";
import { productsOf, scoresWith } from "./other-scores.js";

// The softcap and its derivative, and the bias.

const capped = gradientMistakes("d-scaled-scores", "dZ = (1 − tanh²(z / C)) ∘ dS");

/** Another slope of the softcap. */
const withSlope = (slope: (tanh: number, ratio: number) => number) => ({
  change(rows: RowsBack, head: ReplayedHead) {
    const { bent, weights, dots } = rows;
    const { scale, softcap = 1 } = head.task;
    const products = productsOf(rows, head);
    const changes = changesWith(rows, weights, dots, (at) =>
      slope(bent?.data[at] ?? 0, (products.data[at] * scale) / softcap),
    );
    return { ofQuery: changes, ofKey: changes };
  },
});

const ifCapped =
  (...variants: ReturnType<GradientMistake["variants"]>): GradientMistake["variants"] =>
  ({ heads }) =>
    heads[0].task.softcap === undefined ? [] : variants;

export const SOFTCAPS: readonly GradientMistake[] = [
  capped({
    id: "softcap-missing",
    step: "weights",
    title: "The softcap was left out when the weights were worked again.",
    formula: "P = e^(C·tanh(z / C) − L)",
    fix: "Work the scores on the way back as on the way there.",
    variants: ifCapped({
      change(rows, head) {
        const scores = scoresWith(rows, head, { products: productsOf(rows, head), softcap: undefined });
        const weights = weightsFrom(scores, (row) => rows.logSumExp[row]);
        const changes = changesWith(rows, weights, rows.dots, () => 1);
        const ofValue = timesCells(weights, rows.factors);
        return { ...ofBoth(changes), ofValue, ...(rows.factors && { errorWeights: weights }) };
      },
    }),
  }),
  capped({
    id: "softcap-derivative-missing",
    title: "dS was not multiplied by the derivative of the softcap.",
    fix: "Multiply by 1 − tanh²(z / C).",
    variants: ifCapped(withSlope(() => 1)),
  }),
  capped({
    id: "softcap-derivative-linear",
    title: "1 − |tanh| was taken for the derivative of the softcap.",
    fix: "The derivative of C·tanh(z / C) is 1 − tanh²(z / C).",
    variants: ifCapped(withSlope((tanh) => 1 - Math.abs(tanh))),
  }),
  capped({
    id: "softcap-derivative-of-raw",
    title: "The derivative of the softcap was taken of z / C, not of its tanh.",
    fix: "The derivative of C·tanh(z / C) is 1 − tanh²(z / C).",
    variants: ifCapped(withSlope((_, ratio) => 1 - ratio ** 2)),
  }),
];
