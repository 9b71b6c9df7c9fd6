import { type Matrix, mapCells, rowOf } from "../math/matrix.js";
import { rowMaxima, rowSums } from "../math/rows.js";
import { scale } from "../ops/elementwise.js";
import { computeStep, paramsOf, type Trace } from "../trace/trace.js";
import type { Answer, Sheet } from "./answers.js";
import { alterStep, alterSteps, besides, findRole, handOn } from "./mistakes/alter.js";
import { fillBlocked } from "./mistakes/masks.js";

/** Another way to work that is as right: its weights and output are the same. */
export interface Way {
  readonly id: string;
  /** Said to the student. */
  readonly text: string;
  /** Whether a number of each row is taken from the sheet: it fits one cell of a row by itself. */
  readonly isFitted?: true;
  apply(trace: Trace, sheet: Sheet): readonly Trace[];
}

/** Steps whose rows may all be moved by a constant without any effect on the weights. */
const BEFORE_SOFTMAX = ["scores", "scaled-scores", "biased-scores", "masked-scores"] as const;

/** Each row moved by how far its first answered cell was moved. */
function moveRows(matrix: Matrix, { cells, cols }: Answer): Matrix {
  const shifts = Array.from({ length: matrix.rows }, (_, row) => {
    const values = rowOf(matrix, row);
    const at = Array.from({ length: cols }, (_cell, col) => col).find(
      (col) => Number.isFinite(cells[row * cols + col]?.value) && Number.isFinite(values[col]),
    );
    return at === undefined ? 0 : (cells[row * cols + at]?.value ?? 0) - values[at];
  });
  return mapCells(matrix, (value, row) => value + shifts[row]);
}

/** Each row multiplied so that its largest cell is as it was written, or its sum where that is. */
function stretchRows(matrix: Matrix, { cells, cols }: Answer): Matrix {
  const areSums = cols !== matrix.cols;
  const sums = rowSums(matrix).data;
  const factors = Array.from({ length: matrix.rows }, (_, row) => {
    const values = rowOf(matrix, row);
    const largest = values.indexOf(values.reduce((most, value) => Math.max(most, value), -Infinity));
    const [own, at] = areSums ? [sums[row], row] : [values[largest], row * cols + largest];
    const written = cells[at]?.value;
    return written && own > 0 ? written / own : 1;
  });
  return mapCells(matrix, (value, row) => value * factors[row]);
}

/** e^(s − row maximum), of powers that may have been shifted already. */
function overRowMaxima(powers: Matrix): Matrix {
  const maxima = rowMaxima(powers);
  return mapCells(powers, (value, row) => (maxima[row] > 0 ? value / maxima[row] : value));
}

const SHIFTED = {
  id: "exponentials-shifted",
  text: "e^x was taken of scores less a constant a row, which gives the same weights.",
};

/** Every way that is as right; those that move numbers count only when later answers confirm them. */
export const WAYS: readonly Way[] = [
  {
    id: "query-scaled",
    text: "The queries were scaled instead of the scores, which is the same.",
    apply: (trace) => {
      const factor = paramsOf(findRole(trace, "scaled-scores"), scale)?.factor;
      if (factor === undefined) return [];
      const scaleAll = (matrix: Matrix) => mapCells(matrix, (value) => value * factor);
      const isProjected = findRole(trace, "query-projection") !== undefined;
      const places = [...(isProjected ? (["query-projection"] as const) : []), "scores"] as const;
      return places.flatMap((scaledInstead) =>
        alterSteps(trace, (step) => {
          if (step.role === "scaled-scores") return handOn;
          if (step.role !== scaledInstead) return undefined;
          return { compute: (inputs) => scaleAll(computeStep(step, inputs)) };
        }),
      );
    },
  },
  {
    id: "mask-after-softmax-renormalised",
    text: "The mask was applied after the softmax and the rows were made to add up to 1 again, which is the same.",
    apply: (trace) =>
      alterSteps(trace, (step) => {
        if (step.role === "masked-scores") return handOn;
        const blocked = besides(trace, step, "masked-scores")?.blocked;
        if (step.role !== "weights" || !blocked) return undefined;
        return {
          compute: (inputs) => {
            const kept = fillBlocked(computeStep(step, inputs), blocked, 0);
            const sums = rowSums(kept);
            return mapCells(kept, (value, row) => (sums.data[row] === 0 ? 0 : value / sums.data[row]));
          },
        };
      }),
  },
  {
    id: "blocked-written-as-zero",
    text: "Blocked scores are written as 0, but the softmax left them out, which is right.",
    apply: (trace) =>
      alterSteps(trace, (step) => {
        const blocked = besides(trace, step, "masked-scores")?.blocked;
        if (!blocked) return undefined;
        if (step.role === "masked-scores")
          return { compute: (inputs) => fillBlocked(computeStep(step, inputs), blocked, 0) };
        if (step.role !== "exponentials") return undefined;
        return {
          compute: ([scores]) => computeStep(step, [fillBlocked(scores, blocked, Number.NEGATIVE_INFINITY)]),
        };
      }),
  },
  {
    id: "blocked-exponentials-left-out",
    text: "e^s of blocked cells was written as 0 at once, which is the same.",
    apply: (trace) =>
      alterStep(trace, "exponentials", (step) => {
        const blocked = besides(trace, step, "masked-exponentials")?.blocked;
        return blocked && { compute: (inputs) => fillBlocked(computeStep(step, inputs), blocked, 0) };
      }),
  },
  {
    id: "row-constant",
    text: "A constant was added to rows of the scores, which the softmax does not see.",
    isFitted: true,
    apply: (trace, sheet) =>
      BEFORE_SOFTMAX.flatMap((role) =>
        alterStep(trace, role, (step) => {
          const answer = sheet.get(step.key);
          return answer && { compute: (inputs) => moveRows(computeStep(step, inputs), answer) };
        }),
      ),
  },
  {
    ...SHIFTED,
    apply: (trace) =>
      alterStep(trace, "exponentials", (step) => ({
        compute: (inputs) => overRowMaxima(computeStep(step, inputs)),
      })),
  },
  {
    ...SHIFTED,
    isFitted: true,
    apply: (trace, sheet) =>
      alterStep(trace, "exponentials", (step) => {
        const sums = besides(trace, step, "row-sums");
        const answer = sheet.get(step.key) ?? (sums && sheet.get(sums.key));
        return answer && { compute: (inputs) => stretchRows(computeStep(step, inputs), answer) };
      }),
  },
];
