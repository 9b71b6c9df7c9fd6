import {
  anyWholeNumber,
  choice,
  number,
  onOff,
  positive,
  refuseValue,
  type SettingsIn,
  settingTable,
  wholeNumber,
} from "../setting.js";
import { SCALING_NAMES, SCALING_SETTINGS } from "./scaling.js";

export const ENCODING_SETTINGS = settingTable("Sinusoid", {
  base: {
    value: "<b>",
    help: "the number whose powers are the frequencies",
    group: "Positions",
    default: 10_000,
    parse: baseOfPowers,
  },
  offset: {
    value: "<n>",
    help: "the first position",
    group: "Positions",
    defaultText: "0, or that of the convention",
    parse: anyWholeNumber,
  },
  convention: {
    value: "<name>",
    help: "sinusoids as in paper, tensor2tensor or fairseq; sets the next three options and the first position",
    defaultText: "paper",
    parse: choice("paper", "tensor2tensor", "fairseq"),
  },
  columns: {
    value: "<order>",
    help: "interleaved (sin, cos, sin, cos, …) or halves (all sines, then all cosines)",
    parse: choice("interleaved", "halves"),
  },
  exponent: {
    value: "<rule>",
    help: "paper: base^(2i/d); half-minus-one: base^(i/(d/2 − 1)); doubled: base^(4i/d), as Macaw-LLM has it",
    parse: choice("paper", "half-minus-one", "doubled"),
  },
  oddD: {
    value: "<policy>",
    help: "the last column of an odd d: zero, sine (without its cosine), or refuse (an error)",
    parse: choice("zero", "sine", "refuse"),
  },
  embeddingScale: {
    value: "<scale>",
    help: "sqrt: multiply x by √d_model before adding the encoding, as in the paper",
    default: "none",
    parse: choice("none", "sqrt"),
  },
});

/** The settings of encodings that are added to vectors, for `posenc` and for the x of other commands. */
export type EncodingSettings = SettingsIn<typeof ENCODING_SETTINGS>;

/**
 * The minimum base. With a smaller base, angles of large positions exceed the 192 binary digits in which waves are
 * exact.
 */
const MIN_BASE = 1e-10;

function baseOfPowers(given: unknown) {
  const base = positive(given);
  return base >= MIN_BASE ? base : refuseValue(given, `a number of ${MIN_BASE} or more`);
}

export const ROTARY_SETTINGS = settingTable("Rotation", {
  base: ENCODING_SETTINGS.base,
  rotarySize: {
    value: "<r>",
    help: "rotate only the first R columns",
    defaultText: "all",
    parse: wholeNumber(2),
  },
  scaling: {
    value: "<name>",
    help: `frequencies for longer texts: ${SCALING_NAMES.join(", ")}; with its parameters: yarn:factor=4,original=4096`,
    parse: choice(...SCALING_NAMES),
  },
  ...SCALING_SETTINGS,
});

/** The settings of RoPE's angles, for `posenc` and for the heads of `multihead`. */
export type RotarySettings = SettingsIn<typeof ROTARY_SETTINGS>;

const ALIBI_SETTINGS = settingTable("ALiBi", {
  biasMax: {
    value: "<m>",
    help: "ALiBi: the slopes are 2^(−m·h/H)",
    default: 8,
    parse: number,
  },
  symmetric: onOff("ALiBi: −slope·|i − j|, for keys after the query too", "ALiBi"),
});

/** The settings of ALiBi's biases. */
export type AlibiSettings = SettingsIn<typeof ALIBI_SETTINGS>;

export const HEAD_POSITION_SETTINGS = settingTable("Rotation", {
  rope: {
    value: "<pairs>",
    help: "rotate queries and keys by their positions: interleaved (columns 2i, 2i+1) or half-split (i, i + R/2)",
    parse: choice("interleaved", "half-split"),
  },
  ...ROTARY_SETTINGS,
  alibi: onOff("add −slope·(i − j) to the scores of each head", "ALiBi"),
  ...ALIBI_SETTINGS,
});

const RELATIVE_SETTINGS = settingTable("Relative positions", {
  buckets: {
    value: "<n>",
    help: "T5: the number of buckets",
    default: 32,
    parse: wholeNumber(2),
  },
  maxDistance: {
    value: "<n>",
    help: "T5: the last bucket starts here; clipped: K of clip(j − i, −K, K)",
    defaultText: "128 for T5",
    parse: wholeNumber(1),
  },
  causal: {
    ...onOff("T5: keys after the query count as distance 0", "Relative positions"),
    defaultText: "both directions",
  },
  relative: onOff(
    "T5 and clipped: the given positions are already relative, key − query",
    "Relative positions",
  ),
});

const { base: _, offset, ...sinusoid } = ENCODING_SETTINGS;

export const KIND_SETTINGS = settingTable("Positions", {
  length: {
    value: "<n>",
    help: "the number of positions offset, offset + 1, …",
    brief: "how many positions",
    parse: wholeNumber(1),
  },
  dModel: {
    value: "<d>",
    help: "columns",
    brief: "how many columns",
    defaultText: "those of x",
    parse: wholeNumber(1),
  },
  offset,
  shift: {
    value: "<k>",
    help: "also the rotation M with PE(pos + K) = M·PE(pos), and how exact it is",
    brief: "the effect of a shift of all positions",
    parse: anyWholeNumber,
  },
  dotProducts: onOff("also PE(i)·PE(j), which depends on the distance only", "Positions"),
  ...sinusoid,
  pairs: {
    value: "<pairing>",
    help: "RoPE: interleaved (columns 2i, 2i+1) or half-split (i, i + R/2); without it, both are shown",
    group: "Rotation",
    parse: choice("interleaved", "half-split"),
  },
  ...ROTARY_SETTINGS,
  heads: {
    value: "<h>",
    help: "ALiBi: the number of heads",
    group: "ALiBi",
    brief: "how many heads",
    default: 8,
    parse: wholeNumber(1),
  },
  ...ALIBI_SETTINGS,
  ...RELATIVE_SETTINGS,
});

/** The settings of `posenc` except the kind. Each kind uses some of them. */
export type KindSettings = SettingsIn<typeof KIND_SETTINGS>;
