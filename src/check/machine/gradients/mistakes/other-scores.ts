import { isBlocked } from "../../../../math/blocked.js";
import { type Matrix, rowsOf } from "../../../../math/matrix.js";
import { multiplyTransposed } from "../../../../math/product.js";
import { cellFor } from "../../row-scores.js";
import type { RowsBack } from "../rows-back.js";
import { cells, type ReplayedHead } from "./gradient-mistake.js";

/** Q·Kᵀ of some rows, count×m. */
export const productsOf = ({ first, count }: RowsBack, { task }: ReplayedHead): Matrix =>
  multiplyTransposed(rowsOf(task.query, { first, count }), task.key);

/** What is otherwise when scores are worked again. */
interface OtherScores {
  readonly products: Matrix;
  readonly scale?: number;
  /** None where the softcap is left out. */
  readonly softcap?: number | undefined;
  readonly hasBias?: boolean;
  sees?(row: number, key: number): boolean;
}

/** Scores of some rows as they enter the softmax, with something done otherwise; −∞ where a query may not attend. */
export function scoresWith({ first }: RowsBack, { task }: ReplayedHead, other: OtherScores): Matrix {
  const { bias, blocked } = task;
  const { products, scale = task.scale, hasBias = true, sees } = other;
  const softcap = "softcap" in other ? other.softcap : task.softcap;
  return cells(products, (at, row, key) => {
    const query = first + row;
    const isSeen = sees ? sees(query, key) : !blocked || !isBlocked(blocked, query, key);
    if (!isSeen) return Number.NEGATIVE_INFINITY;
    const score = products.data[at] * scale;
    const capped = softcap === undefined ? score : softcap * Math.tanh(score / softcap);
    return capped + (bias && hasBias ? cellFor(bias, query, key) : 0);
  });
}
