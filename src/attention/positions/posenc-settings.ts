import { anyWholeNumber, choice, onOff, type SettingTable, wholeNumber } from "../setting.js";
import { ENCODING_SETTINGS } from "./encoding-settings.js";
import { ALIBI_SETTINGS, ROTARY_SETTINGS } from "./head-position-settings.js";
import type { KindSettings } from "./kind.js";
import { KIND_NAMES, type KindName } from "./registry.js";

/** Settings of `posenc`. The base of a given table is found out, unless it is said. */
export interface PosencSettings extends Omit<KindSettings, "base"> {
  readonly kind: KindName;
  readonly base?: number;
}

const { base: usualBase, offset, ...sinusoid } = ENCODING_SETTINGS;
const { default: defaultBase, ...base } = usualBase;

export const POSENC_SETTINGS: SettingTable<PosencSettings> = {
  kind: {
    value: "<name>",
    help: `${KIND_NAMES.join(", ")}`,
    group: "Positions",
    brief: "sinusoidal, rope, alibi, t5, clipped, learned",
    default: "sinusoidal",
    parse: choice(...KIND_NAMES),
  },
  length: {
    value: "<n>",
    help: "positions offset, offset + 1, …: so many",
    group: "Positions",
    brief: "how many positions",
    parse: wholeNumber(1),
  },
  dModel: {
    value: "<d>",
    help: "columns",
    group: "Positions",
    brief: "how many columns",
    defaultText: "those of x",
    parse: wholeNumber(1),
  },
  offset,
  shift: {
    value: "<k>",
    help: "also the rotation M with PE(pos + K) = M·PE(pos), and how exactly that holds",
    group: "Positions",
    brief: "what a shift of all positions does",
    parse: anyWholeNumber,
  },
  dotProducts: onOff("also PE(i)·PE(j), which depends on the distance only", "Positions"),
  ...sinusoid,
  pairs: {
    value: "<pairing>",
    help: "RoPE: interleaved (columns 2i, 2i+1) or half-split (i, i + R/2); both are shown when neither is said",
    group: "Rotation",
    parse: choice("interleaved", "half-split"),
  },
  ...ROTARY_SETTINGS,
  base: { ...base, defaultText: `${defaultBase}; of a given table it is found out` },
  heads: {
    value: "<h>",
    help: "ALiBi: how many heads",
    group: "ALiBi",
    brief: "how many heads",
    default: 8,
    parse: wholeNumber(1),
  },
  ...ALIBI_SETTINGS,
  buckets: {
    value: "<n>",
    help: "T5: how many buckets",
    group: "Relative positions",
    default: 32,
    parse: wholeNumber(2),
  },
  maxDistance: {
    value: "<n>",
    help: "T5: the last bucket starts here; clipped: K of clip(j − i, −K, K)",
    group: "Relative positions",
    defaultText: "128 for T5",
    parse: wholeNumber(1),
  },
  causal: {
    ...onOff("T5: keys after the query count as distance 0", "Relative positions"),
    defaultText: "both directions",
  },
  relative: onOff(
    "T5 and clipped: the given positions are relative ones already, key − query",
    "Relative positions",
  ),
};
