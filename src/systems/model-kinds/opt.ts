import { layersAt, weightsAndBiases } from "../checkpoints/weights-and-biases.js";
import { activationOf, headOf, sizesOf } from "./config.js";
import type { ModelKind } from "./model-kind.js";

/** OPT (Zhang et al. 2022), as Hugging Face stores it: like GPT-3, with ReLU and positions counted from 2. */
export const opt: ModelKind = {
  types: ["opt"],
  prefixes: ["model.decoder.", "decoder."],
  describe(config) {
    const sizes = sizesOf(config);
    const columns = config.number(["word_embed_proj_dim"], sizes.dModel);
    if (columns !== sizes.dModel)
      config.refuse(
        `word_embed_proj_dim is ${columns} and hidden_size ${sizes.dModel}: qkv does not compute a projection between them.`,
      );
    const isBefore = config.flag("do_layer_norm_before", true);
    return {
      ...sizes,
      kind: "opt",
      context: FIRST_POSITION + config.number(["max_position_embeddings"], 2048),
      hasFinalNorm: isBefore && !config.flag("_remove_final_layer_norm", false),
      embedding: { firstPosition: FIRST_POSITION },
      layer: {
        norm: isBefore ? "pre" : "post",
        normKind: "layer",
        eps: 1e-5,
        activation: activationOf(config, "activation_function", "relu"),
        layout: "out-in",
        causal: true,
      },
      head: headOf(config),
    };
  },
  names: ({ hasFinalNorm }) => ({
    outer: {
      tokenEmbedding: "embed_tokens.weight",
      positionEmbedding: "embed_positions.weight",
      ...(hasFinalNorm && weightsAndBiases({ finalNorm: "final_layer_norm" })),
      head: "lm_head.weight",
    },
    layer: layersAt("layers.#.", {
      wq: "self_attn.q_proj",
      wk: "self_attn.k_proj",
      wv: "self_attn.v_proj",
      wo: "self_attn.out_proj",
      w1: "fc1",
      w2: "fc2",
      norm1: "self_attn_layer_norm",
      norm2: "final_layer_norm",
    }),
  }),
};

/** Its position table begins with two rows that no position uses. */
const FIRST_POSITION = 2;
