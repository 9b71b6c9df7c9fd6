import {
  anyWholeNumber,
  choice,
  number,
  onOff,
  positive,
  refuseValue,
  type SettingsIn,
  settingTable,
  takes,
  wholeNumber,
} from "../setting.js";
import { SCALING_NAMES, SCALING_SETTINGS } from "./scaling.js";

export const ENCODING_SETTINGS = settingTable("Sinusoid", {
  base: takes("<b>", baseOfPowers, "the number whose powers are the frequencies", {
    group: "Positions",
    default: 10_000,
  }),
  offset: takes("<n>", anyWholeNumber, "the first position", {
    group: "Positions",
    defaultText: "0, or that of the convention",
  }),
  convention: takes(
    "<name>",
    choice("paper", "tensor2tensor", "fairseq"),
    "sinusoids as in paper, tensor2tensor or fairseq; sets the next three options and the first position",
    { defaultText: "paper" },
  ),
  columns: takes(
    "<order>",
    choice("interleaved", "halves"),
    "interleaved (sin, cos, sin, cos, …) or halves (all sines, then all cosines)",
  ),
  exponent: takes(
    "<rule>",
    choice("paper", "half-minus-one", "doubled"),
    "paper: base^(2i/d); half-minus-one: base^(i/(d/2 − 1)); doubled: base^(4i/d), as Macaw-LLM has it",
  ),
  oddD: takes(
    "<policy>",
    choice("zero", "sine", "refuse"),
    "the last column of an odd d: zero, sine (without its cosine), or refuse (an error)",
  ),
  embeddingScale: takes(
    "<scale>",
    choice("none", "sqrt"),
    "sqrt: multiply x by √d_model before adding the encoding, as in the paper",
    { default: "none" },
  ),
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
  rotarySize: takes("<r>", wholeNumber(2), "rotate only the first R columns", { defaultText: "all" }),
  scaling: takes(
    "<name>",
    choice(...SCALING_NAMES),
    `frequencies for longer texts: ${SCALING_NAMES.join(", ")}; with its parameters: yarn:factor=4,original=4096`,
  ),
  ...SCALING_SETTINGS,
});

/** The settings of RoPE's angles, for `posenc` and for the heads of `multihead`. */
export type RotarySettings = SettingsIn<typeof ROTARY_SETTINGS>;

const ALIBI_SETTINGS = settingTable("ALiBi", {
  biasMax: takes("<m>", number, "ALiBi: the slopes are 2^(−m·h/H)", { default: 8 }),
  symmetric: onOff("ALiBi: −slope·|i − j|, for keys after the query too"),
});

/** The settings of ALiBi's biases. */
export type AlibiSettings = SettingsIn<typeof ALIBI_SETTINGS>;

export const HEAD_POSITION_SETTINGS = settingTable("Rotation", {
  rope: takes(
    "<pairs>",
    choice("interleaved", "half-split"),
    "rotate queries and keys by their positions: interleaved (columns 2i, 2i+1) or half-split (i, i + R/2)",
  ),
  ...ROTARY_SETTINGS,
  alibi: onOff("add −slope·(i − j) to the scores of each head", "ALiBi"),
  ...ALIBI_SETTINGS,
});

const RELATIVE_SETTINGS = settingTable("Relative positions", {
  buckets: takes("<n>", wholeNumber(2), "T5: the number of buckets", { default: 32 }),
  maxDistance: takes(
    "<n>",
    wholeNumber(1),
    "T5: the last bucket starts here; clipped: K of clip(j − i, −K, K)",
    { defaultText: "128 for T5" },
  ),
  causal: {
    ...onOff("T5: keys after the query count as distance 0"),
    defaultText: "both directions",
  },
  relative: onOff("T5 and clipped: the given positions are already relative, key − query"),
});

const { base: _, offset, ...sinusoid } = ENCODING_SETTINGS;

export const KIND_SETTINGS = settingTable("Positions", {
  length: takes("<n>", wholeNumber(1), "the number of positions offset, offset + 1, …", {
    brief: "how many positions",
  }),
  dModel: takes("<d>", wholeNumber(1), "columns", { brief: "how many columns", defaultText: "those of x" }),
  offset,
  shift: takes(
    "<k>",
    anyWholeNumber,
    "also the rotation M with PE(pos + K) = M·PE(pos), and how exact it is",
    { brief: "the effect of a shift of all positions" },
  ),
  dotProducts: onOff("also PE(i)·PE(j), which depends on the distance only"),
  ...sinusoid,
  pairs: takes(
    "<pairing>",
    choice("interleaved", "half-split"),
    "RoPE: interleaved (columns 2i, 2i+1) or half-split (i, i + R/2); without it, both are shown",
    { group: "Rotation" },
  ),
  ...ROTARY_SETTINGS,
  heads: takes("<h>", wholeNumber(1), "ALiBi: the number of heads", {
    group: "ALiBi",
    brief: "how many heads",
    default: 8,
  }),
  ...ALIBI_SETTINGS,
  ...RELATIVE_SETTINGS,
});

/** The settings of `posenc` except the kind. Each kind uses some of them. */
export type KindSettings = SettingsIn<typeof KIND_SETTINGS>;
