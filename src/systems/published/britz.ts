import { GLOROT, normal } from "../drawn/distributions.js";
import type { System } from "../system.js";
import { alignmentSettings } from "./shared.js";

const size = (features: number) =>
  ({ name: String(features), dModel: 512, dSource: 1024, features }) as const;

const settingsOf = (scoring: "britz-add" | "britz-mul") =>
  alignmentSettings({ scoring, maskFill: "replace:float32.min" }, ["britz-add", "britz-mul"]);

/** What the two attentions of Britz et al. 2017 have in common. Sizes are named by the attention dimension. */
const BRITZ: Pick<System, "sizes" | "initial" | "conventions" | "releasedCode"> = {
  sizes: [size(128), size(256), size(512), size(1024)],
  initial: { vectors: normal(1), parameters: GLOROT, hasSource: true },
  conventions: [
    "The attention dimension is 128, 256, 512 or 1024.",
    "Unscaled, also for the products: with 1024 features they do worse (BLEU 18.22 against 22.03 with 128).",
  ],
  releasedCode: [
    "google/seq2seq projects with fully_connected, which adds a bias.",
    "The mask is s·m + (1 − m)·float32.min.",
    "The default dimension is 128. nmt_large.yml has 512, and cells of 512, so that keys from both directions of the encoder have 1024 columns: d_model and d_source here.",
  ],
};

/** The two attentions of Britz et al. 2017. */
export const BRITZ_SYSTEMS: readonly System[] = [
  {
    ...BRITZ,
    name: "britz-additive",
    title: "Britz's additive attention",
    summary: "additive with both projections, 128 to 1024 features",
    source: "Britz et al. 2017, eq. 6",
    formulas: ["score(h_j, s_i) = ⟨v, tanh(W₁ h_j + W₂ s_i)⟩"],
    settings: settingsOf("britz-add"),
  },
  {
    ...BRITZ,
    name: "britz-multiplicative",
    title: "Britz's multiplicative attention",
    summary: "unscaled products of projections, 128 to 1024 features",
    source: "Britz et al. 2017, eq. 7",
    formulas: ["score(h_j, s_i) = ⟨W₁ h_j, W₂ s_i⟩"],
    settings: settingsOf("britz-mul"),
  },
];
