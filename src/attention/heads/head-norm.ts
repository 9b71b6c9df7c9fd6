import { recordNorm } from "../layer/norm.js";
import type { Recorder, Ref } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import type { MultiheadSettings } from "./multihead-settings.js";

type HeadNormSettings = Pick<MultiheadSettings, "eps">;

/**
 * Records queries or keys of a head behind their RMS norm (Qwen3), before they are turned, where there is a weight for one: else
 * they stay. columns: n×d_k, weight: 1×d_k → n×d_k. Throws SHAPE_MISMATCH.
 */
export function recordHeadNorm(
  recorder: Recorder,
  columns: Ref,
  id: "q-norm" | "k-norm",
  weight: Ref | undefined,
  { eps }: HeadNormSettings,
): Ref {
  if (!weight) return columns;
  return recordNorm(recorder, columns, { id, weight, width: "d_k" }, { normKind: "rms", eps });
}

/** States what is normed in each head, and by which ε. */
export function stateHeadNorms(
  recorder: Recorder,
  { queryNorm, keyNorm }: GivenRefs,
  { eps }: HeadNormSettings,
): void {
  if (!queryNorm && !keyNorm) return;
  const what = queryNorm && keyNorm ? "queries and keys" : queryNorm ? "queries" : "keys";
  recorder.convention("headNorm", eps, `RMS norm of each head's ${what}, ε = ${eps}`);
}
