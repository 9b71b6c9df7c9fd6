import { describe, expect, test } from "vitest";
import { DEMO_MODEL } from "../../src/commands/demo-model.js";
import { layer, matrixOf, model, type PlainModel, replay, toRows } from "../../src/index.js";
import { rowsOf } from "../../src/math/matrix.js";
import { expectTraceExplained } from "../support/explained.js";
import { createRandom } from "../support/random.js";

const { settings: demoSettings, ...demo } = JSON.parse(DEMO_MODEL) as PlainModel & {
  readonly settings: { readonly ids: readonly number[] };
};
const random = createRandom(2606);
const matrix = (rows: number, cols: number) =>
  Array.from({ length: rows }, () => Array.from({ length: cols }, () => random() - 0.5));
const vector = (cols: number) => matrix(1, cols)[0];

/** Each kind of model, at a size that can be swept: two layers, two heads of two columns, seven tokens. */
const KINDS: readonly (readonly [string, PlainModel])[] = [
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
    ...norm("embeddings.LayerNorm", "gamma", "beta"), // as old files call them
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

describe.each(KINDS)("%s", (_, given) => {
  const trace = model(given, { ids: [3, 1, 3, 2], logitLens: true });

  test("every step explains its cells", () => expectTraceExplained(trace));

  test("replayed from equal weights it gives equal bits", () => {
    const replace = new Map(
      trace.inputs.map(({ name, matrix: { rows, cols, data } }) => [
        name,
        { rows, cols, data: data.slice() },
      ]),
    );
    const again = replay(trace, { replace });
    for (const [index, step] of trace.steps.entries()) {
      expect(again.steps[index].output().data, step.key).toEqual(step.output().data);
    }
  });

  test("the lens of the last layer is the row of logits that is told", () => {
    expect(matrixOf(trace, "layer 1/lens-logits")).toBeCloseToMatrix(
      rowsOf(matrixOf(trace, "logits"), { first: 3, count: 1 }),
    );
  });

  test("keeps no n×m step where none is to be kept, with the same logits", () => {
    const streamed = model(given, { ids: [3, 1, 3, 2], stream: true });
    expect(streamed.steps.some(({ id, isKept }) => id === "weights" && isKept)).toBe(false);
    expect(matrixOf(streamed, "logits")).toBeCloseToMatrix(matrixOf(trace, "logits"));
    const shares = (run: typeof trace) => toRows(matrixOf(run, "layer 0/head-shares"));
    expect(shares(streamed)).toEqual(shares(trace));
  });
});

test("a layer of a model is what qkv layer makes of the same x and weights", () => {
  const [, given] = KINDS[0];
  const trace = model(given, { ids: [3, 1, 2] });
  const weightOf = (name: string) => toRows(matrixOf(trace, `h.0.${name}`));
  const alone = layer(
    {
      x: toRows(matrixOf(trace, "embedding")),
      ...{ wqkv: weightOf("attn.c_attn.weight"), bqkv: weightOf("attn.c_attn.bias") },
      ...{ wo: weightOf("attn.c_proj.weight"), bo: weightOf("attn.c_proj.bias") },
      ...{ w1: weightOf("mlp.c_fc.weight"), b1: weightOf("mlp.c_fc.bias") },
      ...{ w2: weightOf("mlp.c_proj.weight"), b2: weightOf("mlp.c_proj.bias") },
      ...{ norm1: weightOf("ln_1.weight"), norm1Bias: weightOf("ln_1.bias") },
      ...{ norm2: weightOf("ln_2.weight"), norm2Bias: weightOf("ln_2.bias") },
    },
    { heads: 2, causal: true, norm: "pre", activation: "gelu-tanh" },
  );
  expect(toRows(matrixOf(alone, "output"))).toEqual(toRows(matrixOf(trace, "layer 0/residual")));
});

describe("the built-in model", () => {
  const trace = model(demo, demoSettings);

  test("has a head that looks at the previous token, and one that looks behind where a token stood before", () => {
    const patterns = trace.facts.heads.value as readonly {
      readonly layer: number;
      readonly pattern: string;
    }[];
    const ofLayer = (index: number) =>
      patterns.filter(({ layer: at }) => at === index).map(({ pattern }) => pattern);
    expect(ofLayer(0)).toContain("previous");
    expect(ofLayer(1)).toContain("induction");
  });

  test("goes on with what repeats", () => {
    const { ids } = demoSettings;
    const period = ids.indexOf(ids[1], 2) - 1;
    const goesOn = model(demo, { ...demoSettings, generate: 6 }).facts.generated;
    expect(goesOn.value).toMatchObject({
      ids: Array.from({ length: 6 }, (_, at) => ids[((ids.length - 1 + at) % period) + 1]),
    });
  });

  test("draws what it goes on with from a seed, when it has a temperature", () => {
    const draw = (seed: number) =>
      model(demo, { ...demoSettings, generate: 8, temperature: 5, seed }).facts.generated.value;
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});
