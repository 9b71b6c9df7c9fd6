import { slice } from "../ops/product.js";
import { rowLogSumExp } from "../ops/softmax.js";
import type { Recorder, Ref } from "../trace/recorder.js";
import { recordConditioning } from "./conditioning.js";
import type { InForce } from "./conventions.js";
import { maskOfQuery } from "./masks/combine.js";
import { recordSoftmax, recordWeightedSum } from "./softmax.js";
import { refuseScores, type Unscored } from "./unscored.js";

/**
 * Records every step of one query, as if there were no other: what `--why` shows of an attention row by row. Its row is
 * labelled with its number, so that it is called as in the whole. 1×m and 1×d_v.
 */
export function recordOneQuery(
  recorder: Recorder,
  { query, value, recordScores, biases }: Unscored,
  inForce: InForce,
  row: number,
  as: { readonly id: string; readonly title: string },
): { readonly weights: Ref; readonly output: Ref } {
  if (!value) return refuseScores();
  const labels = [query.axes[0].labels?.[row] ?? String(row)];
  const recordRow = (of: Ref, id: string, title: string) =>
    recorder.step(
      slice,
      [of],
      { firstRow: row, firstCol: 0, rows: 1, cols: of.output().cols },
      {
        id,
        title,
        formula: `row ${row} of ${of.key}`,
        axes: [{ ...of.axes[0], labels, first: row }, of.axes[1]],
      },
    );
  const own = recordRow(query, "query-row", "Query of this row");
  const ownBiases = biases.map((bias) =>
    bias.output().rows === 1 ? bias : recordRow(bias, "bias-row", "Bias of this row"),
  );
  const mask = inForce.mask && maskOfQuery(inForce.mask, row);
  const scores = recordConditioning(recorder, recordScores(recorder, own), { ...inForce, mask }, ownBiases);
  recorder.step(rowLogSumExp, [scores], undefined, {
    id: "log-sum-exp",
    title: "log-sum-exp",
    formula: "ln Σ_j e^s_ij",
    axes: [scores.axes[0], { name: "measure" }],
  });
  const weights = recordSoftmax(recorder, scores, { ...inForce, mask });
  const output = recordWeightedSum(recorder, weights, value, as.id, as.title);
  return { weights, output };
}
