import { setting } from "../../errors.js";
import type { System } from "../system.js";
import { GPT2_DISTRIBUTIONS, GPT2_LAYER, GPT2_MODEL } from "./gpt2.js";
import { headSettings, transformerSizesWith } from "./shared.js";

/** d_head is given separately: heads·d_head is not d_model in XL and 13B. */
const size = transformerSizesWith({ context: 2048 });

export const gpt3: System = {
  name: "gpt3",
  title: "GPT-3, dense layers",
  summary: "GPT-2's attention in eight sizes: the dense layers",
  source: "Brown et al. 2020, section 2.1, table 2.1",
  formulas: ["head = softmax(mask(Q Kᵀ / √d_k)) V, j ≤ i"],
  conventions: [
    `Dense and locally banded sparse layers alternate; these are the dense ones. The whole model has both: qkv model ${setting("preset")} gpt3 ${setting("random")} ${setting("window")} 4, where the first layer is dense. The width of the band is not published; without ${setting("window")} all layers are dense.`,
    "Table 2.1 contradicts d_head = d_model / heads twice: XL has 24·128 = 3072 for d_model = 2048, 13B has 40·128 = 5120 for 5140. qkv takes the numbers as printed.",
    "The layer norm comes before the attention, as in GPT-2.",
  ],
  releasedCode: ["No code was released; biases and initialisation are those of GPT-2."],
  sizes: [
    size("175b", 96, 12288, 96, 128),
    size("small", 12, 768, 12, 64),
    size("medium", 24, 1024, 16, 64),
    size("large", 24, 1536, 16, 96),
    size("xl", 24, 2048, 24, 128),
    size("2.7b", 32, 2560, 32, 80),
    size("6.7b", 32, 4096, 32, 128),
    size("13b", 40, 5140, 40, 128),
  ],
  settings: headSettings(
    { causal: true, align: "bottom-right" },
    { posenc: { kind: "learned" }, layer: GPT2_LAYER },
  ),
  initial: GPT2_DISTRIBUTIONS,
  model: { ...GPT2_MODEL, alternates: true },
};

const { model: _, ...dense } = gpt3;
const { posenc: __, ...settings } = dense.settings;

export const gpt3Banded: System = {
  ...dense,
  name: "gpt3-banded",
  title: "GPT-3, locally banded layers",
  summary: `its other layers: a band of keys, whose width is ${setting("window")}`,
  formulas: ["head = softmax(mask(Q Kᵀ / √d_k)) V, i − W < j ≤ i"],
  conventions: [
    "Dense and locally banded sparse layers alternate; these are the banded ones, as in the Sparse Transformer (Child et al. 2019).",
    ...gpt3.conventions.slice(1),
  ],
  settings,
  unpublished: { window: "the paper does not say how wide the band is" },
};
