import { inSentence, refuseAs, setting } from "../errors.js";
import { isBlocked } from "../math/blocked.js";
import { sumOver, upTo } from "../math/lists.js";
import { type Matrix, mapCells, rowOf } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import { exponentials, LARGEST_PLAIN_SCORE } from "../ops/softmax.js";
import { blocksOf } from "../trace/evaluate/evaluation.js";
import type { Axis } from "../trace/trace.js";
import type { Conditioning } from "./conventions.js";
import { type Ref, recorder } from "./recorder.js";

// Warnings about queries that may attend to no key, or whose masked keys still have an effect.

type Masked = Pick<Conditioning, "mask" | "fill">;

/** Checks every score that enters the softmax, in blocks of rows and in a single pass, because there may be millions. n×m. */
export function surveyScores(scores: Ref, { mask, fill }: Masked) {
  // Rows that may attend to no key: every score is −∞ or masked.
  const empty: number[] = [];
  // Rows with a score of NaN or ∞, for example because a product of large numbers overflowed.
  const overflowing: number[] = [];
  // Whether e^s would be too large or too small for some score.
  let needsShift = false;
  // If the fill applies to exponentials, the scores are not masked yet.
  const blocked = fill.on === "exponentials" ? mask?.blocked : undefined;
  for (const { first, matrix } of blocksOf(recorder.numbers, scores)) {
    for (let row = first; row < first + matrix.rows; row++) {
      const cells = rowOf(matrix, row - first);
      let [isEmpty, overflows] = [true, false];
      for (let col = 0; col < cells.length; col++) {
        const score = cells[col];
        if (isMinusInfinity(score)) continue;
        isEmpty &&= blocked !== undefined && isBlocked(blocked, row, col);
        overflows ||= isOverflowing(score);
        needsShift ||= Math.abs(score) > LARGEST_PLAIN_SCORE;
      }
      if (isEmpty) empty.push(row);
      if (overflows) overflowing.push(row);
    }
  }
  return { empty, overflowing, needsShift };
}

/** Finds empty and overflowing rows from ln Σ e^s of each row, n×1, if the scores were not checked. */
export const surveySums = ({ data }: Matrix) => ({
  empty: rowsWhere(data, isMinusInfinity),
  overflowing: rowsWhere(data, isOverflowing),
});

const rowsWhere = (sums: Float64Array, holds: (sum: number) => boolean) =>
  upTo(sums.length).filter((row) => holds(sums[row]));

/** Warns about rows without valid weights. Throws EMPTY_ROW for rows without a key if `emptyRow` is "error". */
export function reportRows(
  { empty, overflowing }: ReturnType<typeof surveySums>,
  axis: Axis,
  emptyRow: Conditioning["emptyRow"],
) {
  if (empty.length > 0) {
    const which = `${queries(empty, axis)} may attend to no key`;
    if (emptyRow === "error")
      refuseAs("EMPTY_ROW", `${which}.`, `Choose its result: ${setting("emptyRow")} zero, nan or uniform.`);

    recorder.warn(`${which}: ${OUTCOME[emptyRow]} (${setting("emptyRow")} ${emptyRow}).`);
  }
  if (overflowing.length > 0) {
    recorder.warn(
      `${queries(overflowing, axis)} cannot compute weights: a score is NaN or above the largest double.`,
    );
  }
}

const OUTCOME = {
  zero: "weights and output are 0",
  nan: "weights and output are NaN",
  uniform: "the weights are 1/m, as if no key were masked",
} as const;

/**
 * Warns about rows whose weights differ from those with −∞ in masked cells, and says why. scores, weights: n×m. The
 * scores may be filled already.
 */
export function reportFill(scores: Ref, weights: Ref, { mask, fill }: Masked) {
  if (!mask || fill.isExact) return;
  const effects = new Map<string, number[]>();
  for (const { first, matrix } of blocksOf(recorder.numbers, scores)) {
    const blockWeights = recorder.numbers.rows(weights, { first, count: matrix.rows });
    const exact = exponentials.compute([withoutMasked(matrix, mask, first)], { isShifted: true });
    for (let row = 0; row < matrix.rows; row++) {
      const isBlockedHere = (col: number) => isBlocked(mask.blocked, first + row, col);
      const overrulesPolicy = fill.on === "scores" && !rowOf(matrix, row).every(isMinusInfinity);
      const effect = effectOn(rowOf(blockWeights, row), rowOf(exact, row), isBlockedHere, overrulesPolicy);
      if (effect) remember(effects, effect, () => []).push(first + row);
    }
  }
  for (const [effect, text] of Object.entries(EFFECTS)) {
    const rows = effects.get(effect);
    const sentence = text.replace("FILL", `${setting("maskFill")} ${fill.text}`);
    if (rows) recorder.warn(`${queries(rows, scores.axes[0])} ${sentence}`);
  }
}

/** A difference larger than this is not rounding error. */
const DIFFERENT = 1e-12;

/** Returns the effect of a fill on the weights of one row. `exact` are the exponentials with −∞ in masked cells. */
function effectOn(
  weights: Float64Array,
  exact: Float64Array,
  isBlocked: (col: number) => boolean,
  overrulesPolicy: boolean,
) {
  const total = sumOver(exact);
  if (total === 0) {
    if (!overrulesPolicy) return undefined;
    return weights.every((weight) => Math.abs(weight - weights[0]) <= DIFFERENT) ? "uniform" : "unmasked";
  }
  if (weights.some((weight, col) => weight > 0 && isBlocked(col))) return "leaking";
  return weights.some((weight, col) => Math.abs(weight - exact[col] / total) > DIFFERENT)
    ? "drowned"
    : undefined;
}

const OVERRULED = `${setting("emptyRow")} has no effect, because the scores are finite`;

const EFFECTS = {
  uniform: `may attend to no key: with FILL all keys get the same weight, masked or not; ${OVERRULED}.`,
  unmasked: `may attend to no key: with FILL the weights are those without a mask; ${OVERRULED}.`,
  leaking: "gave masked keys some weight with FILL; with neg-inf they have none.",
  drowned:
    "lost all keys with FILL: they are too small beside larger masked exponentials, which are removed later; with neg-inf they stay.",
};

/** Returns the scores from row `first` on, with −∞ in masked cells. */
function withoutMasked(scores: Matrix, { blocked }: NonNullable<Masked["mask"]>, first: number) {
  return mapCells(scores, (score, row, col) =>
    isBlocked(blocked, first + row, col) ? Number.NEGATIVE_INFINITY : score,
  );
}

const isMinusInfinity = (score: number) => score === Number.NEGATIVE_INFINITY;
/** Whether a score is ∞ or NaN. */
const isOverflowing = (score: number) => !(score < Number.POSITIVE_INFINITY);

/** Returns "Query 1 (study), 2 (man) and 5". Long lists end with "and 7 more". */
function queries(rows: readonly number[], { labels }: Axis) {
  const names = rows.map((row) => (labels ? `${row} (${labels[row]})` : row));
  const shown = names.length > 8 ? [...names.slice(0, 7), `${names.length - 7} more`] : names;
  return `Query ${inSentence(shown)}`;
}
