import { MULTIHEAD_SETTINGS, type MultiheadSettings } from "../heads/multihead-settings.js";
import { choice, type SettingTable, wholeNumber } from "../setting.js";
import { ACTIVATION_NAMES, type ActivationName } from "./activations.js";

/** Where the norms of a layer stand: LN(x + f(x)), x + f(LN x), x + f(LN x) + g(LN x), or nowhere. */
const NORM_PLACES = ["post", "pre", "parallel", "none"] as const;

const NORM_KINDS = ["layer", "rms"] as const;

/** What a norm is. */
export interface NormSettings {
  readonly normKind: (typeof NORM_KINDS)[number];
  readonly eps: number;
}

/** Settings of `layer`: those of its attention, and what stands around it. */
export interface LayerSettings extends Omit<MultiheadSettings, "compareHeads" | "dropoutP">, NormSettings {
  readonly norm: (typeof NORM_PLACES)[number];
  readonly activation: ActivationName;
  /** Of the encoder's output, only the first so many rows exist. */
  readonly memoryLength?: number;
}

const { compareHeads: _, dropoutP: _dropoutP, eps, ...ATTENTION } = MULTIHEAD_SETTINGS;
const group = "Layer";

export const LAYER_SETTINGS: SettingTable<LayerSettings> = {
  norm: {
    value: "<place>",
    help: "where the norms stand: post LN(x + f(x)), pre x + f(LN x), parallel x + attention(LN x) + ff(LN x), none",
    group,
    default: "post", // Vaswani et al. 2017, section 3.1
    parse: choice(...NORM_PLACES),
  },
  normKind: {
    value: "<kind>",
    help: "layer (mean and variance of a row) or rms (its mean square)",
    group,
    default: "layer",
    parse: choice(...NORM_KINDS),
  },
  eps: { ...eps, help: "added to the variance or mean square before the root", group },
  activation: {
    value: "<name>",
    help: `between the products of the feed-forward: ${ACTIVATION_NAMES.join(", ")} (the last two multiply by X W₃)`,
    group,
    default: "relu",
    parse: choice(...ACTIVATION_NAMES),
  },
  memoryLength: {
    value: "<n>",
    help: "only the first N rows of memory exist (padding of the source)",
    group,
    parse: wholeNumber(0),
  },
  ...ATTENTION,
};
