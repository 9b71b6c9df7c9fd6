import type { Matrix } from "../math/matrix.js";
import {
  entropyRowByRow,
  largestRowByRow,
  logSumExp,
  outputRowByRow,
  strongestRowByRow,
} from "../ops/row-by-row.js";
import type { RowByRow } from "../ops/row-scores.js";
import type { Recorder, Ref } from "../trace/recorder.js";
import { emptyRowsOf } from "./conditioning.js";
import type { InForce } from "./conventions.js";
import { describeMeasures } from "./row-measures.js";
import { reportOverflow, reportRowsWithoutKey } from "./row-reports.js";
import { requireQueryRows, requireShapes } from "./shapes.js";
import { partsOfScores, refuseScores, type Unscored } from "./unscored.js";

/** What is recorded of an attention row by row. */
export interface RowsRead {
  /** n×d_v */
  readonly output: Ref;
  /** n×1 each. */
  readonly entropy: Ref;
  readonly strongestKey: Ref;
  readonly largestWeight: Ref;
}

/**
 * Records the output (the step `as`) and what is known of each row, and no step of n×m numbers. Shapes as in
 * recordAlignment. `isRowByRow` has been asked. Throws SHAPE_MISMATCH, and EMPTY_ROW as recordSoftmax does.
 */
export function recordRowByRow(
  recorder: Recorder,
  unscored: Unscored,
  inForce: InForce,
  as: { readonly id: string; readonly title: string },
): RowsRead {
  const { key, value, biases } = unscored;
  const { compares, inputs } = partsOfScores(recorder, unscored);
  if (!value || !compares) return refuseScores();
  const [query, compared, ...vA] = inputs;
  const scores = { rows: query.output().rows, cols: compared.output().rows };
  for (const bias of biases) requireQueryRows(scores, "bias", bias.output());
  requireShapes(["weights", scores, "n", "m"], ["value", value.output(), "m", "d_v"]);
  const used = [query, compared, value, ...biases, ...vA];
  const params = paramsOf(inForce, compares, biases.length > 0, scores);
  const [queries, keys] = [query.axes[0], key.axes[0]];
  const output = recorder.step(outputRowByRow, used, params, {
    ...as,
    formula: `${as.title[0]} = softmax(S) V, row by row`,
    axes: [queries, value.axes[1]],
    notes: ["scores and weights are made one row at a time and not kept (--no-stream keeps them)"],
  });
  const measures = describeMeasures(output, keys);
  const total = recorder.step(logSumExp, used, params, measures.logSumExp);
  const read = {
    output,
    strongestKey: recorder.step(strongestRowByRow, used, params, measures.strongestKey),
    largestWeight: recorder.step(largestRowByRow, used, params, measures.largestWeight),
    entropy: recorder.step(entropyRowByRow, used, params, measures.entropy),
  };
  recorder.convention({
    name: "stream",
    value: true,
    text: "row by row: no step of n×m numbers is kept",
  });
  reportRowsWithoutKey(recorder, emptyRows(total.output()), queries, inForce.emptyRow);
  reportOverflow(recorder, total.output(), queries);
  return read;
}

/** What the ops go by; without a mask every query may attend to every key. */
function paramsOf(
  { mask, scale, softcap, emptyRow }: InForce,
  compares: RowByRow["compares"],
  hasBias: boolean,
  { rows, cols }: { readonly rows: number; readonly cols: number },
): RowByRow {
  return {
    ...(mask?.ranges() ?? { low: new Float64Array(rows), high: new Float64Array(rows).fill(cols) }),
    ...emptyRowsOf(emptyRow),
    blocked: mask?.cells,
    scale: scale?.factor ?? 1,
    softcap,
    compares,
    hasBias,
  };
}

/** The rows whose log-sum-exp is −∞. */
function emptyRows({ data }: Matrix): readonly number[] {
  return Array.from(data.keys()).filter((row) => data[row] === Number.NEGATIVE_INFINITY);
}
