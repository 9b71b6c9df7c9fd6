import type { AttendSettings } from "../attention/attend-settings.js";
import type { CompareScoringSettings } from "../attention/comparison/compare-scoring-settings.js";
import type { EmbeddingSettings } from "../attention/embedding/embedding-settings.js";
import type { MultiheadSettings } from "../attention/heads/multihead-settings.js";
import type { LayerSettings } from "../attention/layer/layer-settings.js";
import type { EmbeddingRules, HeadRules } from "../attention/model/architecture.js";
import type { PosencSettings } from "../attention/positions/registry.js";
import type { Distribution } from "./drawn/distributions.js";

/** What a preset sets, by command. A command that is absent has no settings from this system. */
export type PresetSettings = {
  readonly attend?: Partial<AttendSettings>;
  readonly multihead?: Partial<MultiheadSettings>;
  readonly layer?: Partial<LayerSettings>;
  readonly posenc?: Partial<PosencSettings>;
  readonly "compare-scoring"?: Partial<CompareScoringSettings>;
};

/** One published size. Numbers that the paper does not give are absent. */
export interface Sizes {
  /** The last part of the preset's name: "big" in transformer-encoder-big. It is "" if there is only one size. */
  readonly name: string;
  readonly layers?: number;
  /** Columns of the vectors that queries come from. */
  readonly dModel: number;
  /** Columns of the vectors that keys and values come from, if they differ. */
  readonly dSource?: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly headSize?: number;
  /** Columns of the features of an additive or multiplicative scoring. */
  readonly features?: number;
  readonly feedForward?: number;
  /** The number of positions that the model was made for. */
  readonly context?: number;
  /** Rows of a table of learned positions, if they differ from `context`. */
  readonly positions?: number;
  readonly vocabulary?: number;
}

/** The distributions at the start of training, from which numbers are drawn. */
export interface InitialDistributions {
  /** For X, and for the source. */
  readonly vectors: Distribution;
  /** For W, U and v. */
  readonly parameters: Distribution;
  /** For b^Q, b^K, b^V and b^O. Absent if the system has no biases. */
  readonly biases?: Distribution;
  /** For bias_k and bias_v, an additional key and its value. */
  readonly extraKey?: Distribution;
  /** Whether keys and values come from other vectors than queries. */
  readonly hasSource: boolean;
  /** Whether a layer also attends to the output of an encoder. */
  readonly hasMemory?: true;
  /**
   * For biases of norms, absent if there are none. The next one is for the feed-forward, if it differs from `biases`.
   */
  readonly normBiases?: Distribution;
  readonly feedForwardBiases?: Distribution;
  /** Whether a W_c joins c and h. */
  readonly hasAttentionalState?: true;
  /** For learned tables that are added to embeddings. */
  readonly positions?: Distribution;
  readonly segments?: Distribution;
  /** Settings for drawn embeddings, in addition to the tables. */
  readonly embedding?: Partial<EmbeddingSettings>;
}

/** A system as a whole model. The settings of its layers are those of `layer`. */
export interface ModelRules {
  /** The `model_type` of the checkpoints whose tensor names the weights have. */
  readonly tensorsOf: string;
  readonly layout: "in-out" | "out-in";
  readonly embedding: EmbeddingRules;
  /** Rows of the segment table. */
  readonly segments?: number;
  readonly hasFinalNorm: boolean;
  /** Whether its layers are a decoder, after an encoder with the same number of layers that are not causal. */
  readonly hasEncoder?: true;
  /** Whether dense and banded layers alternate, the first one dense. */
  readonly alternates?: true;
  readonly predicts: HeadRules["predicts"];
  /** From the released code if the paper does not give it. */
  readonly vocabulary?: number;
  /** Whether the head has its own matrix, instead of the embedding matrix. */
  readonly isUntied?: true;
  /** The layers, if the system itself is a part in front of them. */
  readonly layers?: {
    readonly size: Sizes;
    readonly initial: InitialDistributions;
    readonly settings: Partial<LayerSettings>;
  };
  /** The other inputs that it reads, in this order between the first token and the text. */
  readonly modalities?: readonly ModalityRules[];
  /** The distributions of the embeddings before any norm. */
  readonly initialEmbeddings: { readonly tokens: Distribution; readonly positions?: Distribution };
}

/** An input other than text, as its encoder returns it. */
export interface ModalityRules {
  /** "image" */
  readonly name: string;
  /** The published number of rows and columns of its features. */
  readonly rows: number;
  readonly columns: number;
  readonly kernel: number;
  readonly stride: number;
}

/** A published system. One file per system, registered in registry.ts. Options, cards and test sweeps use it. */
export interface System {
  readonly name: string;
  readonly title: string;
  /** What is special about it, in one line. */
  readonly summary: string;
  /** The paper, with the section or equation. */
  readonly source: string;
  readonly formulas: readonly string[];
  /** How it differs from other systems, one sentence each. */
  readonly conventions: readonly string[];
  /** What the released code does differently from the paper, or what the paper does not say. */
  readonly releasedCode: readonly string[];
  /** The first size is used if none is named. */
  readonly sizes: readonly [Sizes, ...Sizes[]];
  readonly settings: PresetSettings;
  /** Settings that the user must give because they were not published, with the reason. */
  readonly unpublished?: Readonly<Partial<Record<keyof MultiheadSettings, string>>>;
  readonly initial: InitialDistributions;
  /** Absent if the system is only an attention and not a whole model. */
  readonly model?: ModelRules;
}

/** A system with one of its sizes. */
export interface NamedSystem {
  readonly system: System;
  readonly size: Sizes;
}

/** Returns what a system sets for a command; undefined if it has nothing for it. */
export function settingsFor({ settings }: System, command: string): object | undefined {
  const byCommand: Readonly<Record<string, object>> = settings;
  return Object.hasOwn(byCommand, command) ? byCommand[command] : undefined;
}
