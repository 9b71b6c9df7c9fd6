import { type Attended, type Attention, attendPlainly } from "./attention.js";
import { beginByKernel } from "./kernels/attention.js";
import { kernelsFor } from "./kernels/instance.js";

/**
 * Computes attention in memory O((n + m)·d). Saturated rows, empty rows and NaN give the same as in the recorded steps.
 */
export const attendRowByRow = (attention: Attention): Attended =>
  beginInKernels(attention, true)?.() ?? attendPlainly(attention);

/**
 * Begins the same attention in the kernels, and returns a function that finishes it. If a helper thread runs, it begins
 * at once. Returns undefined without kernels, or if this attention does not fit into them. `beginByKernel` says how long
 * results last that are not collected.
 */
export function beginInKernels(
  attention: Attention,
  isCollected?: true,
): (() => Attended | undefined) | undefined {
  const { query, key, value } = attention;
  const kernels = kernelsFor(query.rows * key.rows * (query.cols + value.cols));
  return kernels && beginByKernel(kernels, attention, isCollected);
}
