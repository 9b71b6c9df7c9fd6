import { slice } from "../../ops/parts.js";
import type { Axis } from "../../trace/axis.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import type { ModelRun } from "./architecture.js";
import { recordFinalNorm, recordLogits } from "./head.js";
import type { RecordedStack } from "./stack.js";
import { toldRow } from "./tokens.js";

/**
 * Records what the head would read off the residual stream behind each layer, in its scope: `lens-input` (the row that is told),
 * its norm and `lens-logits`, 1×vocabulary (nostalgebraist 2020). Gives the logits, one for each layer; none for a model
 * without a head.
 */
export function recordLogitLens(
  recorder: Recorder,
  run: ModelRun,
  { residuals, stack: { scope, refs } }: RecordedStack,
  vocabulary: Axis,
): readonly Ref[] {
  const row = toldRow(run, residuals[0].shape.rows);
  return residuals.flatMap((residual, index) =>
    recorder.within([...scope, { kind: "layer", index }], () => {
      const told = recorder.step(slice, [residual], {
        params: { firstRow: row, firstCol: 0, rows: 1, cols: residual.shape.cols },
        ...{ id: "lens-input", title: "Residual stream of one token", formula: `row ${row} of residual` },
        axes: [{ ...residual.axes[0], ...labelOf(residual, row), first: row }, residual.axes[1]],
      });
      const normed = recordFinalNorm(recorder, told, refs, run.architecture, "lens-");
      return recordLogits(recorder, normed, refs, run.architecture, vocabulary, "lens-") ?? [];
    }),
  );
}

const labelOf = ({ axes: [{ labels }] }: Ref, row: number) => (labels ? { labels: [labels[row]] } : {});
