import { activationOf, headOf } from "./config.js";
import { gptNames, gptSizes } from "./gpt2.js";
import type { ModelKind } from "./model-kind.js";

/**
 * GPT-1 (Radford et al. 2018): the norms come after the residual sums, and there is no norm after the last layer. Its
 * "gelu" is the tanh form.
 */
export const openaiGpt: ModelKind = {
  types: ["openai-gpt"],
  prefixes: ["transformer."],
  describe(config) {
    const activation = activationOf(config, "afn", "gelu");
    return {
      ...gptSizes(config),
      kind: "openai-gpt",
      hasFinalNorm: false,
      layer: {
        norm: "post",
        normKind: "layer",
        eps: config.number(["layer_norm_epsilon"], 1e-5),
        activation: activation === "gelu" ? "gelu-tanh" : activation,
        layout: "in-out",
        causal: true,
      },
      head: headOf(config),
    };
  },
  names: () =>
    gptNames({ tokenEmbedding: "tokens_embed.weight", positionEmbedding: "positions_embed.weight" }),
};
