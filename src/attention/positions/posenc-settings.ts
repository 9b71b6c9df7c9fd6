import { DRAW_SETTINGS, type DrawSettings } from "../../systems/drawn/draw-settings.js";
import { choice, flag, type SettingTable, wholeNumber } from "../setting.js";
import { ENCODING_SETTINGS } from "./encoding-settings.js";
import { ALIBI_SETTINGS, ROTARY_SETTINGS } from "./head-position-settings.js";
import type { KindSettings } from "./kind.js";
import { KIND_NAMES, type KindName } from "./registry.js";

/** Settings of `posenc`. */
export interface PosencSettings extends KindSettings, Pick<DrawSettings, "preset" | "random" | "seed"> {
  readonly kind: KindName;
}

const anyWholeNumber = wholeNumber(Number.MIN_SAFE_INTEGER);
const { preset, random, seed } = DRAW_SETTINGS;
const { base: _, offset, ...sinusoid } = ENCODING_SETTINGS;

export const POSENC_SETTINGS: SettingTable<PosencSettings> = {
  kind: {
    flag: "--kind <name>",
    help: `${KIND_NAMES.join(", ")} (default ${KIND_NAMES[0]})`,
    group: "Positions",
    parse: choice(...KIND_NAMES),
  },
  length: {
    flag: "--length <n>",
    help: "positions offset, offset + 1, …: so many",
    group: "Positions",
    parse: wholeNumber(1),
  },
  dModel: {
    flag: "--d-model <d>",
    help: "columns (default: those of x)",
    group: "Positions",
    parse: wholeNumber(1),
  },
  offset,
  shift: {
    flag: "--shift <k>",
    help: "also the rotation M with PE(pos + K) = M·PE(pos), and how exactly that holds",
    group: "Positions",
    parse: anyWholeNumber,
  },
  dotProducts: {
    flag: "--dot-products",
    help: "also PE(i)·PE(j), which depends on the distance only",
    group: "Positions",
    parse: flag,
  },
  ...sinusoid,
  pairs: {
    flag: "--pairs <pairing>",
    help: "RoPE: interleaved (columns 2i, 2i+1) or half-split (i, i + R/2); both are shown when neither is said",
    group: "Rotation",
    parse: choice("interleaved", "half-split"),
  },
  ...ROTARY_SETTINGS,
  heads: {
    flag: "--heads <h>",
    help: "ALiBi: how many heads (default 8)",
    group: "ALiBi",
    parse: wholeNumber(1),
  },
  ...ALIBI_SETTINGS,
  buckets: {
    flag: "--buckets <n>",
    help: "T5: how many buckets (default 32)",
    group: "Relative positions",
    parse: wholeNumber(2),
  },
  maxDistance: {
    flag: "--max-distance <n>",
    help: "T5: the last bucket starts here (default 128); clipped: K of clip(j − i, −K, K)",
    group: "Relative positions",
    parse: wholeNumber(1),
  },
  causal: {
    flag: "--causal",
    help: "T5: keys after the query count as distance 0 (default: both directions)",
    group: "Relative positions",
    parse: flag,
  },
  relative: {
    flag: "--relative",
    help: "T5 and clipped: the given positions are relative ones already, key − query",
    group: "Relative positions",
    parse: flag,
  },
  preset,
  random,
  seed,
};
