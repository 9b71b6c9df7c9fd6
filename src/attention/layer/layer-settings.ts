import { MULTIHEAD_SETTINGS } from "../heads/multihead-settings.js";
import { choice, type SettingsIn, settingTable, takes, wholeNumber, withSynonyms } from "../setting.js";
import { ACTIVATION_NAMES } from "./activations.js";

const { compareHeads: _, dropoutP: _dropoutP, eps, ...ATTENTION } = MULTIHEAD_SETTINGS;

/** `--norm rms` says which kind of norm it is, not where it stands. */
function kindOrPlace(typed: string) {
  const word = typed.replaceAll("_", "-");
  return /^(?:rms|layer)/.test(word) ? { normKind: word } : { norm: word };
}

export const LAYER_SETTINGS = settingTable("Layer", {
  part: takes(
    "<part>",
    withSynonyms({ ffn: "feed-forward", mlp: "feed-forward" }, choice("norm", "feed-forward")),
    "only the norm or the feed-forward, of the rows of x",
  ),
  norm: takes(
    "<place>",
    withSynonyms(
      { "post-ln": "post", "post-norm": "post", "pre-ln": "pre", "pre-norm": "pre" },
      choice("post", "pre", "parallel", "none"),
    ),
    "where the norms stand: post LN(x + f(x)), pre x + f(LN x), parallel x + attention(LN x) + ff(LN x), none",
    {
      default: "post", // Vaswani et al. 2017, section 3.1
      unfold: kindOrPlace,
      synonyms: ["normOrder"],
    },
  ),
  normKind: takes(
    "<kind>",
    withSynonyms(
      { rmsnorm: "rms", "rms-norm": "rms", layernorm: "layer", "layer-norm": "layer", ln: "layer" },
      choice("layer", "rms"),
    ),
    "layer (mean and variance of a row) or rms (its mean square)",
    {
      default: "layer",
    },
  ),
  eps: { ...eps, help: "added to the variance or mean square before the root", group: "Layer" },
  activation: takes(
    "<name>",
    choice(...ACTIVATION_NAMES),
    `between the products of the feed-forward: ${ACTIVATION_NAMES.join(", ")} (the last two multiply by X W₃)`,
    { default: "relu" },
  ),
  memoryLength: takes("<n>", wholeNumber(0), "only the first N rows of memory exist (padding of the source)"),
  ...ATTENTION,
});

/** The settings of `layer`: those of its attention, and those of the parts around it. */
export type LayerSettings = SettingsIn<typeof LAYER_SETTINGS>;

/** The settings of a norm. */
export type NormSettings = Pick<LayerSettings, "normKind" | "eps">;
