import type { Recorder, Ref } from "../../trace/recorder.js";
import type { Axis } from "../../trace/trace.js";
import { productFor } from "./scoring.js";

const WRITTEN = {
  query: { id: "query-features", title: "Query features", symbol: "Q", w: "W_a" },
  key: { id: "key-features", title: "Key features", symbol: "K", w: "U_a" },
} as const;

/** Queries or keys after a scoring's own W: the step `query-features` or `key-features`. */
export function recordFeatures(
  recorder: Recorder,
  of: "query" | "key",
  vectors: Ref,
  w: Ref,
  layout: "in-out" | "out-in",
  features: Axis = { name: "d_a" },
  wWritten: string = WRITTEN[of].w,
): Ref {
  const { id, title, symbol } = WRITTEN[of];
  const { op, times } = productFor(layout);
  return recorder.step(op, [vectors, w], undefined, {
    id,
    title,
    formula: times(symbol, wWritten),
    axes: [vectors.axes[0], features],
  });
}
