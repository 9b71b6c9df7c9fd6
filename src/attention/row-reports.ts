import { UserError } from "../errors.js";
import { isTrue, type Matrix, mapCells, rowOf } from "../math/matrix.js";
import { exponentials } from "../ops/softmax.js";
import type { Recorder, Ref } from "../trace/recorder.js";
import type { Axis } from "../trace/trace.js";
import type { Conditioning } from "./conditioning.js";

// What is said of queries that a mask leaves without a key, or that a mask does not quite reach.

type Masked = Pick<Conditioning, "mask" | "fill">;

/** Warns of rows that may attend to no key and follow `emptyRow`. scores: n×m. Throws EMPTY_ROW when that is "error". */
export function reportEmptyRows(
  recorder: Recorder,
  scores: Ref,
  { mask, fill, emptyRow }: Masked & Pick<Conditioning, "emptyRow">,
): void {
  // Scores that are not masked themselves are so when their exponentials are.
  const matrix = fill.on === "scores" ? scores.output() : withoutMasked(scores.output(), mask);
  const empty = rowsOf(matrix).flatMap((row, i) => (row.every(isMinusInfinity) ? [i] : []));
  reportRowsWithoutKey(recorder, empty, scores.axes[0], emptyRow);
}

/** Warns of these rows, if any, as reportEmptyRows does. */
export function reportRowsWithoutKey(
  recorder: Recorder,
  empty: readonly number[],
  axis: Axis,
  emptyRow: Conditioning["emptyRow"],
): void {
  if (empty.length === 0) return;
  const which = `${queries(empty, axis)} may attend to no key`;
  if (emptyRow === "error") {
    throw new UserError("EMPTY_ROW", `${which}.`, {
      hint: "Choose what becomes of it: --empty-row zero, nan or uniform.",
    });
  }
  recorder.warn(`${which}: ${OUTCOME[emptyRow]} (--empty-row ${emptyRow}).`);
}

/**
 * Warns of rows in which a score is NaN or ∞, as it is when a product of large numbers overflows. scores: n×m after the
 * mask, or of each row what they come to, n×1.
 */
export function reportOverflow(recorder: Recorder, scores: Matrix, axis: Axis): void {
  const overflowing = rowsOf(scores).flatMap((row, i) => (staysFinite(row) ? [] : [i]));
  if (overflowing.length === 0) return;
  recorder.warn(
    `${queries(overflowing, axis)} cannot weigh the keys: a score is NaN or above the largest double.`,
  );
}

/** Also when scores are −∞. */
function staysFinite(row: Float64Array): boolean {
  for (const score of row) if (!(score < Number.POSITIVE_INFINITY)) return false;
  return true;
}

const OUTCOME = {
  zero: "weights and output are 0",
  nan: "weights and output are NaN",
  uniform: "the weights are 1/m, as if no key were masked",
} as const;

/**
 * Warns of rows whose weights are others than with −∞ in masked cells, and says why. scores, weights: n×m; the
 * scores may be filled already.
 */
export function reportFill(recorder: Recorder, scores: Ref, weights: Ref, { mask, fill }: Masked): void {
  if (!mask || fill.isExact) return;
  const exact = rowsOf(exponentials.compute([withoutMasked(scores.output(), mask)], undefined));
  const filled = rowsOf(scores.output());
  const effects = rowsOf(weights.output()).map((own, row) => {
    const isBlocked = (col: number) => isTrue(mask.blocked, row, col);
    return effectOn(own, exact[row], isBlocked, fill.on === "scores" && !filled[row].every(isMinusInfinity));
  });
  for (const [effect, text] of Object.entries(EFFECTS)) {
    const rows = effects.flatMap((found, row) => (found === effect ? [row] : []));
    if (rows.length > 0)
      recorder.warn(`${queries(rows, scores.axes[0])} ${text(`--mask-fill ${fill.text}`)}`);
  }
}

/** Farther apart than rounding explains. */
const DIFFERENT = 1e-12;

/** What a fill does to the weights of one row; `exact` are the exponentials that −∞ leaves. */
function effectOn(
  weights: Float64Array,
  exact: Float64Array,
  isBlocked: (col: number) => boolean,
  overrulesPolicy: boolean,
): keyof typeof EFFECTS | undefined {
  const total = exact.reduce((sum, power) => sum + power, 0);
  if (total === 0) {
    if (!overrulesPolicy) return undefined;
    return weights.every((weight) => Math.abs(weight - weights[0]) <= DIFFERENT) ? "uniform" : "unmasked";
  }
  if (weights.some((weight, col) => weight > 0 && isBlocked(col))) return "leaking";
  return weights.some((weight, col) => Math.abs(weight - exact[col] / total) > DIFFERENT)
    ? "drowned"
    : undefined;
}

const OVERRULED = "--empty-row has no say, since the scores are finite";

const EFFECTS = {
  uniform: (fill: string) =>
    `may attend to no key: with ${fill} all keys weigh the same, masked or not; ${OVERRULED}.`,
  unmasked: (fill: string) =>
    `may attend to no key: with ${fill} the weights are those without a mask; ${OVERRULED}.`,
  leaking: (fill: string) => `gives masked keys some weight with ${fill}; with neg-inf they have none.`,
  drowned: (fill: string) =>
    `loses its keys with ${fill}: they vanish beside larger masked exponentials, which are erased later; with neg-inf they stay.`,
} as const;

/** Scores with −∞ wherever a query may not attend to a key. */
function withoutMasked(scores: Matrix, mask: Masked["mask"]): Matrix {
  if (!mask) return scores;
  return mapCells(scores, (score, row, col) =>
    isTrue(mask.blocked, row, col) ? Number.NEGATIVE_INFINITY : score,
  );
}

const rowsOf = (matrix: Matrix) => Array.from({ length: matrix.rows }, (_, row) => rowOf(matrix, row));

const isMinusInfinity = (score: number) => score === Number.NEGATIVE_INFINITY;

/** "Query 1 (study), 2 (man) and 5". */
function queries(rows: readonly number[], { labels }: Axis): string {
  return `Query ${listed(rows.map((row) => (labels ? `${row} (${labels[row]})` : String(row))))}`;
}

/** "1, 2 and 5"; long lists end in "and 7 more". */
function listed(items: readonly string[]): string {
  const shown = items.length > 8 ? [...items.slice(0, 7), `${items.length - 7} more`] : items;
  return shown.length === 1 ? shown[0] : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
