import { gelu, geluTanh, relu, silu } from "./activation.js";
import { geluGradient, geluTanhGradient, reluGradient, siluGradient } from "./activation-gradient.js";
import { centredRanks, rankCorrelation, totalVariation } from "./agreement.js";
import { addToRows, buckets, clipped, distances, lookUpRows, slopeBias, slopes } from "./distances.js";
import { add, mean, same, scale, softcap, subtract, tanh, tanhGradient } from "./elementwise.js";
import { divideFrequencies, ramp, wavelengths } from "./frequencies.js";
import { argmaxOfEach, distinctPlaces, headOfColumn, meanOfRows } from "./heads.js";
import { columnFrequencies, fittedShift, pairFit } from "./least-squares.js";
import { gaussian, multiplyCells, ownPlaces, predictedPlaces } from "./local.js";
import { gaussianGradient, placeFeatureGradient, placeWeightGradient } from "./local-gradient.js";
import {
  crossEntropy,
  crossEntropyGradient,
  meanSquaredError,
  meanSquaredErrorGradient,
  repeatCell,
  sumOfCells,
} from "./losses.js";
import { addToMasked, eraseMasked, mask } from "./masking.js";
import {
  divideByRootMeanSquare,
  rowMeanSquares,
  rowMeans,
  rowVariances,
  scaleColumns,
  standardiseRows,
} from "./normalisation.js";
import {
  columnDots,
  rootGradient,
  rowMeanSquaresGradient,
  rowMeansGradient,
  rowVariancesGradient,
  standardiseMeansGradient,
  varianceMeansGradient,
} from "./normalisation-gradient.js";
import { rotatePairs } from "./pairs.js";
import { joinColumns, padColumns, placeParts, slice, stackRows } from "./parts.js";
import { matmul, matmulTransposed, transposedMatmul } from "./product.js";
import { shares } from "./shares.js";
import { shiftRotation } from "./shift.js";
import { concatenatedDot, cosine, tanhSum } from "./similarity.js";
import {
  concatenatedDotKeyGradient,
  concatenatedDotQueryGradient,
  concatenatedDotWeightGradient,
  cosineKeyGradient,
  cosineQueryGradient,
} from "./similarity-gradient.js";
import { exponentials, normalizeRows } from "./softmax.js";
import { normalizationGradient, rowDots, softmaxGradient } from "./softmax-gradient.js";
import { jacobianNorm, softmaxJacobian } from "./softmax-jacobian.js";
import { countSizes, drawUniform, measured } from "./sources.js";
import { effectiveKeys, relativeEntropy, rowArgmax, rowLogSumExp, rowMaximum } from "./summary.js";
import { columnSums, rowSums } from "./sums.js";
import { tanhSumKeyGradient, tanhSumQueryGradient, tanhSumWeightGradient } from "./tanh-sum-gradient.js";
import { tiles } from "./tiles.js";
import { angles, frequencyPowers, sinusoids } from "./waves.js";
import { weightedSum } from "./weighted-sum.js";
import { addWindows, rowWindows } from "./windows.js";

/** Every op, by the name it has in code. The law of explanations is swept over this table. */
export const OPS = {
  matmul,
  matmulTransposed,
  weightedSum,
  slice,
  stackRows,
  rowWindows,
  addWindows,
  joinColumns,
  padColumns,
  scale,
  softcap,
  tanh,
  add,
  mean,
  subtract,
  same,
  relu,
  gelu,
  geluTanh,
  silu,
  rowMeans,
  rowVariances,
  rowMeanSquares,
  standardiseRows,
  divideByRootMeanSquare,
  scaleColumns,
  mask,
  addToMasked,
  eraseMasked,
  exponentials,
  rowSums,
  rowLogSumExp,
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
  shares,
  tiles,
  argmaxOfEach,
  distinctPlaces,
  frequencyPowers,
  angles,
  sinusoids,
  rotatePairs,
  ramp,
  divideFrequencies,
  wavelengths,
  shiftRotation,
  fittedShift,
  pairFit,
  columnFrequencies,
  distances,
  slopes,
  slopeBias,
  buckets,
  clipped,
  lookUpRows,
  effectiveKeys,
  softmaxJacobian,
  jacobianNorm,
  centredRanks,
  rankCorrelation,
  totalVariation,
  ownPlaces,
  predictedPlaces,
  gaussian,
  multiplyCells,
  drawUniform,
  measured,
  countSizes,
  transposedMatmul,
  placeParts,
  addToRows,
  tanhGradient,
  rowDots,
  softmaxGradient,
  normalizationGradient,
  tanhSumQueryGradient,
  tanhSumKeyGradient,
  tanhSumWeightGradient,
  cosineQueryGradient,
  cosineKeyGradient,
  concatenatedDotQueryGradient,
  concatenatedDotKeyGradient,
  concatenatedDotWeightGradient,
  gaussianGradient,
  placeFeatureGradient,
  placeWeightGradient,
  sumOfCells,
  meanSquaredError,
  meanSquaredErrorGradient,
  crossEntropy,
  crossEntropyGradient,
  repeatCell,
  reluGradient,
  geluGradient,
  geluTanhGradient,
  siluGradient,
  rowMeansGradient,
  rowVariancesGradient,
  varianceMeansGradient,
  rowMeanSquaresGradient,
  rootGradient,
  standardiseMeansGradient,
  columnDots,
} as const;
