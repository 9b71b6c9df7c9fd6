import type { Recorder, Ref, StepOverrides } from "./recorder.js";
import { type Layout, productFor, storedAs } from "./scoring/scoring.js";
import { requireShapes } from "./shapes.js";
import type { StepName } from "./steps.js";

/** X, W and, if there is one, b. */
export type LinearParts = readonly [x: Ref, w: Ref, b?: Ref | undefined];

/** Records X·W + b for a W stored in `layout`. n×`from` → n×d_out. Throws SHAPE_MISMATCH. */
export function recordLinear(
  recorder: Recorder,
  id: StepName,
  [x, w, b]: LinearParts,
  layout: Layout,
  from: string,
  overrides?: StepOverrides,
): Ref {
  requireShapes([x, "n", from], [w, ...storedAs(layout, from, "d_out")], b && [b, "1", "d_out"]);
  return recorder.record(id, productFor(layout), [x, w, b], undefined, overrides);
}
