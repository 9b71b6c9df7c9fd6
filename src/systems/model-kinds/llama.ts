import type { LayerSettings } from "../../attention/layer/layer-settings.js";
import type { Architecture, HeadRules, LayerWeight } from "../../attention/model/architecture.js";
import { SCALING_NAMES } from "../../attention/positions/scaling/registry.js";
import { UserError } from "../../errors.js";
import { activationOf, type Config } from "./config.js";
import type { HasTensor, ModelKind } from "./model-kind.js";

/** Llama (Touvron et al. 2023) and those that differ from it in switches of their config, as Hugging Face stores them. */
export const llama: ModelKind = {
  types: ["llama", "mistral", "qwen2", "qwen3"],
  prefixes: ["model."],
  ignored: /rotary_emb\.inv_freq$/,
  describe(config, has) {
    const dModel = config.number(["hidden_size"]);
    const heads = config.number(["num_attention_heads"]);
    const headSize = config.number(
      ["head_dim"],
      config.text("model_type", "llama") === "qwen3" ? 128 : dModel / heads,
    );
    const kind = config.text("model_type", "llama");
    const defaults = DEFAULTS[kind] ?? {};
    const numLayers = config.number(["num_hidden_layers"]);
    return {
      kind,
      dModel,
      heads,
      headSize,
      hasFinalNorm: true,
      embedding: {},
      kvHeads: config.number(["num_key_value_heads"], defaults.kvHeads ?? heads),
      numLayers,
      biases: biasesOf(config, kind),
      dFf: config.number(["intermediate_size"]),
      vocabulary: config.number(["vocab_size"]),
      context: config.number(["max_position_embeddings"], defaults.context ?? 2048),
      layer: {
        norm: "pre",
        normKind: "rms",
        eps: config.number(["rms_norm_eps"], 1e-6),
        layout: "out-in",
        activation: gatedOf(config),
        causal: true,
        ...rotationOf(config),
      },
      ...windowsOf(config, kind, numLayers),
      head: headOf(config, has),
    };
  },
  names: ({ kind, biases = [] }) => ({
    outer: { tokenEmbedding: "embed_tokens.weight", finalNorm: "norm.weight", head: "lm_head.weight" },
    layer(index) {
      const at = `layers.${index}.`;
      const attention = `${at}self_attn.`;
      return {
        wq: `${attention}q_proj.weight`,
        wk: `${attention}k_proj.weight`,
        wv: `${attention}v_proj.weight`,
        wo: `${attention}o_proj.weight`,
        ...(kind === "qwen3" && {
          queryNorm: `${attention}q_norm.weight`,
          keyNorm: `${attention}k_norm.weight`,
        }),
        w1: `${at}mlp.gate_proj.weight`,
        w3: `${at}mlp.up_proj.weight`,
        w2: `${at}mlp.down_proj.weight`,
        ...Object.fromEntries(biases.map((bias) => [bias, `${at}${BIASES[bias]}.bias`])),
        norm1: `${at}input_layernorm.weight`,
        norm2: `${at}post_attention_layernorm.weight`,
      };
    },
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
    rope: "half-split",
    base,
    scaling,
    scalingFactor: rotation.number(["factor"]),
    ...(NEEDS_LENGTH.includes(scaling) && { originalLength }),
    ...optional("betaFast", "beta_fast"),
    ...optional("betaSlow", "beta_slow"),
    ...optional("lowFreqFactor", "low_freq_factor"),
    ...optional("highFreqFactor", "high_freq_factor"),
  };
}

/** Scalings that depend on the length in training. */
const NEEDS_LENGTH: readonly string[] = ["dynamic", "yarn", "llama3"];

/** Which layers see but the last so many keys: all of Mistral's, and of Qwen's, where it is switched on, those behind the first so many. */
function windowsOf(
  config: Config,
  kind: string,
  numLayers: number,
): Pick<Architecture, "layerSettings"> | undefined {
  const isUsed = config.flag("use_sliding_window", kind === "mistral");
  const width = config.isNull("sliding_window")
    ? 0
    : config.number(["sliding_window"], kind === "mistral" ? 4096 : 0);
  if (!isUsed || width === 0) return undefined;
  const types = config.list("layer_types");
  if (types && types.length !== numLayers) {
    throw new UserError(
      "BAD_VALUE",
      `layer_types names ${types.length} layers, of which there are ${numLayers}.`,
      {
        location: { source: config.source },
      },
    );
  }
  const firstNarrow = kind === "mistral" ? 0 : config.number(["max_window_layers"], 28);
  const isNarrow = (index: number) => (types ? types[index] === "sliding_attention" : index >= firstNarrow);
  return { layerSettings: (index) => (isNarrow(index) ? { window: width } : {}) };
}

/** What a config means that does not say it, where kinds differ. */
const DEFAULTS: Readonly<Record<string, { readonly kvHeads: number; readonly context: number }>> = {
  mistral: { kvHeads: 8, context: 131_072 },
  qwen2: { kvHeads: 32, context: 32_768 },
  qwen3: { kvHeads: 32, context: 32_768 },
};

/** Where the biases of a layer stand. */
const BIASES: Readonly<Partial<Record<LayerWeight, string>>> = {
  bq: "self_attn.q_proj",
  bk: "self_attn.k_proj",
  bv: "self_attn.v_proj",
  bo: "self_attn.o_proj",
  b1: "mlp.gate_proj",
  b3: "mlp.up_proj",
  b2: "mlp.down_proj",
};

/** Qwen2's projections have biases, and Llama's where its config says so. */
function biasesOf(config: Config, kind: string): readonly LayerWeight[] {
  if (kind === "qwen2") return ["bq", "bk", "bv"];
  if (kind === "mistral") return [];
  return [
    ...(config.flag("attention_bias", false) ? (["bq", "bk", "bv", "bo"] as const) : []),
    ...(config.flag("mlp_bias", false) ? (["b1", "b3", "b2"] as const) : []),
  ];
}
