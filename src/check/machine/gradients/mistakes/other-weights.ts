import { cellOf, type Matrix, transpose } from "../../../../math/matrix.js";
import { tilesBelow } from "../../mistakes/online.js";
import { type BackwardRows, type Part, slopeAt, timesCells } from "../backward-rows.js";
import {
  cells,
  gradientMistakes,
  namesOf,
  ofBoth,
  type ReplayedHead,
  weightsFrom,
} from "./gradient-mistake.js";

// Mistakes with other numbers in place of the weights P or of dS.

const weighed = gradientMistakes("weights", "P = softmax(S), dV = Pᵀ dO, dS = P ∘ (dP − δ)");

/** What is computed in place of e^(s − L), by description. */
const POWERS: Readonly<Record<string, (score: number, logSumExp: number, maximum: number) => number>> = {
  "e^(s − max)": (score, _, maximum) => Math.exp(score - maximum),
  "2^(s·log₂ e − L)": (score, logSumExp) => 2 ** (score * Math.LOG2E - logSumExp),
  "e^((s − L)·log₂ e)": (score, logSumExp) => Math.exp((score - logSumExp) * Math.LOG2E),
  "2^(s − L)": (score, logSumExp) => 2 ** (score - logSumExp),
};

/** Transposes each square tile within itself. Beyond the matrix, a tile has zeros. */
const transposedIn =
  (tile: number) =>
  (matrix: Matrix): Matrix =>
    cells(matrix, (_, row, col) => {
      const at = row - (row % tile) + (col % tile);
      const from = col - (col % tile) + (row % tile);
      return at < matrix.rows && from < matrix.cols ? cellOf(matrix, at, from) : 0;
    });

export const OTHER_WEIGHTS = [
  weighed({
    id: "weights-other",
    title: "Other numbers than e^(s − L) were used as weights.",
    fix: "Compute the weights from the log-sum-exp, not only from the maximum, and in one base: 2^x takes scores and L times log₂ e.",
    variants: ({ wrongParts }) =>
      Object.entries(POWERS).map(([weights, power]) => {
        const isOfValueAlone = wrongParts.every((part) => part === "value");
        return {
          parameters: { weights, ...(isOfValueAlone && { of: "dV alone" }) },
          change(rows: BackwardRows, { maxima }: ReplayedHead) {
            const made = weightsFrom(rows, (score, row) =>
              power(score, rows.logSumExp[row], maxima[rows.first + row]),
            );
            return isOfValueAlone ? { pairs: { value: timesCells(made, rows.factors) } } : { weights: made };
          },
        };
      }),
  }),
  weighed({
    id: "weights-missing-in-ds",
    step: "d-scores",
    title: "dS was left without the weights or has them twice, or δ was left without them.",
    fix: "dS = P ∘ (dP − δ).",
    variants: () =>
      (["dS", "δ", "dS, twice"] as const).flatMap((of) =>
        [true, false].map((isMasked) => ({
          parameters: { of },
          change(rows: BackwardRows) {
            const { scores, weights, dWeights, delta } = rows;
            const changes = cells(scores, (at, row) => {
              if (isMasked && scores.data[at] === Number.NEGATIVE_INFINITY) return 0;
              const weight = weights.data[at];
              const change =
                of === "δ"
                  ? weight * dWeights.data[at] - delta[row]
                  : (of === "dS" ? 1 : weight ** 2) * (dWeights.data[at] - delta[row]);
              return change * slopeAt(rows, at);
            });
            return ofBoth(changes);
          },
        })),
      ),
  }),
  weighed({
    id: "pairs-transposed",
    step: "d-scores",
    title: "P or dS was transposed, or not transposed where it has to be.",
    formula: "dV = Pᵀ dO, dQ = scale · dS K, dK = scale · dSᵀ Q",
    fix: "Swap the two axes of the product: row j of dK and dV belongs to key j.",
    variants: ({ heads: [{ task }] }) =>
      [
        ...(task.query.rows === task.key.rows ? [{ turned: transpose }] : []),
        ...tilesBelow(Math.max(task.query.rows, task.key.rows)).map((tile) => ({
          tile,
          turned: transposedIn(tile),
        })),
      ].flatMap(({ turned, ...inTile }) =>
        ([["value"], ["query"], ["key"], ["query", "key"]] as const).map((parts: readonly Part[]) => ({
          parameters: { in: namesOf(parts), ...inTile },
          needsAllRows: true as const,
          change({ kept, dScaled }: BackwardRows) {
            const pairs = parts.map((part) => [part, turned(part === "value" ? kept : dScaled)]);
            return {
              pairs: Object.fromEntries(pairs),
              ...(parts.length > 1 && { ofBias: turned(dScaled) }),
            };
          },
        })),
      ),
  }),
];
