import { add, mask, mean, scale, softcap } from "./elementwise.js";
import { argmaxOfEach, headOfColumn, meanOfRows } from "./heads.js";
import { joinColumns, matmul, matmulTransposed, slice, stackRows } from "./product.js";
import { concatenatedDot, cosine, tanhSum } from "./similarity.js";
import { columnSums, exponentials, normalizeRows, rowSums } from "./softmax.js";
import { relativeEntropy, rowArgmax, rowMaximum } from "./summary.js";

/** Every op, by the name it has in code. The law of explanations is swept over this table. */
export const OPS = {
  matmul,
  matmulTransposed,
  slice,
  stackRows,
  joinColumns,
  scale,
  softcap,
  add,
  mean,
  mask,
  exponentials,
  rowSums,
  columnSums,
  normalizeRows,
  tanhSum,
  cosine,
  concatenatedDot,
  relativeEntropy,
  rowMaximum,
  rowArgmax,
  headOfColumn,
  meanOfRows,
  argmaxOfEach,
} as const;
