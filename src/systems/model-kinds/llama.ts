import type { LayerSettings } from "../../attention/layer/layer-settings.js";
import type { Architecture, HeadRules, LayerWeight } from "../../attention/model/architecture.js";
import { SCALING_NAMES } from "../../attention/positions/scaling.js";
import { layersAt } from "../checkpoints/weights-and-biases.js";
import { activationOf, type Config, type DefaultSizes, sizesOf } from "./config.js";
import type { HasTensor, ModelKind } from "./model-kind.js";

/**
 * Llama (Touvron et al. 2023), as Hugging Face stores it, and models that differ from it only by settings in their
 * config.
 */
export const llama: ModelKind = {
  types: ["llama", "mistral", "qwen2", "qwen3"],
  prefixes: ["model."],
  describe(config, has) {
    const kind = config.text("model_type", "llama");
    const { context = 2048, ...defaults } = DEFAULTS[kind] ?? {};
    const sizes = sizesOf(config, defaults);
    return {
      ...sizes,
      kind,
      hasFinalNorm: true,
      embedding: {},
      biases: biasesOf(config, kind),
      context: config.number(["max_position_embeddings"], context),
      layer: {
        norm: "pre",
        normKind: "rms",
        eps: config.number(["rms_norm_eps"], 1e-6),
        layout: "out-in",
        activation: gatedOf(config),
        causal: true,
        ...rotationOf(config),
      },
      ...windowsOf(config, kind, sizes.numLayers),
      head: headIfAny(config, has),
    };
  },
  names: ({ kind, biases = [] }) => ({
    outer: { tokenEmbedding: "embed_tokens.weight", finalNorm: "norm.weight", head: "lm_head.weight" },
    layer: layersAt(
      "layers.#.",
      {
        wq: "self_attn.q_proj",
        wk: "self_attn.k_proj",
        wv: "self_attn.v_proj",
        wo: "self_attn.o_proj",
        ...(kind === "qwen3" && { queryNorm: "self_attn.q_norm", keyNorm: "self_attn.k_norm" }),
        w1: "mlp.gate_proj",
        w3: "mlp.up_proj",
        w2: "mlp.down_proj",
        norm1: "input_layernorm",
        norm2: "post_attention_layernorm",
      },
      biases,
    ),
  }),
};

/** Returns the head. A model without a head returns vectors. */
function headIfAny(config: Config, has: HasTensor): HeadRules | undefined {
  const isTied = config.flag("tie_word_embeddings", false);
  const hasHead = isTied || has("lm_head.weight") || config.isBuiltFor("ForCausalLM");
  return hasHead ? { predicts: "next", isTied } : undefined;
}

function gatedOf(config: Config): LayerSettings["activation"] {
  const activation = activationOf(config, "hidden_act", "silu");
  if (activation === "silu") return "swiglu";
  if (activation === "gelu") return "geglu";
  return config.refuse(
    `hidden_act is ${activation}, which qkv does not know in a gated form.`,
    "The known gated activations are silu and gelu.",
  );
}

/**
 * Returns base and scaling of RoPE. They are in the config itself, in `rope_scaling`, or since transformers 5 in
 * `rope_parameters`.
 */
function rotationOf(config: Config): Partial<LayerSettings> {
  const rotation = config.has("rope_parameters")
    ? config.part("rope_parameters")
    : config.part("rope_scaling");
  const base = rotation.number(["rope_theta"], config.number(["rope_theta"], 10_000));
  const type = rotation.text("rope_type", rotation.text("type", "default"));
  if (type === "default") return { rope: "half-split", base };
  const scaling = SCALING_NAMES.find((name) => name === type);
  if (!scaling || scaling === "longrope") {
    return rotation.refuse(
      `rope_type "${type}" is not computed.`,
      `Known are default, ${SCALING_NAMES.filter((name) => name !== "longrope").join(", ")}.`,
    );
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

/** The scalings that need the context length of training. */
const NEEDS_LENGTH: readonly string[] = ["dynamic", "yarn", "llama3"];

/**
 * Returns which layers have a sliding window: all layers of Mistral; for Qwen, if it is switched on, the layers from
 * `max_window_layers` on.
 */
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
    config.refuse(`layer_types names ${types.length} layers, but the model has ${numLayers}.`);
  }
  const firstNarrow = kind === "mistral" ? 0 : config.number(["max_window_layers"], 28);
  const isNarrow = (index: number) => (types ? types[index] === "sliding_attention" : index >= firstNarrow);
  return { layerSettings: (index) => (isNarrow(index) ? { window: width } : {}) };
}

/** Defaults for keys that a config leaves out, where kinds differ. */
const DEFAULTS: Readonly<Record<string, DefaultSizes & { readonly context?: number }>> = {
  mistral: { kvHeads: 8, context: 131_072 },
  qwen2: { kvHeads: 32, context: 32_768 },
  qwen3: { kvHeads: 32, headSize: 128, context: 32_768 },
};

/** Returns the biases that exist. Qwen2's projections have biases; Llama's have them if the config says so. */
function biasesOf(config: Config, kind: string): readonly LayerWeight[] {
  if (kind === "qwen2") return ["bq", "bk", "bv"];
  if (kind === "mistral") return [];
  return [
    ...(config.flag("attention_bias", false) ? (["bq", "bk", "bv", "bo"] as const) : []),
    ...(config.flag("mlp_bias", false) ? (["b1", "b3", "b2"] as const) : []),
  ];
}
