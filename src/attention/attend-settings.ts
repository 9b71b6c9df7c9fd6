import { setting } from "../errors.js";
import { evaluateArithmetic } from "../math/arithmetic.js";
import { EMBEDDING_SETTINGS } from "./embedding/embedding-settings.js";
import { GRADIENT_SETTINGS } from "./gradients/losses.js";
import { FILL_EXAMPLES, parseFill } from "./masks/fills.js";
import { SCORING_NAMES, type ScoringName } from "./scoring/registry.js";
import {
  anyWholeNumber,
  choice,
  flag,
  number,
  onOff,
  orRefuse,
  positive,
  probability,
  refuseValue,
  type SettingsIn,
  settingTable,
  takes,
  wholeNumber,
  withSynonyms,
} from "./setting.js";

/** Parses a scale. It stays text if it contains d_k, which is known only when the problem is. */
function scale(given: unknown) {
  if (typeof given !== "string") return number(given);
  if (given === "none") return given;
  const expression = given.replaceAll(/\b(?:dk?|d_head|head_dim)\b/gi, "d_k");
  const hint = "Give a number or an expression such as 1/sqrt(8), 1/d_k, or none.";
  const value = orRefuse(given, "a scale", () => evaluateArithmetic(expression, { d_k: 1 }), hint);
  return Number.isFinite(value) ? expression : refuseValue(given, "a finite scale");
}

/** Other names of scorings, often those of their authors. */
const OTHER_NAMES: Readonly<Record<string, ScoringName>> = {
  bahdanau: "additive",
  multiplicative: "general",
  bilinear: "general",
  vaswani: "scaled-dot",
  "luong-dot": "dot",
  "luong-general": "general",
  "luong-concat": "concat",
};

/** How flash-attention writes a side of the window without a limit. */
const OPEN = "-1";

/**
 * Splits a window: `--window 2,0` means 2 keys to the left and none to the right. A side that is empty or −1 has no
 * limit. Brackets around both are allowed.
 */
function unfoldWindow(typed: string) {
  const bare = typed.trim().replace(/^[([](.*)[)\]]$/, "$1");
  if (!bare.includes(",")) return bare === OPEN ? {} : { window: bare };
  const sides = bare.split(",").map((side) => side.trim());
  const [left, right, ...more] = sides.map((side) => (side === OPEN ? "" : side));
  if (more.length > 0 || sides.every((side) => side === "")) {
    refuseValue(
      typed,
      "a window",
      `${setting("window")} 3: 3 keys with the query's own; ${setting("window")} 2,0: keys on either side.`,
    );
  }
  return { ...(left && { windowLeft: left }), ...(right && { windowRight: right }) };
}

/** The settings of one attention. Options, their help and the checks of a bundle are derived from this table. */
export const ATTEND_SETTINGS = settingTable("Masks", {
  scoring: takes(
    "<name>",
    withSynonyms(OTHER_NAMES, choice(...SCORING_NAMES)),
    `the function of query and key that gives a score: ${SCORING_NAMES.join(", ")}`,
    { group: "Scores", brief: "scaled-dot, dot, additive, cosine, …", default: "scaled-dot" },
  ),
  scale: takes("<s>", scale, "multiplies the scores: a number, 1/sqrt(8), 1/d_k, none", {
    group: "Scale",
    brief: "in place of 1/√d_k: 1/8, none",
    defaultText: "1/sqrt(d_k) for scaled-dot, none for the others",
  }),
  temperature: takes("<t>", positive, "also divides the scores: below 1 sharper, above 1 flatter", {
    group: "Scale",
    default: 1,
  }),
  softcap: takes("<c>", positive, "C·tanh(s/C), before bias and mask", { group: "Scale" }),
  maskTrue: takes(
    "<meaning>",
    choice("keep", "drop"),
    "what true means in the mask: keep (may attend) or drop",
    { default: "keep" },
  ),
  causal: {
    ...onOff("query i sees the keys j ≤ i + offset"),
    brief: "a query sees itself and what is before it",
  },
  align: takes(
    "<corner>",
    choice("top-left", "bottom-right"),
    "the position of query 0 among the keys: top-left (offset 0) or bottom-right (keys − queries)",
  ),
  queryOffset: takes("<n>", anyWholeNumber, "the position of query 0 among the keys, as a number"),
  window: takes(
    "<w>",
    wholeNumber(1),
    "exactly W keys per row, the query's own position included: i + offset − W < j ≤ i + offset; A,B: i + offset − A ≤ j ≤ i + offset + B",
    { unfold: unfoldWindow, synonyms: ["windowSize"] },
  ),
  windowLeft: takes("<a>", wholeNumber(0), "keys j ≥ i + offset − A", {
    within: { setting: "window", as: "A," },
  }),
  windowRight: takes("<b>", wholeNumber(0), "keys j ≤ i + offset + B", {
    within: { setting: "window", as: ",B" },
  }),
  keyLength: takes("<n>", wholeNumber(0), "only the first N keys exist (padding)"),
  maskFill: takes(
    "<fill>",
    (given) => parseFill(given).text,
    `how a masked cell is removed: ${FILL_EXAMPLES}, with any number`,
    { default: "neg-inf" },
  ),
  emptyRow: takes(
    "<policy>",
    choice("zero", "nan", "uniform", "error"),
    "the result of a row that may attend to no key: zero, nan, uniform, error",
    { default: "zero" },
  ),
  dropoutP: takes(
    "<p>",
    probability,
    `with ${setting("dropoutMask")}: the probability p; kept weights are divided by 1 − p`,
  ),
  layout: takes("<layout>", choice("in-out", "out-in"), "how W is stored: in-out (x·W) or out-in (torch)", {
    group: "Reading",
    default: "in-out",
  }),
  localWindow: takes("<d>", positive, "D of local-m and local-p: keys p − D … p + D, σ = D/2", {
    group: "Scores",
    default: 10, // Luong et al. 2015, section 4.1
  }),
  localRenormalize: {
    ...onOff("divide the weights of local-m and local-p by their row's sum", "Scores"),
    defaultText: "rows sum below 1",
  },
  ...EMBEDDING_SETTINGS,
  ...GRADIENT_SETTINGS,
  stream: {
    help: "compute row by row and keep no n×m step (automatic above 2048×2048 scores)",
    negation: "keep every step, however large",
    group: "Output",
    parse: flag,
  },
});

/** The settings of one attention, by their names in a bundle's `settings` and in JSON output. */
export type AttendSettings = SettingsIn<typeof ATTEND_SETTINGS>;
