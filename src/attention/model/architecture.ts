import type { UserError } from "../../errors.js";
import type { StoredMatrix } from "../../math/stored-matrix.js";
import type { Windows } from "../../ops/windows.js";
import type { MatrixName } from "../inputs.js";
import type { ActivationName } from "../layer/activations.js";
import type { LayerSettings, NormSettings } from "../layer/layer-settings.js";

/** The description of a model, without the numbers of its weights. */
export interface Architecture {
  /** Its kind: "gpt2". */
  readonly kind: string;
  readonly numLayers: number;
  readonly dModel: number;
  readonly dFf: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly vocabulary: number;
  /** The number of positions that it was made for, if limited. */
  readonly context?: number | undefined;
  /** The settings of every layer. `layerSettings` adds settings of single layers. */
  readonly layer: Partial<LayerSettings> &
    Pick<LayerSettings, "norm" | "activation" | "layout"> &
    NormSettings;
  layerSettings?(index: number): Partial<LayerSettings>;
  /** The biases of its layers, if its kind leaves that to the config. */
  readonly biases?: readonly LayerWeight[];
  readonly embedding: EmbeddingRules;
  /** Whether there is a norm after the last layer. */
  readonly hasFinalNorm: boolean;
  /** How tokens are predicted from the output. Absent if the model's output is vectors. */
  readonly head?: HeadRules | undefined;
  /** The encoder of the source, which the layers attend to. Absent in a model of one stack. */
  readonly encoder?: Architecture | undefined;
  /** The inputs between the first token and the text, in this order. */
  readonly modalities?: readonly Modality[] | undefined;
  /** The token with which a decoder starts, if the model defines it. */
  readonly decoderStart?: number | undefined;
}

/**
 * An input other than text (Lyu et al. 2023). A convolution over the rows of its features and a linear layer give rows
 * of d_model columns. These attend to the rows of the embedding.
 */
export interface Modality extends Windows {
  /** "image" */
  readonly name: string;
  /** The number of columns of its features. */
  readonly columns: number;
  readonly heads: number;
  readonly headSize: number;
  /** The tokens before and after it. */
  readonly start: number;
  readonly end: number;
}

/** How tokens are embedded before the first layer. */
export interface EmbeddingRules {
  /** The position of the first token in the table of learned positions. Absent if there is no table. */
  readonly firstPosition?: number;
  /** The token that pads texts, if the kind has one. If it is not counted, its position is its id, wherever it is. */
  readonly padding?: { readonly id: number; readonly isCounted: boolean };
  readonly hasSegments?: boolean;
  readonly hasNorm?: boolean;
  /** Whether token embeddings are multiplied by √d_model (Vaswani et al. 2017, section 3.4). */
  readonly isScaled?: boolean;
  /** Whether sines and cosines of the position are added (section 3.5), if there is no table. */
  readonly hasSinusoid?: boolean;
}

export interface HeadRules {
  /** Whether a row predicts the next token, or the masked token at its own position. */
  readonly predicts: "next" | "masked";
  /** Whether its matrix is the token embedding. */
  readonly isTied: boolean;
  /** For a head with its own layer before its matrix (BERT): the activation of that layer. */
  readonly activation?: ActivationName;
}

/** The names of weights that a model has once. */
export const OUTER_WEIGHTS = [
  "tokenEmbedding",
  "positionEmbedding",
  "segmentEmbedding",
  "embeddingNorm",
  "embeddingNormBias",
  "finalNorm",
  "finalNormBias",
  "headDense",
  "headDenseBias",
  "headNorm",
  "headNormBias",
  "head",
  "headBias",
] as const;

export type OuterWeight = (typeof OUTER_WEIGHTS)[number];

/** The names of the weights of one layer, equal to the inputs of `layer`. */
export type LayerWeight = MatrixName;

/**
 * One modality of a model: its features, rows×columns, and the weights of its convolution, linear layer and attention.
 */
export interface ModalWeights {
  readonly features: Weight;
  readonly weights: Readonly<
    Record<"convolution" | "convolutionBias" | "linear" | "linearBias", Weight> &
      Partial<Record<LayerWeight, Weight>>
  >;
}

/** One weight: its name in the file, and its numbers. */
export interface Weight {
  readonly name: string;
  readonly matrix: StoredMatrix;
}

/** The weights of a model. Each is read when it is asked for. */
export interface ModelWeights {
  readonly outer: Readonly<Partial<Record<OuterWeight, Weight>>>;
  readonly layers: readonly Readonly<Partial<Record<LayerWeight, Weight>>>[];
  /** The weights of the modalities, in their order, if there are any. */
  readonly modalities?: readonly ModalWeights[] | undefined;
  /** The weights of the encoder that differ from the decoder's, if there is an encoder. */
  readonly encoder?: ModelWeights | undefined;
}

/** A model that was not run yet. */
export interface LoadedModel {
  readonly architecture: Architecture;
  readonly weights: ModelWeights;
  /** Absent when there is none. */
  readonly tokenizer?: Tokenizer | undefined;
  /** Why there is no tokenizer, if its files exist but cannot be used. */
  readonly noTokenizer?: UserError | undefined;
  /** For a model with drawn weights: the seed and the distributions. */
  readonly drawn?: { readonly seed: number; readonly text: string };
  /** A warning about its config that affects the numbers. */
  readonly warning?: string | undefined;
}

/** Splits a text into pieces of the vocabulary, and joins pieces into text. */
export interface Tokenizer {
  /** Every piece, by its id. */
  readonly pieces: readonly string[];
  /**
   * Encodes a text, with the special tokens that the model expects at its ends. Absent if only the pieces are known.
   */
  encode?(text: string): Encoded;
  decode(ids: readonly number[]): string;
  /** The id of the mask token: [MASK], <mask>. */
  readonly maskId?: number | undefined;
}

/** A text as input of a model. */
export interface Encoded {
  readonly ids: readonly number[];
  /** The segment of each token, if the model has segments. */
  readonly segments?: readonly number[] | undefined;
}

/** A model and its input. With an encoder, `ids` are the tokens of the decoder and `source` those of the encoder. */
export interface ModelRun extends LoadedModel, Encoded {
  readonly source?: Encoded | undefined;
}
