import type { Recorder, Ref } from "../../trace/recorder.js";
import type { NormSettings } from "../layer/layer-settings.js";
import { recordNorm } from "../layer/norm.js";

/** Records queries or keys of a head behind their norm, n×d_k, where there are a weight and settings for one: else they stay. */
export function recordHeadNorm(
  recorder: Recorder,
  columns: Ref,
  id: "q-norm" | "k-norm",
  weight: Ref | undefined,
  settings: NormSettings | undefined,
): Ref {
  const title = `Norm of the ${id === "q-norm" ? "queries" : "keys"}`;
  return weight && settings ? recordNorm(recorder, columns, { id, title, weight }, settings) : columns;
}
