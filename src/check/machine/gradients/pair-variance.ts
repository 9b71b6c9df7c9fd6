import type { PairPart } from "./backward-heads.js";
import { type BackwardRows, backwardRows } from "./backward-rows.js";
import { errorsFromInputs } from "./block-errors.js";
import type { HeadFacts } from "./head-facts.js";
import { cellErrors, errorsOfRow } from "./row-errors.js";

// Estimates the variance of the n×m gradients between scores and dP, cell by cell: VP for dP, D for δ, the formula of
// dB for dS. dZ has f² times that, and the error of the slope f (docs/precision.md, "Gradients").

/** Estimates the mean square errors of dP, δ, dS or dZ before they are stored, times the square of `factor`. */
export function pairVariance(facts: HeadFacts, part: PairPart, factor: number): Float64Array {
  const { query, key } = facts.head.task;
  const made = new Float64Array(query.rows * (part === "d-delta" ? 1 : key.rows));
  const buffers = cellErrors(key.rows);
  for (const rows of backwardRows(facts.head)) {
    const ofInputs = errorsFromInputs(facts, rows, 2)?.data;
    for (let row = 0; row < rows.count; row++) {
      const common = errorsOfRow(facts, rows, row, buffers);
      const at = rows.first + row;
      if (part === "d-delta") {
        made[at] = common.delta;
        continue;
      }
      for (let j = 0; j < key.rows; j++) {
        const ofChange = buffers.dWeights[j] + (ofInputs?.[row * key.rows + j] ?? 0);
        made[at * key.rows + j] = ofCell(facts, rows, row, j, part, ofChange, buffers.scores[j], common);
      }
    }
  }
  return made.map((variance) => variance * factor ** 2);
}

function ofCell(
  { errorTerms, head }: HeadFacts,
  rows: BackwardRows,
  row: number,
  j: number,
  part: PairPart,
  ofChange: number,
  ofScore: number,
  common: { readonly weights: number; readonly delta: number },
): number {
  if (part === "d-weights") return ofChange;
  const at = row * rows.scores.cols + j;
  if (rows.scores.data[at] === Number.NEGATIVE_INFINITY) return 0;
  const { sums, short, isEager, floor } = errorTerms;
  const [weight, change] = [rows.weights.data[at], rows.dScores.data[at]];
  const relative = ofScore + 2 * sums ** 2 + common.weights + (isEager ? 3 * short : 0);
  const ofFloor = floor * (1 + (rows.dWeights.data[at] - rows.delta[row]) ** 2);
  const own = weight ** 2 * (ofChange + common.delta) + change ** 2 * relative + ofFloor;
  if (part === "d-scores" || !rows.tanhs) return own;
  const t = rows.tanhs.data[at];
  const slope = (1 - t * t) ** 2;
  const tanh = 4 * t * t;
  const cap = head.task.softcap ?? 1;
  return (
    slope * own +
    change ** 2 * tanh * (t * t * (sums ** 2 + (isEager ? short : 0)) + (slope * ofScore) / cap ** 2)
  );
}
