import { rowOf } from "../../../math/matrix.js";
import { assemblerOf } from "../assemble.js";
import { strictRounding } from "../expected-error.js";
import type { AssembledRow } from "../fit.js";
import { FLOAT_TYPES } from "../float-types.js";
import { comparedRows } from "../judge-output.js";
import type { Precision } from "../precision.js";
import { makeRow } from "../rows.js";
import { isOff, isRounding, summariseUnits, unitOf } from "../rule.js";
import type { Attentions, Target } from "../target.js";
import type { Task } from "../task.js";
import { spread } from "../where.js";

const MAX_ROWS = 8;

/**
 * Whether some rows of an output are right within rounding. Computes only these rows, of attentions that `alter`
 * changes. Returns undefined if the answer is not an output.
 */
export function seemsRight(
  attentions: Attentions,
  target: Target,
  precision: Precision,
  alter: (task: Task) => Task = (task) => task,
): boolean | undefined {
  const assemble = assemblerOf(attentions, target, strictRounding(precision));
  if (!assemble) return undefined;
  const { got } = target;
  const { largest } = FLOAT_TYPES[precision.stored];
  return spread(comparedRows(target.expected, got), MAX_ROWS).every((row) => {
    const made = assemble((task) => makeRow(alter(task), row));
    const dumpedRow = rowOf(got, row);
    // A row that may attend to no key proves nothing.
    if (!made) return true;
    const unitsBy = ({ output, variance }: Pick<AssembledRow, "output" | "variance">) =>
      output.map((value, c) => unitOf(dumpedRow[c], value, variance[c], 0, largest));
    // Most settings fail here already.
    if (made.sample && unitsBy(made.sample).some(isOff)) return false;
    const units = unitsBy(made);
    return isRounding({ ...summariseUnits(units, got.cols), all: 0 }, 1, got.cols);
  });
}
