import { type Attended, type Attention, attendPlainly } from "./attention.js";
import { attendByKernel } from "./kernels/attention.js";
import { kernelsFor } from "./kernels/instance.js";

/** Attention in memory O((n + m)·d). Sharp rows, empty rows and NaN as in the recorded steps. */
export function attendRowByRow(attention: Attention): Attended {
  const { query, key, value } = attention;
  const kernels = kernelsFor(query.rows * key.rows * (query.cols + value.cols));
  return (kernels && attendByKernel(kernels, attention)) ?? attendPlainly(attention);
}
