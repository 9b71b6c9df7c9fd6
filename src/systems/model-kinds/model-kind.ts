import {
  type Architecture,
  type LayerWeight,
  type ModelWeights,
  OUTER_WEIGHTS,
  type OuterWeight,
  type Weight,
} from "../../attention/model/architecture.js";
import { layerShape, outerShape } from "../../attention/model/weight-shapes.js";
import type { Config } from "./config.js";

/** Some rows of a tensor, if several matrices are stored one below the other in it. */
export interface TensorPart {
  readonly tensor: string;
  readonly firstRow: number;
  readonly rows: number;
}

/** Returns the name of a weight that is a tensor, or some rows of one. */
export const weightName = (tensor: string | TensorPart): string =>
  typeof tensor === "string"
    ? tensor
    : `${tensor.tensor}[${tensor.firstRow}:${tensor.firstRow + tensor.rows}]`;

/** How a library names the tensors of a model. */
export interface TensorNames {
  readonly outer: Readonly<Partial<Record<OuterWeight, string>>>;
  layer(index: number): Readonly<Partial<Record<LayerWeight, string | TensorPart>>>;
  /** The names for the encoder, as far as they differ from the decoder. */
  readonly encoder?: Pick<TensorNames, "outer" | "layer">;
  /** Weights that a model may lack. */
  readonly optional?: readonly WeightName[];
}

/** Whether a file has a tensor with this name, after any prefix. */
export type HasTensor = (name: string) => boolean;

/** Returns the number of rows of such a tensor. */
type RowsOf = (name: string) => number | undefined;

/**
 * A kind of model in checkpoints, identified by the `model_type` in its `config.json`. One file per kind; see
 * registry.ts.
 */
export interface ModelKind {
  readonly types: readonly string[];
  /** A config key that identifies this kind if there is no `model_type`. */
  readonly identifyingKey?: string;
  /** Possible prefixes of all tensor names. */
  readonly prefixes: readonly string[];
  /** Returns the architecture for a config. Throws BAD_VALUE and MISSING_INPUT for a config that cannot be used. */
  describe(config: Config, has: HasTensor, rowsOf: RowsOf): Architecture;
  names(architecture: Architecture): TensorNames;
}

/**
 * Tensors that files of any kind hold beside weights: buffers of masks, positions and frequencies (PaLM-pytorch: a beta of
 * zeros), and parts for other tasks.
 */
export const BESIDE_WEIGHTS =
  /(?:^|\.)(?:(?:pooler|seq_relationship|classifier|pre_classifier|rotary_emb)\.|(?:position_ids|freqs|freqs_cos|freqs_sin|pe|pos_emb|mask|beta)$|attn\.(?:masked_)?bias$|(?:predictions|lm_head)\.decoder\.bias$)/;

type WeightName = OuterWeight | LayerWeight;

/**
 * Returns the weights of a stack. `weightOf` makes each weight from its tensor; weights for which it returns undefined
 * are absent.
 */
export function weightsOf(
  { outer, layer }: Pick<TensorNames, "outer" | "layer">,
  numLayers: number,
  weightOf: (name: WeightName, tensor: string | TensorPart) => Weight | undefined,
): ModelWeights {
  const all = (tensors: Readonly<Partial<Record<WeightName, string | TensorPart>>>) => {
    const weights: Partial<Record<WeightName, Weight>> = {};
    for (const [name, tensor] of Object.entries(tensors) as [WeightName, string | TensorPart][]) {
      const weight = weightOf(name, tensor);
      if (weight) weights[name] = weight;
    }
    return weights;
  };
  return { outer: all(outer), layers: Array.from({ length: numLayers }, (_, index) => all(layer(index))) };
}

/**
 * Returns the shape of a weight as it is stored. `rows` is the size of a table that the architecture does not give.
 * Undefined for a weight that the layers do not have.
 */
export const shapeOf = (stack: Architecture, name: WeightName, rows?: number) =>
  isOuter(name) ? outerShape(stack, name, rows) : layerShape(stack, name);

const isOuter = (name: string): name is OuterWeight => OUTER_WEIGHTS.some((one) => one === name);
