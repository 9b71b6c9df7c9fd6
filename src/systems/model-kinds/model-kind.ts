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

/** Some rows of a tensor: of several matrices that lie below each other in one. */
export interface TensorPart {
  readonly tensor: string;
  readonly firstRow: number;
  readonly rows: number;
}

/** What a weight is called that is a tensor, or some rows of one. */
export const weightName = (tensor: string | TensorPart): string =>
  typeof tensor === "string"
    ? tensor
    : `${tensor.tensor}[${tensor.firstRow}:${tensor.firstRow + tensor.rows}]`;

/** How a library names the tensors of a model. */
export interface TensorNames {
  readonly outer: Readonly<Partial<Record<OuterWeight, string>>>;
  layer(index: number): Readonly<Partial<Record<LayerWeight, string | TensorPart>>>;
  /** Of the encoder: what it has not in common with the decoder. */
  readonly encoder?: Pick<TensorNames, "outer" | "layer">;
  /** Those that a model may do without. */
  readonly optional?: readonly WeightName[];
}

/** Whether a file has a tensor of this name, behind any prefix. */
export type HasTensor = (name: string) => boolean;

/** How many rows such a tensor has. */
type RowsOf = (name: string) => number | undefined;

/** A kind of model that checkpoints hold, by the `model_type` of its `config.json`. One file each; see registry.ts. */
export interface ModelKind {
  readonly types: readonly string[];
  /** A size by whose name a config without a `model_type` is known. */
  readonly knownBy?: string;
  /** What may stand before the name of every tensor. */
  readonly prefixes: readonly string[];
  /** Tensors that stand beside the weights and are none: buffers, and what this program has no use for. */
  readonly ignored: RegExp;
  /** Throws BAD_VALUE and MISSING_INPUT for a config that cannot be followed. */
  describe(config: Config, has: HasTensor, rowsOf: RowsOf): Architecture;
  names(architecture: Architecture): TensorNames;
}

type WeightName = OuterWeight | LayerWeight;

/** The weights of a stack, each made of the tensor that has its name; what is made of none is absent. */
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

/** The shape of a weight as it is stored; `rows` are those of a table that no size says. Undefined for one that the layers do not have. */
export const shapeOf = (stack: Architecture, name: WeightName, rows?: number) =>
  isOuter(name) ? outerShape(stack, name, rows) : layerShape(stack, name);

const isOuter = (name: string): name is OuterWeight => OUTER_WEIGHTS.some((one) => one === name);
