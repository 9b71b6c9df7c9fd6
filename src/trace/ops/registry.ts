import { buckets, clipped, distances, lookUpRows, slopeBias, slopes } from "./distances.js";
import { add, mask, mean, scale, softcap } from "./elementwise.js";
import { divideFrequencies, ramp, wavelengths } from "./frequencies.js";
import { argmaxOfEach, distinctPlaces, headOfColumn, meanOfRows } from "./heads.js";
import { joinColumns, matmul, matmulTransposed, slice, stackRows } from "./product.js";
import { concatenatedDot, cosine, tanhSum } from "./similarity.js";
import { columnSums, exponentials, normalizeRows, rowSums } from "./softmax.js";
import { relativeEntropy, rowArgmax, rowMaximum } from "./summary.js";
import { angles, frequencyPowers, rotatePairs, sinusoids } from "./waves.js";

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
  distinctPlaces,
  frequencyPowers,
  angles,
  sinusoids,
  rotatePairs,
  ramp,
  divideFrequencies,
  wavelengths,
  distances,
  slopes,
  slopeBias,
  buckets,
  clipped,
  lookUpRows,
} as const;
