import type { UserError } from "../../errors.js";
import type { StoredMatrix } from "../../math/stored-matrix.js";
import type { Windows } from "../../ops/windows.js";
import type { MatrixName } from "../inputs.js";
import type { ActivationName } from "../layer/activations.js";
import type { LayerSettings, NormSettings } from "../layer/layer-settings.js";

/** What a model is made of beside the numbers of its weights. */
export interface Architecture {
  /** What kind it is: "gpt2". */
  readonly kind: string;
  readonly numLayers: number;
  readonly dModel: number;
  readonly dFf: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly vocabulary: number;
  /** Positions that it was made for, where there are so many. */
  readonly context?: number | undefined;
  /** Settings of every layer; of single ones `layerSettings` has more. */
  readonly layer: Partial<LayerSettings> &
    Pick<LayerSettings, "norm" | "activation" | "layout"> &
    NormSettings;
  layerSettings?(index: number): Partial<LayerSettings>;
  /** Biases that its layers have, where their kind leaves that to the config. */
  readonly biases?: readonly LayerWeight[];
  readonly embedding: EmbeddingRules;
  /** Whether a norm stands behind the last layer. */
  readonly hasFinalNorm: boolean;
  /** How tokens are told from what comes out; absent when the model ends with vectors. */
  readonly head?: HeadRules | undefined;
  /** What a source goes through before the layers attend to it; absent in a model of one stack. */
  readonly encoder?: Architecture | undefined;
  /** What stands between the first token and the text, in that order. */
  readonly modalities?: readonly Modality[] | undefined;
  /** The token with which a decoder begins, where its model says so. */
  readonly decoderStart?: number | undefined;
}

/**
 * What a model reads beside text (Lyu et al. 2023): features, of which a convolution over their rows and a linear layer make
 * rows of d_model columns, and these attend to the rows of the embedding.
 */
export interface Modality extends Windows {
  /** "image" */
  readonly name: string;
  /** Columns of its features. */
  readonly columns: number;
  readonly heads: number;
  readonly headSize: number;
  /** The tokens that stand before it and behind it. */
  readonly start: number;
  readonly end: number;
}

/** What is made of a token before the first layer. */
export interface EmbeddingRules {
  /** Position of the first token in the table of learned positions; absent when there is no table. */
  readonly firstPosition?: number;
  /** The token that fills texts up, where its kind has one. Where it is not counted it stands at the position of its id, wherever it is. */
  readonly padding?: { readonly id: number; readonly isCounted: boolean };
  readonly hasSegments?: boolean;
  readonly hasNorm?: boolean;
  /** Whether the rows of tokens are multiplied by √d_model (Vaswani et al. 2017, section 3.4). */
  readonly isScaled?: boolean;
  /** Whether sines and cosines of the position are added (section 3.5), where there is no table. */
  readonly hasSinusoid?: boolean;
}

export interface HeadRules {
  /** Whether a place tells the next token, or the one that a mask hides there. */
  readonly tells: "next" | "masked";
  /** Whether its matrix is that of the token embedding. */
  readonly isTied: boolean;
  /** Of a head with a layer of its own before its matrix (BERT). */
  readonly activation?: ActivationName;
}

/** Weights that a model has once. */
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

/** Weights of one layer, by the names that the inputs of `layer` have. */
export type LayerWeight = MatrixName;

/** One modality of a model: its features, rows×columns, and the weights of its convolution, its linear layer and its attention. */
export interface ModalWeights {
  readonly features: Weight;
  readonly weights: Readonly<
    Record<"convolution" | "convolutionBias" | "linear" | "linearBias", Weight> &
      Partial<Record<LayerWeight, Weight>>
  >;
}

/** One weight: how its file calls it, and its numbers. */
export interface Weight {
  readonly name: string;
  readonly matrix: StoredMatrix;
}

/** The weights of a model, each read when it is asked for. */
export interface ModelWeights {
  readonly outer: Readonly<Partial<Record<OuterWeight, Weight>>>;
  readonly layers: readonly Readonly<Partial<Record<LayerWeight, Weight>>>[];
  /** Of the modalities, where there are any, in their order. */
  readonly modalities?: readonly ModalWeights[] | undefined;
  /** Of the encoder, where there is one: what it has not in common with the decoder. */
  readonly encoder?: ModelWeights | undefined;
}

/** A model before it is run on anything. */
export interface LoadedModel {
  readonly architecture: Architecture;
  readonly weights: ModelWeights;
  /** Absent when there is none. */
  readonly tokenizer?: Tokenizer | undefined;
  /** Why there is none, where the files of one cannot be used. */
  readonly noTokenizer?: UserError | undefined;
  /** Of a model whose weights nobody trained: what they are drawn from. */
  readonly drawn?: { readonly seed: number; readonly text: string };
  /** What is to be said of its config before anybody trusts the numbers. */
  readonly warning?: string | undefined;
}

/** What takes a text apart into pieces of the vocabulary, and puts pieces together. */
export interface Tokenizer {
  /** Every piece, by its id. */
  readonly pieces: readonly string[];
  /** With the tokens that a model wants at the ends; absent where only the pieces are known. */
  encode?(text: string): Encoded;
  decode(ids: readonly number[]): string;
  /** The id of what a model is to fill in: [MASK], <mask>. */
  readonly maskId?: number | undefined;
}

/** A text as a model takes it. */
export interface Encoded {
  readonly ids: readonly number[];
  /** Which segment each stands in, where the model has such. */
  readonly segments?: readonly number[] | undefined;
}

/** A model, and what it is run on: with an encoder the tokens of its decoder, and beside them those of the source. */
export interface ModelRun extends LoadedModel, Encoded {
  readonly source?: Encoded | undefined;
}
