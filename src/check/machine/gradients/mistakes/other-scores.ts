import { isBlocked } from "../../../../math/blocked.js";
import { type Matrix, rowsOf } from "../../../../math/matrix.js";
import { multiplyTransposed } from "../../../../math/product.js";
import { cellFor } from "../../row-scores.js";
import type { RowsBack } from "../rows-back.js";
import {
  cells,
  type GradientVariant,
  type ReplayedHead,
  weightsFrom,
  withWeights,
} from "./gradient-mistake.js";

/** Q·Kᵀ of some rows, count×m. */
export const productsOf = ({ first, count }: RowsBack, { task }: ReplayedHead): Matrix =>
  multiplyTransposed(rowsOf(task.query, { first, count }), task.key);

/** What is otherwise when scores are worked again. */
interface OtherScores {
  readonly scale?: number;
  /** None where the softcap is left out. */
  readonly softcap?: number | undefined;
  readonly hasBias?: boolean;
  sees?(row: number, key: number): boolean;
}

/** Scores of some rows as they enter the softmax, with something done otherwise; −∞ where a query may not attend. */
export function scoresWith(rows: RowsBack, head: ReplayedHead, other: OtherScores): Matrix {
  const { task } = head;
  const { bias, blocked } = task;
  const { scale = task.scale, hasBias = true, sees } = other;
  const softcap = "softcap" in other ? other.softcap : task.softcap;
  const products = productsOf(rows, head);
  return cells(products, (at, row, key) => {
    const query = rows.first + row;
    const isSeen = sees ? sees(query, key) : !blocked || !isBlocked(blocked, query, key);
    if (!isSeen) return Number.NEGATIVE_INFINITY;
    const score = products.data[at] * scale;
    const capped = softcap === undefined ? score : softcap * Math.tanh(score / softcap);
    return capped + (bias && hasBias ? cellFor(bias, query, key) : 0);
  });
}

/** The weights of other scores, by the log-sum-exp of the forward pass; perhaps with another slope of the softcap. */
export const workedAgain = (other: OtherScores, slope?: () => number): GradientVariant => ({
  change: (rows, head) =>
    withWeights(
      rows,
      weightsFrom(scoresWith(rows, head, other), (row) => rows.logSumExp[row]),
      slope,
    ),
});
