import { setting } from "../../errors.js";
import { multiplyCells } from "../../ops/elementwise.js";
import { gaussian } from "../../ops/local.js";
import { rowSums } from "../../ops/product.js";
import { normalizeRows } from "../../ops/softmax.js";
import type { AttendSettings } from "../attend-settings.js";
import { type Conditioning, emptyRowsOf } from "../conventions.js";
import type { Recorder, Ref } from "../recorder.js";

/**
 * Records the weights of local attention: α = align · e^(−(j − p)² / 2σ²), σ = D/2 (Luong et al. 2015, eq. 10). align:
 * n×m, aligned positions: n×1 → n×m. The rows then sum to less than 1. They are divided by their sum only if
 * `localRenormalize` is set.
 */
export function recordLocalWeights(
  recorder: Recorder,
  align: Ref,
  alignedPositions: Ref,
  { mask, emptyRow }: Pick<Conditioning, "mask" | "emptyRow">,
  { localWindow, localRenormalize }: AttendSettings,
): Ref {
  const sigma = localWindow / 2;
  recorder.convention("localWindow", localWindow, `D = ${localWindow}, σ = D/2 = ${sigma}`);
  recorder.convention(
    "localRenormalize",
    localRenormalize,
    localRenormalize ? "local weights divided by their row's sum" : "local weights not renormalised",
  );
  const falloff = recorder.record(
    "falloff",
    gaussian,
    [alignedPositions],
    { cols: align.shape.cols, sigma },
    { axes: align.axes },
  );
  const blocked = mask?.cells;
  const parts = [align, falloff];
  if (!localRenormalize) {
    return recorder.record("weights", multiplyCells, parts, undefined, {
      formula: "α = align · fall-off",
      blocked,
      notes: [BELOW_ONE],
    });
  }
  const product = recorder.record("local-weights", multiplyCells, parts, undefined, { blocked });
  const sums = recorder.record("local-sums", rowSums, [product]);
  return recorder.record("weights", normalizeRows, [product, sums], emptyRowsOf(emptyRow), {
    formula: "α = local weights / Σ",
    blocked,
  });
}

const BELOW_ONE =
  "A row sums below 1: the softmax gives a sum of 1, and the fall-off reduces the weight of every key that is not exactly at p. " +
  `Luong et al. do not renormalise; ${setting("localRenormalize")} does.`;
