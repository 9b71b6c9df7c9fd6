import type { HeadFacts } from "./head-facts.js";
import { cellErrors, errorsOfRow } from "./row-errors.js";
import { type RowsBack, rowsBack } from "./rows-back.js";

/** What has a number for each query with each key on the way back; and δ, one for each query. */
export type PairPart = "d-weights" | "d-dots" | "d-scores" | "d-scaled";

/** The mean square errors of dP, δ, dS or dZ, times the square of a factor, before they are stored. */
export function pairVariance(facts: HeadFacts, part: PairPart, factor: number): Float64Array {
  const { query, key } = facts.head.task;
  const made = new Float64Array(query.rows * (part === "d-dots" ? 1 : key.rows));
  const buffers = cellErrors(key.rows);
  const { roundings, squares, ofGradient, head } = facts;
  const inputs = roundings.roundsInputs ? 2 * roundings.short : 0;
  for (const rows of rowsBack(facts.head)) {
    for (let row = 0; row < rows.count; row++) {
      const common = errorsOfRow(facts, rows, row, buffers);
      const at = rows.first + row;
      if (part === "d-dots") made[at] = common.dots;
      else {
        const own = made.subarray(at * key.rows, (at + 1) * key.rows);
        for (let j = 0; j < key.rows; j++) {
          // What is handed on with dO reaches dP by v².
          const factor = (rows.factors?.data[row * key.rows + j] ?? 1) ** 2;
          let handed = 0;
          for (let c = 0; (inputs > 0 || ofGradient) && c < head.task.value.cols; c++) {
            const cell = at * head.task.value.cols + c;
            const error = inputs * squares.gradient.data[cell] + (ofGradient?.[cell] ?? 0);
            handed += factor * error * squares.value.data[j * head.task.value.cols + c];
          }
          own[j] = ofCell(facts, rows, row, j, part, buffers.dWeights[j] + handed, buffers.scores[j], common);
        }
      }
    }
  }
  return made.map((own) => own * factor ** 2);
}

function ofCell(
  { roundings, head }: HeadFacts,
  rows: RowsBack,
  row: number,
  j: number,
  part: PairPart,
  ofChange: number,
  ofScore: number,
  common: { readonly weights: number; readonly dots: number },
): number {
  if (part === "d-weights") return ofChange;
  const at = row * rows.scores.cols + j;
  if (rows.scores.data[at] === Number.NEGATIVE_INFINITY) return 0;
  const { sums, short, isEager, floor } = roundings;
  const [weight, change] = [rows.weights.data[at], rows.dScores.data[at]];
  const relative = ofScore + 2 * sums ** 2 + common.weights + (isEager ? 3 * short : 0);
  const ofFloor = floor * (1 + (rows.dWeights.data[at] - rows.dots[row]) ** 2);
  const own = weight ** 2 * (ofChange + common.dots) + change ** 2 * relative + ofFloor;
  if (part === "d-scores" || !rows.bent) return own;
  const t = rows.bent.data[at];
  const slope = (1 - t * t) ** 2;
  const tanh = 4 * t * t;
  const cap = head.task.softcap ?? 1;
  return (
    slope * own +
    change ** 2 * tanh * (t * t * (sums ** 2 + (isEager ? short : 0)) + (slope * ofScore) / cap ** 2)
  );
}
