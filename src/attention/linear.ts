import { matmul, matmulTransposed } from "../ops/product.js";
import { type Ref, record, type StepOverrides } from "./recorder.js";
import { requireShapes } from "./shapes.js";
import type { StepName } from "./steps.js";

/** How W is stored: in × out (x·W), or out × in (x·Wᵀ) as in torch. */
export type Layout = "in-out" | "out-in";

/** Returns the op for x·W in the layout of W. */
export const productFor = (layout: Layout) => (layout === "in-out" ? matmul : matmulTransposed);

/** Returns the shape of a W that maps `from` to `to`, as it is stored in `layout`. */
export function storedAs(layout: Layout, from: string, to: string): readonly [string, string] {
  return layout === "in-out" ? [from, to] : [to, from];
}

/** X, W and, if there is one, b. */
export type LinearParts = readonly [x: Ref, w: Ref, b?: Ref | undefined];

/** Records X·W + b for a W stored in `layout`. n×`from` → n×d_out. Throws SHAPE_MISMATCH. */
export function recordLinear(
  id: StepName,
  [x, w, b]: LinearParts,
  layout: Layout,
  from: string,
  overrides?: StepOverrides,
): Ref {
  requireShapes([x, "n", from], [w, ...storedAs(layout, from, "d_out")], b && [b, "1", "d_out"]);
  return record(id, productFor(layout), [x, w, b], undefined, overrides);
}
