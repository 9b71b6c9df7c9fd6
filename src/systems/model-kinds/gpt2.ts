import type { Architecture } from "../../attention/model/architecture.js";
import { layersAt, weightsAndBiases } from "../checkpoints/weights-and-biases.js";
import { activationOf, type Config, headOf, sizesOf } from "./config.js";
import type { ModelKind, TensorNames } from "./model-kind.js";

/** GPT-2 and GPT-3 (Radford et al. 2019; Brown et al. 2020), as Hugging Face stores them: W in × out, q k v packed. */
export const gpt2: ModelKind = {
  types: ["gpt2"],
  prefixes: ["transformer."],
  describe(config): Architecture {
    return {
      ...gptSizes(config),
      kind: "gpt2",
      hasFinalNorm: true,
      layer: {
        norm: "pre",
        normKind: "layer",
        eps: config.number(["layer_norm_epsilon"], 1e-5),
        activation: activationOf(config, "activation_function", "gelu_new"),
        layout: "in-out",
        causal: true,
        ...(!config.flag("scale_attn_weights", true) && { scale: "none" }),
      },
      ...(config.flag("scale_attn_by_inverse_layer_idx", false) && {
        layerSettings: (index) => ({ scale: `1/sqrt(d_k)/${index + 1}` }),
      }),
      head: headOf(config),
    };
  },
  names: () => gpt2Names(),
};

/** Returns the tensor names of GPT-2 and nanoGPT. They may have no biases. */
export const gpt2Names = (biases?: Architecture["biases"]): TensorNames =>
  gptNames(
    {
      tokenEmbedding: "wte.weight",
      positionEmbedding: "wpe.weight",
      ...weightsAndBiases({ finalNorm: "ln_f" }, biases),
    },
    biases,
  );

/** Returns the sizes of a GPT. Its positions are a learned table. */
export const gptSizes = (config: Config) => ({
  ...sizesOf(config, { widening: 4 }),
  embedding: { firstPosition: 0 },
  context: config.number(["n_positions", "n_ctx", "block_size"]),
});

/** Returns the tensor names of a GPT. All kinds of GPT use the same names within layers. */
export function gptNames(outer: TensorNames["outer"], biases?: Architecture["biases"]): TensorNames {
  return {
    outer: { ...outer, head: "lm_head.weight" },
    layer: layersAt(
      "h.#.",
      {
        wqkv: "attn.c_attn",
        wo: "attn.c_proj",
        w1: "mlp.c_fc",
        w2: "mlp.c_proj",
        norm1: "ln_1",
        norm2: "ln_2",
      },
      biases,
    ),
  };
}
