import { type Attended, type Attention, attendPlainly } from "./attention.js";
import { beginByKernel } from "./kernels/attention.js";
import { kernelsFor } from "./kernels/instance.js";

/** Attention in memory O((n + m)·d). Sharp rows, empty rows and NaN as in the recorded steps. */
export const attendRowByRow = (attention: Attention): Attended =>
  beginInKernels(attention)?.() ?? attendPlainly(attention);

/**
 * The same by the kernels, as a function that gives it when it is done: where there is a helper, it begins meanwhile. Undefined where there
 * are no kernels, or they do not hold this attention.
 */
export function beginInKernels(attention: Attention): (() => Attended) | undefined {
  const { query, key, value } = attention;
  const kernels = kernelsFor(query.rows * key.rows * (query.cols + value.cols));
  return kernels && beginByKernel(kernels, attention);
}
