import type { Architecture, LayerWeight, OuterWeight } from "../../attention/model/architecture.js";
import type { Config } from "./config.js";

/** Some rows of a tensor: of several matrices that lie below each other in one. */
export interface TensorPart {
  readonly tensor: string;
  readonly firstRow: number;
  readonly rows: number;
}

/** How a library names the tensors of a model. */
export interface TensorNames {
  readonly outer: Readonly<Partial<Record<OuterWeight, string>>>;
  layer(index: number): Readonly<Partial<Record<LayerWeight, string | TensorPart>>>;
  /** Of the encoder: what it has not in common with the decoder. */
  readonly encoder?: Pick<TensorNames, "outer" | "layer">;
  /** Those that a model may do without. */
  readonly optional?: readonly (OuterWeight | LayerWeight)[];
}

/** Whether a file has a tensor of this name, behind any prefix. */
export type HasTensor = (name: string) => boolean;

/** A kind of model that checkpoints hold, by the `model_type` of its `config.json`. One file each; see registry.ts. */
export interface ModelKind {
  readonly types: readonly string[];
  /** What may stand before the name of every tensor. */
  readonly prefixes: readonly string[];
  /** Tensors that stand beside the weights and are none: buffers, and what this program has no use for. */
  readonly ignored: RegExp;
  /** Throws BAD_VALUE and MISSING_INPUT for a config that cannot be followed. */
  describe(config: Config, has: HasTensor): Architecture;
  names(architecture: Architecture): TensorNames;
}
