import type { Pairing } from "../../ops/pairs.js";
import { choice, listOf, number, onOff, positive, type SettingTable, wholeNumber } from "../setting.js";
import { ENCODING_SETTINGS, type EncodingSettings } from "./encoding-settings.js";
import { SCALING_NAMES, type ScalingName } from "./scaling/registry.js";
import type { ScalingSettings } from "./scaling/scaling.js";

/** Which angles RoPE turns by: the same for `posenc` and for the heads of `multihead`. */
export interface RotarySettings extends ScalingSettings, Pick<EncodingSettings, "base"> {
  /** R: the first so many columns turn, the rest pass. */
  readonly rotarySize?: number;
  readonly scaling?: ScalingName;
}

/** How large the ALiBi biases of the heads are. */
export interface AlibiSettings {
  readonly biasMax: number;
  readonly symmetric: boolean;
}

/** What a layer of heads adds to its own settings. */
export interface HeadPositionSettings extends RotarySettings, AlibiSettings {
  readonly rope?: Pairing;
  readonly alibi: boolean;
}

const group = "Rotation";

export const ROTARY_SETTINGS: SettingTable<RotarySettings> = {
  base: ENCODING_SETTINGS.base,
  rotarySize: {
    value: "<r>",
    help: "only the first R columns turn",
    group,
    defaultText: "all",
    parse: wholeNumber(2),
  },
  scaling: {
    value: "<name>",
    help: `frequencies for longer texts: ${SCALING_NAMES.join(", ")}; with what it needs: yarn:factor=4,original=4096`,
    group,
    parse: choice(...SCALING_NAMES),
  },
  scalingFactor: {
    value: "<s>",
    help: "how many times longer than in training",
    group,
    within: { setting: "scaling", as: "factor" },
    parse: positive,
  },
  originalLength: {
    value: "<n>",
    help: "L₀, the length in training (dynamic, yarn, llama3, longrope)",
    group,
    within: { setting: "scaling", as: "original" },
    parse: wholeNumber(1),
  },
  sequenceLength: {
    value: "<n>",
    help: "L, the length of the text (dynamic, longrope)",
    group,
    within: { setting: "scaling", as: "sequence" },
    defaultText: "one more than the last position",
    parse: wholeNumber(1),
  },
  betaFast: {
    value: "<turns>",
    help: "yarn: pairs with more turns within L₀ stay as they are",
    group,
    within: { setting: "scaling", as: "beta-fast" },
    default: 32,
    parse: positive,
  },
  betaSlow: {
    value: "<turns>",
    help: "yarn: pairs with fewer turns are divided by the factor",
    group,
    within: { setting: "scaling", as: "beta-slow" },
    default: 1,
    parse: positive,
  },
  lowFreqFactor: {
    value: "<turns>",
    help: "llama3: pairs with fewer turns within L₀ are divided by the factor",
    group,
    within: { setting: "scaling", as: "low-freq" },
    default: 1,
    parse: positive,
  },
  highFreqFactor: {
    value: "<turns>",
    help: "llama3: pairs with more turns stay as they are",
    group,
    within: { setting: "scaling", as: "high-freq" },
    default: 4,
    parse: positive,
  },
  factors: {
    value: "<list>",
    help: "longrope: what the frequency of each pair is divided by",
    group,
    within: { setting: "scaling", as: "factors" },
    parse: listOf(positive),
  },
};

export const ALIBI_SETTINGS: SettingTable<AlibiSettings> = {
  biasMax: {
    value: "<m>",
    help: "ALiBi: the slopes are 2^(−m·h/H)",
    group: "ALiBi",
    default: 8,
    parse: number,
  },
  symmetric: onOff("ALiBi: −slope·|i − j|, for keys after the query too", "ALiBi"),
};

export const HEAD_POSITION_SETTINGS: SettingTable<HeadPositionSettings> = {
  rope: {
    value: "<pairs>",
    help: "turn queries and keys by their positions: interleaved (columns 2i, 2i+1) or half-split (i, i + R/2)",
    group,
    parse: choice("interleaved", "half-split"),
  },
  ...ROTARY_SETTINGS,
  alibi: onOff("add −slope·(i − j) to the scores of each head", "ALiBi"),
  ...ALIBI_SETTINGS,
};
