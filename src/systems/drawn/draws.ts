import type { AttendSettings } from "../../attention/attend-settings.js";
import { sizesOf } from "../../attention/comparison/costs.js";
import type { InputName, MatrixName } from "../../attention/inputs.js";
import { sidesOf } from "../../attention/model/weight-shapes.js";
import type { Problem } from "../../attention/problem.js";
import { scoringOf } from "../../attention/scoring/registry.js";
import { evaluateSizes } from "../../ops/sources.js";
import type { Sizes, Start } from "../system.js";
import { GLOROT, HALVES, type Initialisation, normal, ONE } from "./initialisation.js";
import type { DrawnSizes } from "./sizes.js";

// What the draws of a command are put together from.

/** A matrix to be drawn. */
export interface Draw {
  readonly input: MatrixName;
  readonly rows: number;
  readonly cols: number;
  readonly how: Initialisation;
  /** Inputs in whose presence this one is not wanted. */
  readonly unless?: readonly InputName[];
}

/** What a command can draw from: a problem with complete settings, and the system when one is named. */
export interface DrawContext<Settings = object> {
  readonly problem: Problem<Settings>;
  readonly start: Start;
  readonly size: Sizes | undefined;
}

/** When no system says otherwise. */
export const PLAIN_START: Start = { vectors: normal(1), parameters: GLOROT, hasSource: false };

const VECTORS: readonly InputName[] = ["query", "key", "value", "scores"];

/** X with the tables of what is added to it, and the memory that key and value come from. */
export function drawSources(context: DrawContext, sizes: DrawnSizes): readonly Draw[] {
  const { vectors: how, hasSource } = context.start;
  const { numQueries, numKeys, dModel, dSource } = sizes;
  const memory = { input: "memory", rows: numKeys, cols: dSource, how, unless: VECTORS } as const;
  return [
    { input: "x", rows: numQueries, cols: dModel, how, unless: VECTORS },
    ...(hasSource ? [memory] : []),
    ...drawTables(context, sizes),
  ];
}

/** Tables belong to embeddings that are drawn; an x that is given has been embedded. */
function drawTables({ start, size }: DrawContext, { numQueries, dModel }: DrawnSizes): readonly Draw[] {
  const { positions, segments } = start;
  const unless = ["x", ...VECTORS] as const;
  return [
    ...(positions ? [drawPositions(positions, size, dModel, unless)] : []),
    ...(segments
      ? [
          { input: "segmentTable", rows: 2, cols: dModel, how: segments, unless } as const,
          { input: "segments", rows: 1, cols: numQueries, how: HALVES, unless } as const,
        ]
      : []),
  ];
}

/** A table of learned positions, as long as the model was made for. */
export function drawPositions(
  how: Initialisation,
  size: Sizes | undefined,
  cols: number,
  unless: readonly InputName[],
): Draw {
  const rows = size?.positions ?? size?.context ?? PLAIN_POSITIONS;
  return { input: "table", rows, cols, how, unless };
}

const PLAIN_POSITIONS = 512;

/** W_c of h̃ = tanh(W_c [c; h]), context rows first. */
export function drawAttentionalState(
  { hasAttentionalState, parameters: how }: Start,
  { dModel, dSource }: DrawnSizes,
): readonly Draw[] {
  if (!hasAttentionalState) return [];
  return [{ input: "wc", rows: dSource + dModel, cols: dModel, how }];
}

/** Queries, keys and values that no system has a shape for. */
export function drawRoles(
  { vectors: how }: Start,
  { numQueries, numKeys, dModel }: DrawnSizes,
): readonly Draw[] {
  const asked = { rows: numKeys, cols: dModel, how, unless: ["x", "memory", "scores"] } as const;
  return [
    { input: "query", rows: numQueries, cols: dModel, how, unless: ["x", "scores"] },
    { input: "key", ...asked },
    { input: "value", ...asked },
  ];
}

/** W^Q, W^K and W^V of all heads side by side, with their biases, and W^O. */
export const PROJECTIONS = ["wq", "bq", "wk", "bk", "wv", "bv"] as const;
export const OUTPUT = ["wo", "bo"] as const;

/** Weights in the shapes that a layer has for them; those that no system begins with are left out. */
export function drawWeights(names: readonly MatrixName[], start: Start, sizes: DrawnSizes): readonly Draw[] {
  const dSource = start.hasSource ? sizes.dSource : sizes.dModel;
  const sides = sidesOf({ ...sizes, dSource, dFf: sizes.feedForward });
  return names.flatMap((input) => {
    const how = startOf(input, start);
    const [rows, cols] = sides[input] ?? [0, 0];
    // A packed one stands for three.
    const unless = [input.replace(/[qkv]$/, "qkv") as MatrixName].filter((packed) => packed !== input);
    return how ? [{ input, rows, cols, how, unless }] : [];
  });
}

/** How a weight begins; undefined for a bias or a key that its system does not have. */
export function startOf(name: string, start: Start): Initialisation | undefined {
  const { parameters, biases, normBiases, extraKey, feedForwardBiases = biases } = start;
  if (/Bias$/.test(name)) return normBiases;
  if (/norm\d?$/i.test(name)) return ONE;
  if (/^bias/.test(name)) return extraKey;
  if (/^b\d$/.test(name)) return feedForwardBiases;
  return /^b|^crossB/.test(name) ? biases : parameters;
}

/** Queries and keys are what a head makes of them. */
export function headVectors(sizes: DrawnSizes): DrawnSizes {
  return { ...sizes, dModel: sizes.headSize, dSource: sizes.headSize, features: sizes.headSize };
}

/** The parameters of the scoring that is set, in its own shapes. */
export function drawParameters(
  { problem: { settings }, start }: DrawContext<Pick<AttendSettings, "scoring" | "localWindow">>,
  { numQueries, numKeys, dModel, dSource, features }: DrawnSizes,
): readonly Draw[] {
  const scoring = scoringOf(settings);
  const { localWindow } = settings;
  const d_k = start.hasSource ? dSource : dModel;
  const sizes = sizesOf({ n: numQueries, m: numKeys, d_q: dModel, d_k, d_a: features, localWindow });
  return (["wa", "ua", "va"] as const).flatMap((input): readonly Draw[] => {
    const shape = scoring.parameters[input];
    if (!shape) return [];
    const [rows, cols] = shape.map((size) => evaluateSizes(size, sizes));
    return [{ input, rows, cols, how: start.parameters }];
  });
}
