import { sumOver } from "../../math/lists.js";
import { add } from "../../ops/elementwise.js";
import { recordLinear } from "../linear.js";
import type { Recorder, Ref } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import type { Layout } from "../scoring/scoring.js";
import { requireShapes } from "../shapes.js";
import type { HeadSplit } from "./split.js";

/** The name of the step with the output of all heads. */
export interface OutputName {
  readonly name: "joined-output" | "attention-output" | "aligned";
  readonly title?: string;
}

/**
 * Records O = concat·W^O + b^O. Without W^O the output is the concatenation. Throws MISSING_INPUT and SHAPE_MISMATCH.
 */
export function recordOutputProjection(
  recorder: Recorder,
  concat: Ref,
  { wo, bo }: GivenRefs,
  layout: Layout,
  { name, ...overrides }: OutputName = { name: "joined-output" },
): Ref {
  if (bo && !wo) {
    requireShapes([concat, "n", "d_model"], [bo, "1", "d_model"]);
    return recorder.record(name, add, [concat, bo], undefined, {
      formula: "O = concat + b^O",
      ...overrides,
    });
  }
  if (!wo) {
    return recorder.cut(name, concat, "rows", 0, concat.shape.rows, {
      formula: "O = concat, because there is no W^O",
      axes: concat.axes,
      ...overrides,
    });
  }
  return recordLinear(recorder, name, [concat, wo, bo], layout, "H·d_v", overrides);
}

/** The numbers of queries and keys of a layer. */
export interface LayerSizes {
  readonly numQueries: number;
  /** Keys of this pass. */
  readonly newKeys: number;
  /** All keys, including cached and extra ones. */
  readonly allKeys: number;
}

/**
 * States the parameters and costs of this layer: the numbers in W and b; the multiply-adds of the projections, Q Kᵀ, α
 * V and W^O, which are returned; and the numbers per token in a KV cache.
 */
export function stateCost(
  recorder: Recorder,
  { numHeads, numKvHeads, headSize, valueSize }: HeadSplit,
  refs: GivenRefs,
  { numQueries, newKeys, allKeys }: LayerSizes,
): number {
  const [wq, wk, wv, wo, ...biases] = HEAD_WEIGHTS.map((name) => sizeOf(refs[name]));
  const parameters = sumOver([wq, wk, wv, wo, ...biases]);
  const projections = numQueries * (wq + wo) + newKeys * (wk + wv);
  const attention = numHeads * numQueries * allKeys * (headSize + valueSize);
  recorder.fact(
    "parameters",
    parameters,
    `${parameters} parameters in ${NORMS.some((name) => refs[name]) ? "W, b and norms" : "W and b"}`,
  );
  recorder.fact(
    "multiplyAdds",
    projections + attention,
    `${projections + attention} multiply-adds: ${projections} in projections, ${attention} in Q Kᵀ and α V`,
  );
  stateCache(recorder, numKvHeads * (headSize + valueSize));
  return projections + attention;
}

/** States how many numbers per token a KV cache contains. */
export const stateCache = (recorder: Recorder, cached: number) =>
  recorder.fact(
    "cachedNumbersPerToken",
    cached,
    `${cached} numbers per token in a KV cache: ${2 * cached} bytes in float16`,
  );

/** Returns the count of numbers in a matrix; 0 if it is absent. */
export const sizeOf = (ref: Ref | undefined) => (ref ? ref.shape.rows * ref.shape.cols : 0);

const NORMS = ["queryNorm", "keyNorm"] as const;
/** The learned parameters of the heads of a layer. */
export const HEAD_WEIGHTS = [
  "wq",
  "wk",
  "wv",
  "wo",
  "bq",
  "bk",
  "bv",
  "bo",
  "biasK",
  "biasV",
  "sinks",
  ...NORMS,
] as const;
