import { upTo } from "../../math/lists.js";
import { diagnoseOutput } from "./diagnose.js";
import { isShort } from "./expected-error.js";
import { comparedRows, type Judged } from "./judge-output.js";
import { LOG_SUM_EXP, rightLogSumExp } from "./mistakes/log-sum-exp.js";
import { turnedBy } from "./mistakes/orders.js";
import { wrongPlaces } from "./mistakes/readings.js";
import { rowsShifted } from "./mistakes/values.js";
import type { MadeRow } from "./rows.js";
import { isOff, isRounding, summariseUnits, unitOf } from "./rule.js";
import type { Target } from "./target.js";
import type { FoundMistake, JudgingContext } from "./target-report.js";
import type { Task } from "./task.js";
import { indicesWhere, spread } from "./where.js";

const MAX_ROWS_OF_LOG_SUM_EXP = 24;

/** The minimum number of wrong rows that show a shift. */
const MIN_ROWS = 4;

/** Finds mistakes in the log-sum-exp alone. If none fits, finds mistakes in the attention behind it. */
export function findOfLogSumExp(
  { got, expected }: Target,
  of: NonNullable<Target["of"]>,
  { rounding: strict, units }: Judged,
  { homework, attentions, slack, likely, time, allBatches }: JudgingContext,
): readonly FoundMistake[] {
  const rounding = { ...strict, roundsScores: isShort(strict.compute) };
  const variance = expected.variance(rounding);
  const numWrong = units.filter(isOff).length;
  const rows = spread(comparedRows(expected, got), MAX_ROWS_OF_LOG_SUM_EXP);
  const fits = (made: (row: number) => number, isSum = false, compared = rows) => {
    const off = Float64Array.from(compared, (row) => {
      const value = made(row);
      // The error grows with the computed number, which may be larger than the right one.
      const right = isSum ? 1 : expected.want.data[row] || 1;
      const larger = Math.max(1, Math.abs(value / right)) ** 2;
      return unitOf(got.data[row], value, variance[row] * larger, slack?.[row] ?? 0);
    });
    return isRounding(summariseUnits(off, 1), compared.length, 1);
  };
  const alone = LOG_SUM_EXP.filter(({ makes, isSum }) =>
    makes.some((make) => fits((row) => make(of.task, row), isSum)),
  );
  const explained = { explains: numWrong, of: numWrong };
  if (alone.length > 0) return alone.map((mistake) => ({ mistake, ...explained }));
  const wrongRows = spread(
    indicesWhere(got.rows, (row) => isOff(units[row])),
    MAX_ROWS_OF_LOG_SUM_EXP,
  );
  const places = [
    ...upTo(got.rows, 1).map((shift) => ({
      order: turnedBy(shift),
      way: { by: shift > got.rows / 2 ? shift - got.rows : shift },
    })),
    ...Array.from(wrongPlaces("i", got.rows), ({ said, order }) => ({ order, way: { row: said } })),
  ];
  const moved = places.find(
    ({ order }) =>
      wrongRows.length >= MIN_ROWS &&
      fits((row) => rightLogSumExp(of.task, order(row, got.rows)), false, wrongRows),
  );
  if (moved) return [{ mistake: rowsShifted, ways: [moved.way], ...explained }];
  const assemble = (make: (task: Task) => MadeRow | undefined) => {
    const made = make(of.task);
    return (
      made && {
        output: Float64Array.of(made.logSumExp),
        variance: Float64Array.of(varianceFor(made.logSumExp)),
      }
    );
  };
  const scale = variance.reduce((most, own) => Math.max(most, own), 0);
  const varianceFor = (value: number) => scale * Math.max(1, Math.abs(value));
  const compared = { got, want: expected.want, rows: expected.rows };
  const wrong = { ...compared, rounding, units, slack, tasks: attentions.tasks, allBatches, assemble };
  // Mistakes behind the softmax leave the same log-sum-exp as the earlier ones of the list.
  const [first] = diagnoseOutput(homework, wrong, { likely, time });
  return first ? [{ ...first, kernel: first.mistake }] : [];
}
