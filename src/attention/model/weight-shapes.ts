import { sumOver } from "../../math/lists.js";
import type { Shape } from "../../math/matrix.js";
import { asCross } from "../layer/cross-names.js";
import { NORM_INPUTS } from "../layer/layer.js";
import type { Architecture, LayerWeight, OuterWeight, Weight } from "./architecture.js";

/** Returns the required shape of a weight that the model has once. Vectors are 1×d. */
export function outerShape(
  { dModel, vocabulary, context }: Architecture,
  name: OuterWeight,
  rows?: number,
): Shape {
  if (name === "headBias") return { rows: 1, cols: vocabulary };
  const tables: Partial<Record<OuterWeight, number>> = {
    tokenEmbedding: vocabulary,
    head: vocabulary,
    positionEmbedding: context ?? rows ?? 0,
    segmentEmbedding: rows ?? 2,
    headDense: dModel,
  };
  return { rows: tables[name] ?? 1, cols: dModel };
}

/**
 * Returns the required shape of a layer's weight, as it is stored. Undefined for a weight that the model's layers do
 * not have.
 */
export function layerShape(architecture: Architecture, name: LayerWeight): Shape | undefined {
  const sides = sidesOf(architecture)[name];
  if (!sides) return undefined;
  const [rows, cols] = sides;
  return rows > 1 && architecture.layer.layout === "out-in" && !isVector(name)
    ? { rows: cols, cols: rows }
    : { rows, cols };
}

const isVector = (name: LayerWeight) => /^(?:cross)?(?:b|norm)/i.test(name);

interface LayerSizes extends Pick<Architecture, "dModel" | "dFf" | "heads" | "kvHeads" | "headSize"> {
  /** Columns of the vectors that keys and values come from, if they differ. */
  readonly dSource?: number;
}

/** Returns input and output size of each matrix; 1 and the length for each vector. */
export function sidesOf({
  dModel,
  dSource = dModel,
  dFf,
  heads,
  kvHeads,
  headSize,
}: LayerSizes): Readonly<Partial<Record<LayerWeight, readonly [number, number]>>> {
  const [all, shared] = [heads * headSize, kvHeads * headSize];
  const attention = {
    wq: [dModel, all],
    wk: [dSource, shared],
    wv: [dSource, shared],
    wo: [all, dModel],
    bq: [1, all],
    bk: [1, shared],
    bv: [1, shared],
    bo: [1, dModel],
    wqkv: [dModel, all + 2 * shared],
    bqkv: [1, all + 2 * shared],
  } as const;
  return {
    ...attention,
    ...asCross(attention),
    biasK: [1, shared],
    biasV: [1, shared],
    queryNorm: [1, headSize],
    keyNorm: [1, headSize],
    w1: [dModel, dFf],
    w3: [dModel, dFf],
    w2: [dFf, dModel],
    b1: [1, dFf],
    b3: [1, dFf],
    b2: [1, dModel],
    ...Object.fromEntries(NORM_INPUTS.map((name) => [name, [1, dModel] as const])),
  };
}

/** Counts the numbers in some weights. */
export const countNumbers = (weights: Readonly<Record<string, Weight | undefined>>): number =>
  sumOver(Object.values(weights), (one) => (one ? one.matrix.rows * one.matrix.cols : 0));
