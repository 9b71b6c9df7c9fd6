import type { AttendSettings } from "../../attention/attend-settings.js";
import { sizesOf } from "../../attention/comparison/costs.js";
import type { InputName, MatrixName } from "../../attention/inputs.js";
import { ACTIVATIONS, type Activation } from "../../attention/layer/activations.js";
import { crossName } from "../../attention/layer/cross-names.js";
import type { LayerSettings } from "../../attention/layer/layer-settings.js";
import { sidesOf } from "../../attention/model/weight-shapes.js";
import type { Problem } from "../../attention/problem.js";
import { scoringOf } from "../../attention/scoring/registry.js";
import { evaluateSizes } from "../../ops/sources.js";
import type { InitialDistributions, Sizes } from "../system.js";
import { type Distribution, GLOROT, HALVES, normal, ONE } from "./distributions.js";
import type { DrawnSizes } from "./sizes.js";

// Building blocks for the list of draws of a command.

/** A matrix to be drawn. */
export interface Draw {
  readonly input: MatrixName;
  readonly rows: number;
  readonly cols: number;
  readonly distribution: Distribution;
  /** Other inputs that replace this one. If one of them is given, this matrix is not drawn. */
  readonly unless?: readonly InputName[];
}

/** What the draws of a command depend on: a problem with complete settings, and the system if there is a preset. */
export interface DrawContext<Settings = object> {
  readonly problem: Problem<Settings>;
  readonly initial: InitialDistributions;
  readonly size: Sizes | undefined;
  /** The sizes of the run. Throws BAD_VALUE where heads do not divide d_model. */
  sizes(): DrawnSizes;
}

/** The distributions if there is no system. */
export const DEFAULT_DISTRIBUTIONS: InitialDistributions = {
  vectors: normal(1),
  parameters: GLOROT,
  hasSource: false,
};

const VECTORS: readonly InputName[] = ["query", "key", "value", "scores"];

/** Returns the draws for X, for the tables that are added to it, and for the memory that key and value come from. */
export function drawSources(context: DrawContext, sizes: DrawnSizes): readonly Draw[] {
  const { vectors: distribution, hasSource } = context.initial;
  const { numQueries, numKeys, dModel, dSource } = sizes;
  const memory = { input: "memory", rows: numKeys, cols: dSource, distribution, unless: VECTORS } as const;
  return [
    { input: "x", rows: numQueries, cols: dModel, distribution, unless: VECTORS },
    ...(hasSource ? [memory] : []),
    ...drawTables(context, sizes),
  ];
}

/**
 * Returns the draws for tables of positions and segments. They belong to drawn embeddings; an x that is given already
 * contains them.
 */
function drawTables({ initial, size }: DrawContext, { numQueries, dModel }: DrawnSizes) {
  const { positions, segments } = initial;
  const unless = ["x", ...VECTORS] as const;
  return [
    ...(positions ? [drawPositions(positions, size, dModel, unless)] : []),
    ...(segments
      ? [
          { input: "segmentTable", rows: 2, cols: dModel, distribution: segments, unless } as const,
          { input: "segments", rows: 1, cols: numQueries, distribution: HALVES, unless } as const,
        ]
      : []),
  ];
}

/** Returns the draw of a table of learned positions, with as many rows as the model was made for. */
export function drawPositions(
  distribution: Distribution,
  size: Sizes | undefined,
  cols: number,
  unless: readonly InputName[],
): Draw {
  const rows = size?.positions ?? size?.context ?? DEFAULT_POSITIONS;
  return { input: "table", rows, cols, distribution, unless };
}

const DEFAULT_POSITIONS = 512;

/** Returns the draw of W_c in h̃ = tanh(W_c [c; h]), the rows for the context first. */
export function drawAttentionalState(
  { hasAttentionalState, parameters: distribution }: InitialDistributions,
  { dModel, dSource }: DrawnSizes,
): readonly Draw[] {
  if (!hasAttentionalState) return [];
  return [{ input: "wc", rows: dSource + dModel, cols: dModel, distribution }];
}

/** Returns the draws of queries, keys and values, if no system defines their shapes. */
export function drawRoles(
  { vectors: distribution }: InitialDistributions,
  { numQueries, numKeys, dModel }: DrawnSizes,
): readonly Draw[] {
  const asked = { rows: numKeys, cols: dModel, distribution, unless: ["x", "memory", "scores"] } as const;
  return [
    { input: "query", rows: numQueries, cols: dModel, distribution, unless: ["x", "scores"] },
    { input: "key", ...asked },
    { input: "value", ...asked },
  ];
}

/** W^Q, W^K and W^V of all heads side by side, with their biases. OUTPUT is W^O with its bias. */
export const PROJECTIONS = ["wq", "bq", "wk", "bk", "wv", "bv"] as const;
export const OUTPUT = ["wo", "bo"] as const;

/**
 * Returns the draws of weights in the shapes that a layer has for them. Weights that the system does not have are left
 * out.
 */
export function drawWeights(
  names: readonly MatrixName[],
  initial: InitialDistributions,
  sizes: DrawnSizes,
): readonly Draw[] {
  const dSource = initial.hasSource ? sizes.dSource : sizes.dModel;
  const sides = sidesOf({ ...sizes, dSource, dFf: sizes.feedForward });
  return names.flatMap((input) => {
    const distribution = distributionOf(input, initial);
    const [rows, cols] = sides[input] ?? [0, 0];
    // A packed matrix replaces all three.
    const unless = [input.replace(/[qkv]$/, "qkv") as MatrixName].filter((packed) => packed !== input);
    return distribution ? [{ input, rows, cols, distribution, unless }] : [];
  });
}

/** Returns the initial distribution of a weight; undefined for a bias or an extra key that the system does not have. */
export function distributionOf(name: string, initial: InitialDistributions): Distribution | undefined {
  const { parameters, biases, normBiases, extraKey, feedForwardBiases = biases } = initial;
  if (/Bias$/.test(name)) return normBiases;
  if (/norm\d?$/i.test(name)) return ONE;
  if (/^bias/.test(name)) return extraKey;
  if (/^b\d$/.test(name)) return feedForwardBiases;
  return /^b|^crossB/.test(name) ? biases : parameters;
}

/** Returns the sizes of queries and keys after projection into one head. */
export function headVectors(sizes: DrawnSizes): DrawnSizes {
  return { ...sizes, dModel: sizes.headSize, dSource: sizes.headSize, features: sizes.headSize };
}

/** Returns the draws for the parameters of the scoring in use, in its shapes. */
export function drawParameters(
  { problem: { settings }, initial }: DrawContext<Pick<AttendSettings, "scoring" | "localWindow">>,
  { numQueries, numKeys, dModel, dSource, features }: DrawnSizes,
): readonly Draw[] {
  const scoring = scoringOf(settings);
  const { localWindow } = settings;
  const d_k = initial.hasSource ? dSource : dModel;
  const sizes = sizesOf({ n: numQueries, m: numKeys, d_q: dModel, d_k, d_a: features, localWindow });
  return (["wa", "ua", "va"] as const).flatMap((input): readonly Draw[] => {
    const shape = scoring.parameters[input];
    if (!shape) return [];
    const [rows, cols] = shape.map((size) => evaluateSizes(size, sizes));
    return [{ input, rows, cols, distribution: initial.parameters }];
  });
}

/** Returns the draws for W₁, W₂ and W₃ with their biases, and for the weights of norms. */
export function drawLayer(
  { problem: { settings }, initial }: DrawContext<LayerSettings>,
  sizes: DrawnSizes,
): readonly Draw[] {
  const { isGated }: Activation = ACTIVATIONS[settings.activation];
  const { norm, normKind } = settings;
  const names = [
    ...(["w1", "b1", "w2", "b2"] as const),
    ...(isGated ? (["w3", "b3"] as const) : []),
    ...(norm === "none" ? [] : (["norm1", "norm1Bias"] as const)),
    ...(norm !== "none" && initial.hasMemory ? (["crossNorm", "crossNormBias"] as const) : []),
    ...(norm === "none" || norm === "parallel" ? [] : (["norm2", "norm2Bias"] as const)),
  ];
  const isDrawn = (name: string) => normKind === "layer" || !/norm\w*Bias/i.test(name);
  return drawWeights(names.filter(isDrawn), initial, sizes);
}

/**
 * Returns the draws for the output of an encoder and the weights of the cross-attention, if a layer of the system has
 * one.
 */
export function drawCrossAttention({ initial }: DrawContext, sizes: DrawnSizes): readonly Draw[] {
  if (!initial.hasMemory) return [];
  const names = [...PROJECTIONS, ...OUTPUT].map(crossName);
  const { numKeys: rows, dModel: cols } = sizes;
  return [
    { input: "memory", rows, cols, distribution: initial.vectors },
    ...drawWeights(names, initial, sizes),
  ];
}
