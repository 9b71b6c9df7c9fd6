import { anyWholeNumber, choice, positive, refuseValue, type SettingsIn, settingTable } from "../setting.js";

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

function baseOfPowers(given: unknown): number {
  const base = positive(given);
  return base >= MIN_BASE ? base : refuseValue(given, `a number of ${MIN_BASE} or more`);
}
