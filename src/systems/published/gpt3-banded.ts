import type { System } from "../system.js";
import { gpt3 } from "./gpt3.js";

const { model: _, ...dense } = gpt3;
const { posenc: __, ...settings } = dense.settings;

export const gpt3Banded: System = {
  ...dense,
  name: "gpt3-banded",
  title: "GPT-3, locally banded layers",
  summary: "its other layers: a band of keys, --window says how wide",
  formulas: ["head = softmax(mask(Q Kᵀ / √d_k)) V, i − W < j ≤ i"],
  conventions: [
    "Dense and locally banded sparse layers alternate; these are the banded ones, as in the Sparse Transformer (Child et al. 2019).",
    ...gpt3.conventions.slice(1),
  ],
  settings,
  unpublished: { window: "the paper does not say how wide the band is" },
};
