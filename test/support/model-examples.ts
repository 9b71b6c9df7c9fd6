import type { PlainModel } from "../../src/index.js";
import { createRandom } from "./random.js";

const random = createRandom(2606);
const matrix = (rows: number, cols: number) =>
  Array.from({ length: rows }, () => Array.from({ length: cols }, () => random() - 0.5));
const vector = (cols: number) => matrix(1, cols)[0];

/** One model of each kind, of a size that tests can sweep: two layers, two heads of two columns, seven tokens. */
export const MODEL_EXAMPLES: readonly (readonly [string, PlainModel])[] = [
  ["gpt2", { config: gptConfig("gpt2"), tensors: gptTensors("wte", "wpe", true) }],
  [
    "openai-gpt",
    { config: gptConfig("openai-gpt"), tensors: gptTensors("tokens_embed", "positions_embed", false) },
  ],
  ["bert", { config: encoderConfig("bert"), tensors: { ...encoderTensors(2), ...bertHead() } }],
  [
    "roberta",
    {
      config: { ...encoderConfig("roberta"), pad_token_id: 1 },
      tensors: { ...encoderTensors(1), ...robertaHead() },
    },
  ],
  ["llama", { config: llamaConfig("llama"), tensors: llamaTensors([]) }],
  ["mistral", { config: { ...llamaConfig("mistral"), sliding_window: 2 }, tensors: llamaTensors([]) }],
  ["qwen2", { config: llamaConfig("qwen2"), tensors: llamaTensors(["q_proj", "k_proj", "v_proj"]) }],
  [
    "palm",
    {
      config: { model_type: "palm", dim: 4, depth: 2, heads: 2, dim_head: 2, num_tokens: 7, ff_mult: 2 },
      tensors: palmTensors(),
    },
  ],
];

function gptConfig(type: string) {
  return { model_type: type, n_embd: 4, n_head: 2, n_layer: 2, n_positions: 9, n_inner: 6, vocab_size: 7 };
}

function norm(name: string, weight = "weight", bias = "bias") {
  return { [`${name}.${weight}`]: vector(4), [`${name}.${bias}`]: vector(4) };
}

function gptTensors(tokens: string, positions: string, hasFinal: boolean) {
  const layers = [0, 1].map((index) => {
    const at = `h.${index}`;
    return {
      ...{ [`${at}.attn.c_attn.weight`]: matrix(4, 12), [`${at}.attn.c_attn.bias`]: vector(12) },
      ...{ [`${at}.attn.c_proj.weight`]: matrix(4, 4), [`${at}.attn.c_proj.bias`]: vector(4) },
      ...{ [`${at}.mlp.c_fc.weight`]: matrix(4, 6), [`${at}.mlp.c_fc.bias`]: vector(6) },
      ...{ [`${at}.mlp.c_proj.weight`]: matrix(6, 4), [`${at}.mlp.c_proj.bias`]: vector(4) },
      ...{ ...norm(`${at}.ln_1`), ...norm(`${at}.ln_2`) },
      ...{ [`${at}.attn.bias`]: vector(9) }, // a buffer of the mask
    };
  });
  const outer = { [`${tokens}.weight`]: matrix(7, 4), [`${positions}.weight`]: matrix(9, 4) };
  return { ...outer, ...Object.assign({}, ...layers), ...(hasFinal && norm("ln_f")) };
}

function encoderConfig(type: string) {
  const sizes = { hidden_size: 4, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 6 };
  return { model_type: type, ...sizes, vocab_size: 7, max_position_embeddings: 9 };
}

function linear(name: string, from: number, to: number) {
  return { [`${name}.weight`]: matrix(to, from), [`${name}.bias`]: vector(to) };
}

function encoderTensors(types: number) {
  const layers = [0, 1].map((index) => {
    const at = `encoder.layer.${index}`;
    return {
      ...linear(`${at}.attention.self.query`, 4, 4),
      ...linear(`${at}.attention.self.key`, 4, 4),
      ...linear(`${at}.attention.self.value`, 4, 4),
      ...{ ...linear(`${at}.attention.output.dense`, 4, 4), ...norm(`${at}.attention.output.LayerNorm`) },
      ...{ ...linear(`${at}.intermediate.dense`, 4, 6), ...linear(`${at}.output.dense`, 6, 4) },
      ...norm(`${at}.output.LayerNorm`),
    };
  });
  return {
    "embeddings.word_embeddings.weight": matrix(7, 4),
    "embeddings.position_embeddings.weight": matrix(9, 4),
    "embeddings.token_type_embeddings.weight": matrix(types, 4),
    ...norm("embeddings.LayerNorm", "gamma", "beta"), // the names in old files
    ...Object.assign({}, ...layers),
  };
}

function bertHead() {
  const at = "cls.predictions";
  return {
    ...linear(`${at}.transform.dense`, 4, 4),
    ...norm(`${at}.transform.LayerNorm`),
    [`${at}.bias`]: vector(7),
  };
}

function robertaHead() {
  return { ...linear("lm_head.dense", 4, 4), ...norm("lm_head.layer_norm"), "lm_head.bias": vector(7) };
}

function llamaConfig(type: string) {
  const sizes = { hidden_size: 4, num_hidden_layers: 2, num_attention_heads: 2, num_key_value_heads: 1 };
  return { model_type: type, ...sizes, intermediate_size: 6, vocab_size: 7, tie_word_embeddings: true };
}

function llamaTensors(biased: readonly string[]) {
  const layers = [0, 1].map((index) => {
    const at = `model.layers.${index}`;
    const projection = (name: string, from: number, to: number) => ({
      [`${at}.self_attn.${name}.weight`]: matrix(to, from),
      ...(biased.includes(name) && { [`${at}.self_attn.${name}.bias`]: vector(to) }),
    });
    return {
      ...{ ...projection("q_proj", 4, 4), ...projection("k_proj", 4, 2) },
      ...{ ...projection("v_proj", 4, 2), ...projection("o_proj", 4, 4) },
      ...{ [`${at}.mlp.gate_proj.weight`]: matrix(6, 4), [`${at}.mlp.up_proj.weight`]: matrix(6, 4) },
      ...{ [`${at}.mlp.down_proj.weight`]: matrix(4, 6), [`${at}.input_layernorm.weight`]: vector(4) },
      ...{ [`${at}.post_attention_layernorm.weight`]: vector(4) },
    };
  });
  const outer = { "model.embed_tokens.weight": matrix(7, 4), "model.norm.weight": vector(4) };
  return { ...outer, ...Object.assign({}, ...layers) };
}

function palmTensors() {
  const layers = [1, 2].map((number) => ({
    // q 2·2, k 2, v 2, and twice 8 of the feed-forward.
    ...{
      [`${number}.fn.fused_attn_ff_proj.weight`]: matrix(24, 4),
      [`${number}.fn.attn_out.weight`]: matrix(4, 4),
    },
    ...{ [`${number}.fn.ff_out.1.weight`]: matrix(4, 8) },
    ...{ [`${number}.fn.norm.gamma`]: vector(4), [`${number}.fn.norm.beta`]: [0, 0, 0, 0] },
  }));
  const final = { "3.gamma": vector(4), "3.beta": [0, 0, 0, 0] };
  return { "0.weight": matrix(7, 4), ...Object.assign({}, ...layers), ...final, "4.weight": matrix(7, 4) };
}
