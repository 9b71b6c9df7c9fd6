import { UserError } from "../../errors.js";
import { activationOf } from "./config.js";
import type { ModelKind } from "./model-kind.js";

/** OPT (Zhang et al. 2022), as Hugging Face stores it: GPT-3 with ReLU, whose positions are counted from 2. */
export const opt: ModelKind = {
  types: ["opt"],
  prefixes: ["model.decoder.", "decoder."],
  ignored: /^$/,
  describe(config) {
    const dModel = config.number(["hidden_size"]);
    const heads = config.number(["num_attention_heads"]);
    const columns = config.number(["word_embed_proj_dim"], dModel);
    if (columns !== dModel) {
      throw new UserError(
        "BAD_VALUE",
        `word_embed_proj_dim is ${columns} and hidden_size ${dModel}: a projection between them is not worked.`,
        { location: { source: config.source } },
      );
    }
    const isBefore = config.flag("do_layer_norm_before", true);
    return {
      kind: "opt",
      dModel,
      heads,
      kvHeads: heads,
      headSize: dModel / heads,
      numLayers: config.number(["num_hidden_layers"]),
      dFf: config.number(["ffn_dim"]),
      vocabulary: config.number(["vocab_size"]),
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
      head: { tells: "next", isTied: config.flag("tie_word_embeddings", true) },
    };
  },
  names: ({ hasFinalNorm }) => ({
    outer: {
      tokenEmbedding: "embed_tokens.weight",
      positionEmbedding: "embed_positions.weight",
      ...(hasFinalNorm && { finalNorm: "final_layer_norm.weight", finalNormBias: "final_layer_norm.bias" }),
      head: "lm_head.weight",
    },
    layer(index) {
      const at = `layers.${index}.`;
      const attention = `${at}self_attn.`;
      return {
        wq: `${attention}q_proj.weight`,
        wk: `${attention}k_proj.weight`,
        wv: `${attention}v_proj.weight`,
        wo: `${attention}out_proj.weight`,
        bq: `${attention}q_proj.bias`,
        bk: `${attention}k_proj.bias`,
        bv: `${attention}v_proj.bias`,
        bo: `${attention}out_proj.bias`,
        w1: `${at}fc1.weight`,
        b1: `${at}fc1.bias`,
        w2: `${at}fc2.weight`,
        b2: `${at}fc2.bias`,
        norm1: `${at}self_attn_layer_norm.weight`,
        norm1Bias: `${at}self_attn_layer_norm.bias`,
        norm2: `${at}final_layer_norm.weight`,
        norm2Bias: `${at}final_layer_norm.bias`,
      };
    },
  }),
};

/** Its table of positions begins with two rows that no position has. */
const FIRST_POSITION = 2;
