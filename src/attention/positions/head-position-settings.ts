import { choice, number, onOff, type SettingsIn, settingTable, wholeNumber } from "../setting.js";
import { ENCODING_SETTINGS } from "./encoding-settings.js";
import { SCALING_NAMES } from "./scaling/registry.js";
import { SCALING_SETTINGS } from "./scaling/scaling-settings.js";

const group = "Rotation";

export const ROTARY_SETTINGS = settingTable({
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
  ...SCALING_SETTINGS,
});

/** Which angles RoPE turns by: the same for `posenc` and for the heads of `multihead`. */
export type RotarySettings = SettingsIn<typeof ROTARY_SETTINGS>;

export const ALIBI_SETTINGS = settingTable({
  biasMax: {
    value: "<m>",
    help: "ALiBi: the slopes are 2^(−m·h/H)",
    group: "ALiBi",
    default: 8,
    parse: number,
  },
  symmetric: onOff("ALiBi: −slope·|i − j|, for keys after the query too", "ALiBi"),
});

/** How large the ALiBi biases of the heads are. */
export type AlibiSettings = SettingsIn<typeof ALIBI_SETTINGS>;

export const HEAD_POSITION_SETTINGS = settingTable({
  rope: {
    value: "<pairs>",
    help: "turn queries and keys by their positions: interleaved (columns 2i, 2i+1) or half-split (i, i + R/2)",
    group,
    parse: choice("interleaved", "half-split"),
  },
  ...ROTARY_SETTINGS,
  alibi: onOff("add −slope·(i − j) to the scores of each head", "ALiBi"),
  ...ALIBI_SETTINGS,
});
