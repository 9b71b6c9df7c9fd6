import { gpt2Names, gptSizes } from "./gpt2.js";
import type { ModelKind } from "./model-kind.js";

/**
 * GPT-2 as Karpathy's nanoGPT trains it: W is out × in, GELU uses erf, and `bias: false` in the config removes all
 * biases.
 */
export const nanogpt: ModelKind = {
  types: ["nanogpt"],
  identifyingKey: "block_size",
  prefixes: ["transformer."],
  describe: (config) => ({
    ...gptSizes(config),
    kind: "nanogpt",
    hasFinalNorm: true,
    layer: { norm: "pre", normKind: "layer", eps: 1e-5, activation: "gelu", layout: "out-in", causal: true },
    ...(!config.flag("bias", true) && { biases: [] }),
    head: { predicts: "next", isTied: true },
  }),
  names: ({ biases }) => gpt2Names(biases),
};
