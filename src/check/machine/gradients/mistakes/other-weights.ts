import { rowsOf, transpose } from "../../../../math/matrix.js";
import { multiplyTransposed } from "../../../../math/product.js";
import { timesCells } from "../rows-back.js";
import {
  cells,
  changesWith,
  type GradientMistake,
  gradientMistakes,
  ofBoth,
  weightsFrom,
  withWeights,
} from "./gradient-mistake.js";

// Other numbers in the place of the weights, of dS, or of a factor of a product.

const weighed = gradientMistakes("weights", "P = softmax(S), dV = Pᵀ dO, dS = P ∘ (dP − δ)");

const isSquare = ({ rows }: { readonly rows: number }, other: { readonly rows: number }) =>
  rows === other.rows;

export const OTHER_WEIGHTS: readonly GradientMistake[] = [
  weighed({
    id: "weights-unnormalised",
    title: "The exponentials were used for the weights, before they were divided by the sums of their rows.",
    fix: "Work the weights from the log-sum-exp, P = e^(s − L), and not from the maximum alone.",
    variants: () => [
      {
        change: (rows, { maxima }) =>
          withWeights(
            rows,
            weightsFrom(rows.scores, (row) => maxima[rows.first + row]),
          ),
      },
    ],
  }),
  weighed({
    id: "value-weights-unnormalised",
    step: "d-value",
    title: "dV was made with the exponentials, before they were divided by the sums of their rows.",
    fix: "dV = Pᵀ dO with the weights that add up to 1.",
    variants: () => [
      {
        change: (rows, { maxima }) => ({
          ofValue: timesCells(
            weightsFrom(rows.scores, (row) => maxima[rows.first + row]),
            rows.factors,
          ),
        }),
      },
    ],
  }),
  weighed({
    id: "weights-missing-in-ds",
    step: "d-scores",
    title: "dS was left without the weights: dP − δ.",
    fix: "dS = P ∘ (dP − δ).",
    variants: () =>
      [true, false].map((isMasked) => ({
        change(rows) {
          const { scores, dWeights, dots, bent } = rows;
          const slopes = cells(scores, (at) => {
            if (isMasked && scores.data[at] === Number.NEGATIVE_INFINITY) return 0;
            return bent ? 1 - bent.data[at] ** 2 : 1;
          });
          const changes = cells(scores, (at, row) => (dWeights.data[at] - dots[row]) * slopes.data[at]);
          return { ...ofBoth(changes), errorWeights: slopes };
        },
      })),
  }),
  weighed({
    id: "weights-transposed",
    step: "d-value",
    title: "dV was made with P, not with its transpose.",
    fix: "dV = Pᵀ dO: row j belongs to key j.",
    variants: ({ heads }) =>
      isSquare(heads[0].task.query, heads[0].task.key)
        ? [{ needsAllRows: true, change: ({ kept }) => ({ ofValue: transpose(kept) }) }]
        : [],
  }),
  weighed({
    id: "ds-transposed",
    step: "d-scores",
    title: "dS was transposed in dQ and dK.",
    fix: "dQ = dS K and dK = dSᵀ Q.",
    variants: ({ heads }) =>
      isSquare(heads[0].task.query, heads[0].task.key)
        ? [{ needsAllRows: true, change: ({ dScaled }) => ofBoth(transpose(dScaled)) }]
        : [],
  }),
  weighed({
    id: "query-key-swapped",
    step: "d-query",
    title: "dQ and dK stand in each other's place.",
    formula: "dQ = scale · dS K, dK = scale · dSᵀ Q",
    fix: "Look at the order in which the gradients are returned.",
    variants: ({ heads, kvHeads }) =>
      kvHeads === heads.length && isSquare(heads[0].task.query, heads[0].task.key)
        ? [{ finish: (gradients) => ({ ...gradients, query: gradients.key, key: gradients.query }) }]
        : [],
  }),
  weighed({
    id: "value-by-query-gradient",
    step: "d-weights",
    title: "dP was made with the keys, not with the values.",
    formula: "dP = dO Vᵀ",
    fix: "Load V for dP.",
    variants: ({ heads }) =>
      heads[0].task.key.cols === heads[0].task.value.cols
        ? [
            {
              change(rows, { task, gradient }) {
                const own = { first: rows.first, count: rows.count };
                const dWeights = timesCells(
                  multiplyTransposed(rowsOf(gradient, own), task.key),
                  rows.factors,
                );
                return ofBoth(changesWith({ ...rows, dWeights }, rows.weights, rows.dots));
              },
            },
          ]
        : [],
  }),
];
