import { transpose } from "../../../../math/matrix.js";
import { type BackwardRows, slopeAt, timesCells } from "../backward-rows.js";
import {
  cells,
  GRADIENT_NAMES,
  type GradientMistake,
  type GradientSearchContext,
  gradientMistakes,
  ofBoth,
  type ReplayedHead,
  weightsFrom,
} from "./gradient-mistake.js";

// Mistakes with other numbers in place of the weights P or of dS.

const weighed = gradientMistakes("weights", "P = softmax(S), dV = Pᵀ dO, dS = P ∘ (dP − δ)");

/** Computes e^(s − max), the exponentials of a row before they are divided by their sum. */
const unnormalised = (rows: BackwardRows, { maxima }: ReplayedHead) =>
  weightsFrom(rows, (score, row) => Math.exp(score - maxima[rows.first + row]));

const isSquare = ({ heads: [{ task }] }: GradientSearchContext) => task.query.rows === task.key.rows;

export const OTHER_WEIGHTS: readonly GradientMistake[] = [
  weighed({
    id: "weights-unnormalised",
    title: "The exponentials were used as weights: they were not divided by their row sums.",
    fix: "Compute the weights from the log-sum-exp, P = e^(s − L), not only from the maximum.",
    variants: () => [{ change: (rows, head) => ({ weights: unnormalised(rows, head) }) }],
  }),
  weighed({
    id: "value-weights-unnormalised",
    step: "d-value",
    title: "dV was computed with the exponentials: they were not divided by their row sums.",
    fix: "dV = Pᵀ dO with the weights that add up to 1.",
    variants: () => [
      {
        change: (rows, head) => ({
          pairs: { value: timesCells(unnormalised(rows, head), rows.factors) },
        }),
      },
    ],
  }),
  weighed({
    id: "weights-missing-in-ds",
    step: "d-scores",
    title: "dS, or δ in it, was left without the weights.",
    fix: "dS = P ∘ (dP − δ).",
    variants: () =>
      (["dS", "δ"] as const).flatMap((of) =>
        [true, false].map((isMasked) => ({
          parameters: { of },
          change(rows: BackwardRows) {
            const { scores, weights, dWeights, delta } = rows;
            const changes = cells(scores, (at, row) => {
              if (isMasked && scores.data[at] === Number.NEGATIVE_INFINITY) return 0;
              const weight = of === "dS" ? 1 : weights.data[at];
              return (weight * dWeights.data[at] - delta[row]) * slopeAt(rows, at);
            });
            return ofBoth(changes);
          },
        })),
      ),
  }),
  weighed({
    id: "weights-transposed",
    step: "d-value",
    title: "dV was computed with P, not with its transpose.",
    fix: "dV = Pᵀ dO: row j belongs to key j.",
    isPossible: isSquare,
    variants: () => [{ needsAllRows: true, change: ({ kept }) => ({ pairs: { value: transpose(kept) } }) }],
  }),
  weighed({
    id: "ds-transposed",
    step: "d-scores",
    title: "dS was transposed.",
    fix: "dQ = dS K and dK = dSᵀ Q.",
    isPossible: isSquare,
    variants: () => [
      { needsAllRows: true, change: ({ dScaled }) => ofBoth(transpose(dScaled)) },
      ...(["query", "key"] as const).map((part) => ({
        parameters: { of: `${GRADIENT_NAMES[part]} alone` },
        needsAllRows: true as const,
        change: ({ dScaled }: BackwardRows) => ({ pairs: { [part]: transpose(dScaled) } }),
      })),
    ],
  }),
];
