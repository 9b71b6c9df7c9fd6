import type { Architecture } from "../../attention/model/architecture.js";
import { activationOf, type Config } from "./config.js";
import type { ModelKind, TensorNames } from "./model-kind.js";

/** GPT-2 and GPT-3 (Radford et al. 2019; Brown et al. 2020), as Hugging Face stores them: W in × out, q k v packed. */
export const gpt2: ModelKind = {
  types: ["gpt2"],
  prefixes: ["transformer."],
  ignored: /(?:^|\.)attn\.(?:bias|masked_bias)$/,
  describe(config): Architecture {
    return {
      ...gptSizes(config),
      kind: "gpt2",
      hasFinalNorm: true,
      embedding: { firstPosition: 0 },
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
      head: { tells: "next", isTied: config.flag("tie_word_embeddings", true) },
    };
  },
  names: () => gptNames(GPT2_OUTER),
};

/** The embeddings and the last norm, as GPT-2 and nanoGPT call them. */
export const GPT2_OUTER: TensorNames["outer"] = {
  tokenEmbedding: "wte.weight",
  positionEmbedding: "wpe.weight",
  finalNorm: "ln_f.weight",
  finalNormBias: "ln_f.bias",
};

/** The sizes of a GPT, which its config calls by names of its own. */
export function gptSizes(config: Config) {
  const dModel = config.number(["n_embd"]);
  const heads = config.number(["n_head"]);
  return {
    dModel,
    heads,
    kvHeads: heads,
    headSize: dModel / heads,
    numLayers: config.number(["n_layer"]),
    dFf: config.number(["n_inner"], 4 * dModel),
    vocabulary: config.number(["vocab_size"]),
    context: config.number(["n_positions", "n_ctx", "block_size"]),
  };
}

/** The tensors of a GPT: those of its layers have the same names in all. */
export function gptNames(outer: TensorNames["outer"]): TensorNames {
  return {
    outer: { ...outer, head: "lm_head.weight" },
    layer: (index) => {
      const at = `h.${index}.`;
      return {
        wqkv: `${at}attn.c_attn.weight`,
        bqkv: `${at}attn.c_attn.bias`,
        wo: `${at}attn.c_proj.weight`,
        bo: `${at}attn.c_proj.bias`,
        w1: `${at}mlp.c_fc.weight`,
        b1: `${at}mlp.c_fc.bias`,
        w2: `${at}mlp.c_proj.weight`,
        b2: `${at}mlp.c_proj.bias`,
        norm1: `${at}ln_1.weight`,
        norm1Bias: `${at}ln_1.bias`,
        norm2: `${at}ln_2.weight`,
        norm2Bias: `${at}ln_2.bias`,
      };
    },
  };
}
