import type { LayerSettings } from "../../attention/layer/layer-settings.js";
import type { HeadRules } from "../../attention/model/architecture.js";
import { SCALING_NAMES } from "../../attention/positions/scaling/registry.js";
import { UserError } from "../../errors.js";
import { activationOf, type Config } from "./config.js";
import type { HasTensor, ModelKind } from "./model-kind.js";

/** Llama (Touvron et al. 2023) and those that differ from it in switches of their config, as Hugging Face stores them. */
export const llama: ModelKind = {
  types: ["llama", "mistral", "qwen2"],
  prefixes: ["model."],
  ignored: /rotary_emb\.inv_freq$/,
  describe(config, has) {
    const dModel = config.number(["hidden_size"]);
    const heads = config.number(["num_attention_heads"]);
    const headSize = config.number(["head_dim"], dModel / heads);
    return {
      ...{
        kind: config.text("model_type", "llama"),
        dModel,
        heads,
        headSize,
        hasFinalNorm: true,
        embedding: {},
      },
      kvHeads: config.number(["num_key_value_heads"], heads),
      numLayers: config.number(["num_hidden_layers"]),
      dFf: config.number(["intermediate_size"]),
      vocabulary: config.number(["vocab_size"]),
      context: config.number(["max_position_embeddings"], 2048),
      layer: {
        ...{ norm: "pre", normKind: "rms", eps: config.number(["rms_norm_eps"], 1e-6), layout: "out-in" },
        ...{ activation: gatedOf(config), causal: true, ...rotationOf(config), ...windowOf(config) },
      },
      head: headOf(config, has),
    };
  },
  names: () => ({
    outer: { tokenEmbedding: "embed_tokens.weight", finalNorm: "norm.weight", head: "lm_head.weight" },
    layer(index) {
      const at = `layers.${index}.`;
      const attention = `${at}self_attn.`;
      return {
        ...{
          wq: `${attention}q_proj.weight`,
          wk: `${attention}k_proj.weight`,
          wv: `${attention}v_proj.weight`,
        },
        ...{ bq: `${attention}q_proj.bias`, bk: `${attention}k_proj.bias`, bv: `${attention}v_proj.bias` },
        ...{ wo: `${attention}o_proj.weight`, bo: `${attention}o_proj.bias` },
        ...{
          w1: `${at}mlp.gate_proj.weight`,
          w3: `${at}mlp.up_proj.weight`,
          w2: `${at}mlp.down_proj.weight`,
        },
        ...{ b1: `${at}mlp.gate_proj.bias`, b3: `${at}mlp.up_proj.bias`, b2: `${at}mlp.down_proj.bias` },
        ...{ norm1: `${at}input_layernorm.weight`, norm2: `${at}post_attention_layernorm.weight` },
      };
    },
    optional: ["bq", "bk", "bv", "bo", "b1", "b2", "b3"],
  }),
};

/** A model without a head ends with vectors. */
function headOf(config: Config, has: HasTensor): HeadRules | undefined {
  const isTied = config.flag("tie_word_embeddings", false);
  const hasHead = isTied || has("lm_head.weight") || config.isBuiltFor("ForCausalLM");
  return hasHead ? { tells: "next", isTied } : undefined;
}

function gatedOf(config: Config): LayerSettings["activation"] {
  const activation = activationOf(config, "hidden_act", "silu");
  if (activation === "silu") return "swiglu";
  if (activation === "gelu") return "geglu";
  throw new UserError("BAD_VALUE", `hidden_act is ${activation}, which has no gated form here.`, {
    hint: "Known with a gate are silu and gelu.",
    location: { source: config.source },
  });
}

/** Base and scaling of RoPE: in the config itself, in `rope_scaling`, or since transformers 5 in `rope_parameters`. */
function rotationOf(config: Config): Partial<LayerSettings> {
  const rotation = config.has("rope_parameters")
    ? config.part("rope_parameters")
    : config.part("rope_scaling");
  const base = rotation.number(["rope_theta"], config.number(["rope_theta"], 10_000));
  const type = rotation.text("rope_type", rotation.text("type", "default"));
  if (type === "default") return { rope: "half-split", base };
  const scaling = SCALING_NAMES.find((name) => name === type);
  if (!scaling || scaling === "longrope") {
    throw new UserError("BAD_VALUE", `rope_type "${type}" is not worked.`, {
      hint: `Worked are default, ${SCALING_NAMES.filter((name) => name !== "longrope").join(", ")}.`,
      location: { source: rotation.source },
    });
  }
  const optional = (setting: keyof LayerSettings, name: string) =>
    rotation.has(name) ? { [setting]: rotation.number([name]) } : {};
  const originalLength = rotation.number(
    ["original_max_position_embeddings"],
    config.number(["original_max_position_embeddings", "max_position_embeddings"], 2048),
  );
  return {
    ...{ rope: "half-split", base, scaling, scalingFactor: rotation.number(["factor"]) },
    ...(NEEDS_LENGTH.includes(scaling) && { originalLength }),
    ...{ ...optional("betaFast", "beta_fast"), ...optional("betaSlow", "beta_slow") },
    ...{ ...optional("lowFreqFactor", "low_freq_factor"), ...optional("highFreqFactor", "high_freq_factor") },
  };
}

/** Scalings that depend on the length in training. */
const NEEDS_LENGTH: readonly string[] = ["dynamic", "yarn", "llama3"];

/** Mistral's keys are those of the last so many tokens; Qwen says beside it whether that is so. */
function windowOf(config: Config): Partial<LayerSettings> {
  const isUsed = config.flag("use_sliding_window", config.text("model_type", "llama") === "mistral");
  return isUsed && config.has("sliding_window") ? { window: config.number(["sliding_window"]) } : {};
}
