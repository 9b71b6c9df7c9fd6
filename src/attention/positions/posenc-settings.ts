import { DRAW_SETTINGS, type DrawSettings } from "../drawn/settings.js";
import { choice, flag, type SettingTable, wholeNumber } from "../setting.js";
import type { KindSettings } from "./kind.js";
import { KIND_NAMES, type KindName } from "./registry.js";
import { ALIBI_SETTINGS, ROTARY_SETTINGS } from "./settings.js";

/** Settings of `posenc`. */
export interface PosencSettings extends KindSettings, Pick<DrawSettings, "preset" | "random" | "seed"> {
  readonly kind: KindName;
}

const anyWholeNumber = wholeNumber(Number.MIN_SAFE_INTEGER);
const { preset, random, seed } = DRAW_SETTINGS;

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
  offset: {
    flag: "--offset <n>",
    help: "the first position (default 0)",
    group: "Positions",
    parse: anyWholeNumber,
  },
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
  convention: {
    flag: "--convention <name>",
    help: "whose sinusoid: paper (default), tensor2tensor, fairseq; sets the next three and the first position",
    group: "Sinusoid",
    parse: choice("paper", "tensor2tensor", "fairseq"),
  },
  columns: {
    flag: "--columns <order>",
    help: "interleaved (sin, cos, sin, cos, …) or halves (all sines, then all cosines)",
    group: "Sinusoid",
    parse: choice("interleaved", "halves"),
  },
  exponent: {
    flag: "--exponent <rule>",
    help: "paper: base^(2i/d); half-minus-one: base^(i/(d/2 − 1)); doubled: base^(4i/d), as Macaw-LLM has it",
    group: "Sinusoid",
    parse: choice("paper", "half-minus-one", "doubled"),
  },
  oddD: {
    flag: "--odd-d <policy>",
    help: "an odd d: zero fills the last column, refuse is an error",
    group: "Sinusoid",
    parse: choice("zero", "refuse"),
  },
  embeddingScale: {
    flag: "--embedding-scale <scale>",
    help: "sqrt: x is multiplied by √d_model before the encoding is added, as in the paper (default none)",
    group: "Sinusoid",
    parse: choice("none", "sqrt"),
  },
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
  ...{ preset, random, seed },
};
