import { sumOver } from "../../../math/lists.js";
import { rowOf } from "../../../math/matrix.js";
import type { RoundingModel } from "../expected-error.js";
import { MAX_CELL_UNITS } from "../rule.js";
import { indicesWhere, isOffInRow, spread } from "../where.js";
import { workRows } from "./backward-rows.js";
import type { MeasuredGradient } from "./dumped-gradient.js";
import { varianceOfReplay } from "./error-growth.js";
import type { GradientSearchContext, GradientVariant, ReplayedHead } from "./mistakes/gradient-mistake.js";
import { productsOf } from "./products.js";
import { summing } from "./replay-heads.js";

// A row of dQ depends on its own query alone. So a few rows rule most mistakes out, before a whole head is replayed.
// The limits are those of a whole replay ("Causes" in docs/precision.md), except that twice as much may be left.

const MAX_WRONG = 8;
const MAX_RIGHT = 4;

/** If all heads together have fewer cells in their n×m matrices, a whole replay takes little time. */
const WORTH_PROBING = 2 ** 12;

/** Whether a mistake gives the rows of dQ that are tried. True if single rows cannot show it. */
export function canReproduce(
  { ofWhole, ...changed }: GradientVariant,
  { heads, hasRope }: GradientSearchContext,
  measured: readonly MeasuredGradient[],
  rounding: RoundingModel,
): boolean {
  const variant = ofWhole ?? changed;
  const isOfRows = !variant.finish && !variant.rotation && !variant.needsAllRows && !variant.task;
  const cells = sumOver(heads, ({ task }) => task.query.rows * task.key.rows);
  if (!isOfRows || hasRope || cells < WORTH_PROBING) return true;
  const found = measured.flatMap((one) => {
    const head = heads.find(({ steps, task }) => isOf(one, steps.query?.id, task.scope));
    return head ? [{ one, head }] : [];
  });
  const asked = ofWhole ? found.filter(({ one }) => !one.isRight) : found;
  return asked.slice(0, 2).every(({ one, head }) => rowsFit(variant, head, one, rounding, !ofWhole));
}

const isOf = ({ target }: MeasuredGradient, id: string | undefined, scope: string) =>
  target.id === id && target.scope === scope;

function rowsFit(
  variant: GradientVariant,
  head: ReplayedHead,
  { target: { got, expected }, units, variance, slack }: MeasuredGradient,
  rounding: RoundingModel,
  isOfAllRows: boolean,
): boolean {
  const { cols } = got;
  const isWrong = (row: number) => isOffInRow(units, cols, row);
  const rows = [
    ...spread(indicesWhere(got.rows, isWrong), MAX_WRONG),
    ...spread(
      indicesWhere(got.rows, (row) => isOfAllRows && !isWrong(row)),
      MAX_RIGHT,
    ),
  ];
  let [left, all, noise] = [0, 0, 0];
  for (const row of rows) {
    const block = workRows(head, row, 1);
    const { pairs, by, factor } = productsOf(block, head, variant.change?.(block, head)).query;
    const made = summing(variant)("query", pairs, by);
    const own = { ...made, data: made.data.map((sum) => factor * sum) };
    const want = { ...made, data: rowOf(expected.want, row) };
    // If this row grows more than the whole, it may have larger errors.
    const errors = varianceOfReplay(own, want, variance.subarray(row * cols, (row + 1) * cols), rounding);
    for (let c = 0, at = row * cols; c < cols; c++, at++) {
      if (!Number.isFinite(got.data[at])) continue;
      left += (got.data[at] - own.data[c]) ** 2;
      all += (got.data[at] - want.data[c]) ** 2;
      noise += errors[c] + (slack?.[at] ?? 0) ** 2;
    }
  }
  return left < MAX_LEFT ** 2 * all + MAX_CELL_UNITS ** 2 * noise;
}

/**
 * The largest share of the difference that may be left in these rows, besides rounding: twice that of a whole gradient.
 */
const MAX_LEFT = 0.6;
