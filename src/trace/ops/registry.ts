import { add, mask, scale, softcap } from "./elementwise.js";
import { matmul, matmulTransposed, slice } from "./product.js";
import { concatenatedDot, cosine, tanhSum } from "./similarity.js";
import { columnSums, exponentials, normalizeRows, rowSums } from "./softmax.js";
import { relativeEntropy, rowArgmax, rowMaximum } from "./summary.js";

/** Every op, by the name it has in code. The law of explanations is swept over this table. */
export const OPS = {
  matmul,
  matmulTransposed,
  slice,
  scale,
  softcap,
  add,
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
} as const;
