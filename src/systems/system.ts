import type { AttendSettings } from "../attention/attend-settings.js";
import type { CompareScoringSettings } from "../attention/comparison/compare-scoring-settings.js";
import type { EmbeddingSettings } from "../attention/embedding/embedding-settings.js";
import type { MultiheadSettings } from "../attention/heads/multihead-settings.js";
import type { LayerSettings } from "../attention/layer/layer-settings.js";
import type { EmbeddingRules, HeadRules } from "../attention/model/architecture.js";
import type { PosencSettings } from "../attention/positions/posenc-settings.js";
import type { Initialisation } from "./drawn/initialisation.js";

/** What a preset sets, by the name of the command; one that is absent has nothing of this system. */
export type PresetSettings = {
  readonly attend?: Partial<AttendSettings>;
  readonly multihead?: Partial<MultiheadSettings>;
  readonly layer?: Partial<LayerSettings>;
  readonly posenc?: Partial<PosencSettings>;
  readonly "compare-scoring"?: Partial<CompareScoringSettings>;
};

/** One published size. Numbers that a paper does not have are absent. */
export interface Sizes {
  /** Behind the name of the system in that of the preset: "big" of transformer-encoder-big; "" when there is one size. */
  readonly name: string;
  readonly layers?: number;
  /** Columns of the vectors that ask. */
  readonly dModel: number;
  /** Columns of the vectors that are asked, where they are others. */
  readonly dSource?: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly headSize?: number;
  /** Columns of the features of an additive or multiplicative scoring. */
  readonly features?: number;
  readonly feedForward?: number;
  /** Positions that the model was made for. */
  readonly context?: number;
  /** Rows of a table of learned positions, where they are not `context`. */
  readonly positions?: number;
  readonly vocabulary?: number;
}

/** What stands at the beginning of training, or in its place, when numbers are drawn. */
export interface Start {
  /** X, and the source. */
  readonly vectors: Initialisation;
  /** W, U and v. */
  readonly parameters: Initialisation;
  /** b^Q, b^K, b^V, b^O; absent when the system has none. */
  readonly biases?: Initialisation;
  /** bias_k and bias_v, one more key and its value. */
  readonly extraKey?: Initialisation;
  /** Whether key and value come from other vectors than the query. */
  readonly hasSource: boolean;
  /** Whether a whole layer has an attention to an encoder's output beside its own. */
  readonly hasMemory?: true;
  /** Of norms, and of the feed-forward where they are not `biases`; absent when the system has none. */
  readonly normBiases?: Initialisation;
  readonly feedForwardBiases?: Initialisation;
  /** Whether c and h are joined by a W_c. */
  readonly hasAttentionalState?: true;
  /** Tables of what is added to embeddings, where such tables are learned. */
  readonly positions?: Initialisation;
  readonly segments?: Initialisation;
  /** What is done to embeddings that are drawn, beyond adding the tables. */
  readonly embedding?: Partial<EmbeddingSettings>;
}

/** What a system is as a whole model, around layers whose settings are those of `layer`. */
export interface ModelRules {
  /** The kind of checkpoint, by its `model_type`, whose names of tensors the weights have. */
  readonly tensorsOf: string;
  readonly layout: "in-out" | "out-in";
  readonly embedding: EmbeddingRules;
  /** Rows of the table of segments. */
  readonly segments?: number;
  readonly hasFinalNorm: boolean;
  /** Whether its layers are a decoder's, behind an encoder of as many that are not causal. */
  readonly hasEncoder?: true;
  /** Whether dense layers and banded ones take turns, the first dense. */
  readonly alternates?: true;
  readonly tells: HeadRules["tells"];
  /** Of the released code, where the paper has none. */
  readonly vocabulary?: number;
  /** Whether the head has a matrix of its own. */
  readonly isUntied?: true;
  /** Where the system itself stands before the layers: what these are. */
  readonly layers?: {
    readonly size: Sizes;
    readonly start: Start;
    readonly settings: Partial<LayerSettings>;
  };
  /** What it reads beside text, between the first token and the text in this order. */
  readonly modalities?: readonly ModalityRules[];
  /** How embeddings start, as no norm has touched them. */
  readonly starts: { readonly tokens: Initialisation; readonly positions?: Initialisation };
}

/** What a model reads beside text, as its encoder gives it. */
export interface ModalityRules {
  /** "image" */
  readonly name: string;
  /** Rows and columns of its features as published. */
  readonly rows: number;
  readonly columns: number;
  readonly kernel: number;
  readonly stride: number;
}

/** A published system. One file each; registered in registry.ts. Options, cards and test sweeps follow. */
export interface System {
  readonly name: string;
  readonly title: string;
  /** What is particular about it, in one line. */
  readonly summary: string;
  /** Paper, with the place of the equation. */
  readonly source: string;
  readonly formulas: readonly string[];
  /** Where it differs from others: each a sentence. */
  readonly conventions: readonly string[];
  /** What the released code does that the paper does not say, or says otherwise. */
  readonly releasedCode: readonly string[];
  /** The first is meant when no size is named. */
  readonly sizes: readonly [Sizes, ...Sizes[]];
  readonly settings: PresetSettings;
  /** Settings that a run must bring itself, since nobody published them, with the reason. */
  readonly unpublished?: Readonly<Partial<Record<keyof MultiheadSettings, string>>>;
  readonly start: Start;
  /** Absent where it is an attention and no model. */
  readonly model?: ModelRules;
}

/** A system at one of its sizes. */
export interface NamedSystem {
  readonly system: System;
  readonly size: Sizes;
}

/** What a system itself sets for the command of this name; undefined when it has nothing for it. */
export function settingsFor({ settings }: System, command: string): object | undefined {
  const byCommand: Readonly<Record<string, object>> = settings;
  return Object.hasOwn(byCommand, command) ? byCommand[command] : undefined;
}
