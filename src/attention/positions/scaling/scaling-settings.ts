import { listOf, positive, type SettingsIn, settingTable, wholeNumber } from "../../setting.js";

const group = "Rotation";

export const SCALING_SETTINGS = settingTable({
  scalingFactor: {
    value: "<s>",
    help: "the length, as a multiple of that in training",
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
    help: "yarn: pairs with more turns within L₀ keep their frequency",
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
    help: "llama3: pairs with more turns keep their frequency",
    group,
    within: { setting: "scaling", as: "high-freq" },
    default: 4,
    parse: positive,
  },
  factors: {
    value: "<list>",
    help: "longrope: the divisor of each pair's frequency",
    group,
    within: { setting: "scaling", as: "factors" },
    parse: listOf(positive),
  },
});

/** The settings of a scaling. */
export type ScalingSettings = SettingsIn<typeof SCALING_SETTINGS>;
