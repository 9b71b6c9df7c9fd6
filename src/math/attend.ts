import { type Attended, type Attention, attendPlainly } from "./attention.js";
import { beginByKernel } from "./kernels/attention.js";
import { kernelsFor } from "./kernels/instance.js";

/** Attention in memory O((n + m)·d). Sharp rows, empty rows and NaN as in the recorded steps. */
export const attendRowByRow = (attention: Attention): Attended => beginAttention(attention)();

/** The same as a function that gives it when it is done: where there is a helper, it begins meanwhile. */
export function beginAttention(attention: Attention): () => Attended {
  const { query, key, value } = attention;
  const kernels = kernelsFor(query.rows * key.rows * (query.cols + value.cols));
  return (kernels && beginByKernel(kernels, attention)) ?? (() => attendPlainly(attention));
}
