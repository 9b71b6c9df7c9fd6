import { describe, expect, test } from "vitest";
import type { Architecture } from "../../../../src/attention/model/architecture.js";
import { contextsOf, findSite, type Site } from "../../../../src/check/model/sites.js";
import type { Trace } from "../../../../src/trace/trace.js";
import { smallModel } from "../../../support/small-model.js";

// Runs of two layers with two heads, of which nothing but names is looked at.

interface Named {
  readonly key: string;
  readonly inputs?: readonly string[];
  readonly op?: string;
  readonly role?: string;
}

const runOf = (steps: readonly (string | Named)[], inputs: readonly string[] = []) =>
  ({
    steps: steps
      .map((one): Named => (typeof one === "string" ? { key: one } : one))
      .map(({ key, inputs: from = [], op = "matmul", role }) => ({
        ...{ key, id: key.slice(key.lastIndexOf("/") + 1), inputs: from, op: { name: op }, role },
      })),
    inputs: inputs.map((name) => ({ name })),
  }) as unknown as Trace;

const layer = (index: number, ...ids: readonly string[]) => ids.map((id) => `layer ${index}/${id}`);
const heads = (index: number, ...ids: readonly string[]) =>
  [0, 1].flatMap((head) => ids.map((id) => `layer ${index}/head ${head}/${id}`));

const both = (...ids: readonly string[]) => [...layer(0, ...ids), ...layer(1, ...ids)];

const PLAIN = runOf([
  ...["token-embedding", "position-embedding", "segment-embedding", "embedding", "logits", "probabilities"],
  ...both("input", "norm-1", "norm-1/variance", "norm-1/normalised", "q", "k", "v", "concat"),
  ...both("attention-output", "residual-1", "norm-2/mean-square", "norm-2", "feed-forward-1", "gate"),
  ...both("activation", "feed-forward-2", "residual"),
  ...heads(0, "q-rotated", "k-rotated", "scores", "scaled-scores", "masked-scores", "weights"),
  ...heads(1, "q-rotated", "k-rotated", "scores", "weights"),
  ...[
    "layer 0/gated",
    "final-norm/variance",
    "final-norm",
    "final-norm/normalised",
    "layer 1/norm-2/normalised",
  ],
]);

const site = (name: string, trace = PLAIN, architecture: Partial<Architecture> = {}) =>
  findSite(name, contextsOf(trace, { ...smallModel().architecture, ...architecture }));

const step = (key: string): Site => ({ kind: "step", key });
const ofHeads = (index: number, id: string, kind = "head"): Site => ({
  kind: "heads",
  keys: [0, 1].map((head) => `layer ${index}/${kind} ${head}/${id}`),
});

describe("a name of an array", () => {
  test.each<[string, Site | undefined]>([
    ["layer 1/norm-1", step("layer 1/norm-1")],
    ["hidden_states.0", step("embedding")],
    ["hidden_states_1", step("layer 0/residual")],
    ["hidden_states[1]", step("layer 0/residual")],
    ["hidden_states1", step("layer 0/residual")],
    ["Hidden_States.2", step("final-norm")],
    ["hidden_states.3", undefined],
    ["hidden_states", { kind: "stack", sites: ["embedding", "layer 0/residual", "final-norm"].map(step) }],
    ["residual", { kind: "stack", sites: ["embedding", "layer 0/residual", "layer 1/residual"].map(step) }],
    ["last_hidden_state", step("final-norm")],
    ["attentions.1", ofHeads(1, "weights")],
    ["attn_weights_0", ofHeads(0, "weights")],
    ["attention_probs0", ofHeads(0, "weights")],
    ["weights[1]", ofHeads(1, "weights")],
    ["attentions.2", undefined],
    ["attentions", { kind: "stack", sites: [ofHeads(0, "weights"), ofHeads(1, "weights")] }],
    ["cross_attentions.0", undefined],
    ["cross_attentions", undefined],
    ["logits", step("logits")],
    ["lm_logits", step("logits")],
    ["prediction_logits", step("logits")],
    ["unembed", step("logits")],
    ["probs", step("probabilities")],
    ["hook_embed", step("token-embedding")],
    ["hook_pos_embed", step("position-embedding")],
    ["hook_token_type_embed", step("segment-embedding")],
    ["blocks.1.hook_resid_pre", step("layer 1/input")],
    ["blocks.1.hook_resid_mid", step("layer 1/residual-1")],
    ["blocks.1.hook_resid_post", step("layer 1/residual")],
    ["blocks.2.hook_resid_post", undefined],
    ["blocks.0.hook_attn_out", step("layer 0/attention-output")],
    ["blocks.0.hook_mlp_out", step("layer 0/feed-forward-2")],
    ["blocks.1.ln1.hook_scale", { kind: "step", key: "layer 1/norm-1/variance", measure: "deviation" }],
    ["blocks.1.ln2.hook_scale", { kind: "step", key: "layer 1/norm-2/mean-square", measure: "deviation" }],
    ["ln_final.hook_scale", { kind: "step", key: "final-norm/variance", measure: "deviation" }],
    [
      "blocks.0.ln1.hook_normalized",
      { kind: "either", sites: [step("layer 0/norm-1"), step("layer 0/norm-1/normalised")] },
    ],
    ["blocks.0.ln2.hook_normalized", { kind: "either", sites: [step("layer 0/norm-2")] }],
    [
      "blocks.1.ln2.hook_normalized",
      { kind: "either", sites: [step("layer 1/norm-2"), step("layer 1/norm-2/normalised")] },
    ],
    [
      "ln_final.hook_normalized",
      { kind: "either", sites: [step("final-norm"), step("final-norm/normalised")] },
    ],
    ["blocks.2.ln1.hook_normalized", undefined],
    ["blocks.0.attn.hook_q", { kind: "step", key: "layer 0/q", heads: 2 }],
    ["blocks.0.attn.hook_k", { kind: "step", key: "layer 0/k", heads: 2 }],
    ["blocks.0.attn.hook_v", { kind: "step", key: "layer 0/v", heads: 2 }],
    ["blocks.0.attn.hook_z", { kind: "step", key: "layer 0/concat", heads: 2 }],
    ["blocks.1.attn.hook_rot_q", { ...ofHeads(1, "q-rotated"), rowsFirst: true } as Site],
    ["blocks.1.attn.hook_rot_k", { ...ofHeads(1, "k-rotated"), rowsFirst: true } as Site],
    ["blocks.0.attn.hook_attn_scores", ofHeads(0, "masked-scores")],
    ["blocks.1.attn.hook_attn_scores", ofHeads(1, "scores")],
    ["blocks.0.attn.hook_pattern", ofHeads(0, "weights")],
    ["blocks.0.mlp.hook_pre", step("layer 0/feed-forward-1")],
    ["blocks.0.mlp.hook_pre_linear", step("layer 0/gate")],
    ["blocks.0.mlp.hook_post", step("layer 0/gated")],
    ["blocks.1.mlp.hook_post", step("layer 1/activation")],
    ["blocks.2.mlp.hook_post", undefined],
    ["my_logits", undefined],
    ["logits_of_mine", undefined],
    ["blocks.0.attn.hook_pattern.grad", undefined],
    ["blocks.0xattn.hook_pattern", undefined],
    ["unheard", undefined],
  ])("%s", (name, expected) => expect(site(name)).toEqual(expected));

  test("of keys and values speaks of heads that share them", () => {
    const grouped = { heads: 4, kvHeads: 2 };
    const trace = runOf([
      ...[0, 1, 2, 3].flatMap((head) => ["q-rotated", "k-rotated"].map((id) => `layer 0/head ${head}/${id}`)),
      ...layer(0, "k", "q"),
    ]);
    expect(site("blocks.0.attn.hook_rot_k", trace, grouped)).toEqual({
      ...{ kind: "heads", keys: ["layer 0/head 0/k-rotated", "layer 0/head 2/k-rotated"], rowsFirst: true },
    });
    expect(site("blocks.0.attn.hook_rot_q", trace, grouped)).toMatchObject({ keys: { length: 4 } });
    expect(site("blocks.0.attn.hook_k", trace, grouped)).toMatchObject({ heads: 2 });
    expect(site("blocks.0.attn.hook_q", trace, grouped)).toMatchObject({ heads: 4 });
  });

  test("of the last state is the residual stream where there is no final norm", () => {
    const trace = runOf(["embedding", ...both("residual")]);
    expect(site("last_hidden_state", trace)).toEqual(step("layer 1/residual"));
    expect(site("hidden_states.2", trace)).toEqual(step("layer 1/residual"));
    expect(site("ln_final.hook_scale", trace)).toBeUndefined();
  });

  test("of the scores is the last thing that is made of them", () => {
    const ids = ["scores", "scaled-scores", "capped-scores", "biased-scores", "masked-scores"];
    for (const [count, id] of ids.entries()) {
      const trace = runOf(heads(0, ...ids.slice(0, count + 1)));
      expect(site("blocks.0.attn.hook_attn_scores", trace)).toEqual(ofHeads(0, id));
    }
  });

  test("of all layers needs all of them", () => {
    expect(site("attentions", runOf(heads(0, "weights")))).toBeUndefined();
    expect(site("attentions.0", runOf(["layer 0/head 0/weights"]))).toBeUndefined();
  });
});

describe("a name of a module", () => {
  const trace = runOf(
    [
      { key: "layer 0/feed-forward-1", inputs: ["x", "transformer.h.0.mlp.c_fc.weight"] },
      { key: "layer 0/feed-forward-2", inputs: ["y", "model.layers.0.mlp.down_proj.weight"] },
      ...["wq", "wk", "wv"].map((id) => ({
        key: `layer 0/${id}`,
        op: "slice",
        inputs: ["h.0.attn.c_attn.weight"],
      })),
      { key: "layer 0/q", inputs: ["x", "layer 0/wq"], role: "query-projection" },
      { key: "layer 0/k", inputs: ["x", "layer 0/wk"], role: "key-projection" },
      { key: "layer 0/v", inputs: ["x", "layer 0/wv"], role: "value-projection" },
      { key: "layer 0/other", inputs: ["x", "layer 0/wv"] },
      { key: "layer 0/part", op: "slice", inputs: ["h.0.cut.weight"] },
      { key: "layer 0/turned", inputs: ["layer 0/wv", "x"], role: "query-projection" },
    ],
    [
      ...["transformer.h.0.mlp.c_fc.weight", "model.layers.0.mlp.down_proj.weight", "h.0.attn.c_attn.weight"],
      ...["h.0.cut.weight", "h.0.unused.weight"],
    ],
  );

  test.each<[string, Site | undefined]>([
    ["transformer.h.0.mlp.c_fc", step("layer 0/feed-forward-1")],
    ["h.0.mlp.c_fc", step("layer 0/feed-forward-1")],
    ["layers.0.mlp.down_proj", step("layer 0/feed-forward-2")],
    ["model.layers.0.mlp.down_proj", step("layer 0/feed-forward-2")],
    ["bert.layers.0.mlp.down_proj", step("layer 0/feed-forward-2")],
    ["net.transformer.h.0.mlp.c_fc", undefined],
    ["h.0.attn.c_attn", { kind: "columns", keys: ["layer 0/q", "layer 0/k", "layer 0/v"] }],
    ["roberta.h.0.attn.c_attn", { kind: "columns", keys: ["layer 0/q", "layer 0/k", "layer 0/v"] }],
    ["h.0.cut", undefined],
    ["h.0.unused", undefined],
    ["h.0.mlp", undefined],
    ["h.0.unused.weight", step("h.0.unused.weight")],
    ["mlp.c_fc", undefined],
  ])("%s", (name, expected) => expect(site(name, trace)).toEqual(expected));
});

describe("a model of two stacks", () => {
  const inner = (stack: string, ids: readonly string[]) => ids.map((id) => `${stack}/${id}`);
  const ids = ["embedding", ...both("residual"), ...heads(0, "weights"), ...heads(1, "weights")];
  const trace = runOf([
    ...inner("encoder", ["embedding", "layer 0/residual", "layer 0/head 0/weights", "final-norm"]),
    ...inner("decoder", [
      ...ids,
      ...[0, 1, 2, 3].map((at) => `layer ${at >> 1}/cross-head ${at % 2}/weights`),
    ]),
    "logits",
  ]);
  const encoder = { ...smallModel().architecture, numLayers: 1, heads: 1, kvHeads: 1 };
  const ofStack = (name: string) => site(name, trace, { encoder });

  test.each<[string, Site | undefined]>([
    ["encoder_hidden_states.0", step("encoder/embedding")],
    ["encoder.hidden_states.1", step("encoder/final-norm")],
    ["encoder_hidden_states.2", undefined],
    ["Encoder_last_hidden_state", step("encoder/final-norm")],
    ["decoder_hidden_states.2", step("decoder/layer 1/residual")],
    ["decoder/embedding", step("decoder/embedding")],
    ["hidden_states.2", step("decoder/layer 1/residual")],
    ["embedding", step("decoder/embedding")],
    ["encoder_embedding", step("encoder/embedding")],
    ["encoder_attentions.0", { kind: "heads", keys: ["encoder/layer 0/head 0/weights"] }],
    [
      "cross_attentions.0",
      { kind: "heads", keys: [0, 1].map((head) => `decoder/layer 0/cross-head ${head}/weights`) },
    ],
    [
      "cross_attentions",
      {
        kind: "stack",
        sites: [0, 1].map((index) => ({
          kind: "heads" as const,
          keys: [0, 1].map((head) => `decoder/layer ${index}/cross-head ${head}/weights`),
        })),
      },
    ],
    ["logits", step("logits")],
    ["my_encoder_embedding", undefined],
    ["encoderhidden_states.0", undefined],
  ])("%s", (name, expected) => expect(ofStack(name)).toEqual(expected));
});
