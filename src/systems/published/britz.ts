import { GLOROT, normal } from "../drawn/initialisation.js";
import type { System } from "../system.js";

const size = (features: number) =>
  ({ name: String(features), dModel: 512, dSource: 1024, features }) as const;

/** What the two attentions of Britz et al. 2017 have in common; sizes are named by the attention dimension. */
export const BRITZ: Pick<System, "sizes" | "start" | "conventions" | "releasedCode"> = {
  sizes: [size(128), size(256), size(512), size(1024)],
  start: { vectors: normal(1), parameters: GLOROT, hasSource: true },
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
