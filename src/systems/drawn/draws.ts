import type { AttendSettings } from "../../attention/attend-settings.js";
import { sizesOf } from "../../attention/comparison/costs.js";
import type { InputName, MatrixName } from "../../attention/inputs.js";
import type { Problem } from "../../attention/problem.js";
import { scoringOf } from "../../attention/scoring/registry.js";
import { evaluateSizes } from "../../ops/sources.js";
import type { Sizes, Start } from "../system.js";
import { GLOROT, HALVES, type Initialisation, normal } from "./initialisation.js";
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

/** W^Q, W^K, W^V with their biases, for all heads side by side. */
export function drawProjections(
  { parameters, biases, hasSource }: Start,
  { dModel, dSource, heads, kvHeads, headSize }: DrawnSizes,
): readonly Draw[] {
  const from = hasSource ? dSource : dModel;
  const parts = [
    { w: "wq", b: "bq", rows: dModel, cols: heads * headSize },
    { w: "wk", b: "bk", rows: from, cols: kvHeads * headSize },
    { w: "wv", b: "bv", rows: from, cols: kvHeads * headSize },
  ] as const;
  return parts.flatMap(({ w, b, rows, cols }): readonly Draw[] => [
    { input: w, rows, cols, how: parameters, unless: ["wqkv"] },
    ...(biases ? [{ input: b, rows: 1, cols, how: biases, unless: ["bqkv"] } as const] : []),
  ]);
}

/** W^O and its bias. */
export function drawOutput(
  { parameters, biases }: Start,
  { dModel, heads, headSize }: DrawnSizes,
): readonly Draw[] {
  return [
    { input: "wo", rows: heads * headSize, cols: dModel, how: parameters },
    ...(biases ? [{ input: "bo", rows: 1, cols: dModel, how: biases } as const] : []),
  ];
}

/** One more key and value of their own (torch's bias_k and bias_v). */
export function drawExtraKey({ extraKey }: Start, { kvHeads, headSize }: DrawnSizes): readonly Draw[] {
  if (!extraKey) return [];
  const one = { rows: 1, cols: kvHeads * headSize, how: extraKey } as const;
  return [
    { input: "biasK", ...one },
    { input: "biasV", ...one },
  ];
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
