import { describe, expect, test } from "vitest";
import type { Architecture, LoadedModel } from "../../../../src/attention/model/architecture.js";
import { varyStacks } from "../../../../src/check/model/stacks.js";
import { VARIATIONS } from "../../../../src/check/model/variations.js";
import { smallModel } from "../../../support/small-model.js";

const variation = (id: string) => {
  const found = VARIATIONS.find((one) => one.id === id);
  if (!found) throw new TypeError(`there is no ${id}`);
  return found;
};

type Given = Parameters<typeof smallModel>[0];

/** What a variation makes of a model, as far as `look` sees it, beside the parameters that it says. */
const varied = <Seen>(id: string, given: Given, look: (architecture: Architecture) => Seen) =>
  variation(id)
    .vary(smallModel(given))
    .map(({ model, parameters }) => [look(model.architecture), parameters] as const);

const windows = ({ layer, layerSettings }: Architecture) =>
  [0, 1].map((index) => ({ ...layer, ...layerSettings?.(index) }).window);

const layer = (settings: Partial<Architecture["layer"]>): Given => ({ layer: settings });

describe("settings of every layer", () => {
  test.each<[string, Given, (architecture: Architecture) => unknown, readonly unknown[]]>([
    [
      "model-norm-eps",
      layer({ eps: 1e-5 }),
      (one) => one.layer.eps,
      [1e-6, 1e-12, 1e-8, 1e-3].map((eps) => [eps, { eps }]),
    ],
    [
      "model-gelu-variant",
      layer({ activation: "gelu" }),
      (one) => one.layer.activation,
      [["gelu-tanh", { activation: "gelu-tanh" }]],
    ],
    [
      "model-gelu-variant",
      layer({ activation: "gelu-tanh" }),
      (one) => one.layer.activation,
      [["gelu", { activation: "gelu" }]],
    ],
    ["model-gelu-variant", layer({ activation: "relu" }), () => 0, []],
    [
      "model-activation",
      layer({ activation: "gelu" }),
      (one) => one.layer.activation,
      ["relu", "silu"].map((activation) => [activation, { activation }]),
    ],
    [
      "model-activation",
      layer({ activation: "silu" }),
      (one) => one.layer.activation,
      ["relu", "gelu", "gelu-tanh"].map((activation) => [activation, { activation }]),
    ],
    [
      "model-activation",
      layer({ activation: "swiglu" }),
      (one) => one.layer.activation,
      [["geglu", { activation: "geglu" }]],
    ],
    ["model-norm-place", layer({ norm: "pre" }), (one) => one.layer.norm, [["post", { norm: "post" }]]],
    ["model-norm-place", layer({ norm: "post" }), (one) => one.layer.norm, [["pre", { norm: "pre" }]]],
    ["model-norm-place", layer({ norm: "none" }), () => 0, []],
    [
      "model-scale",
      {},
      (one) => one.layer.scale,
      // d = 2 of one head, d_model = 4
      [
        ["none", { scale: "none" }],
        ["1/2", { scale: "1/d" }],
        ["1/sqrt(4)", { scale: "1/√d_model" }],
      ],
    ],
    [
      "model-rope-pairing",
      layer({ rope: "half-split" }),
      (one) => one.layer.rope,
      [["interleaved", { rope: "interleaved" }]],
    ],
    [
      "model-rope-pairing",
      layer({ rope: "interleaved" }),
      (one) => one.layer.rope,
      [["half-split", { rope: "half-split" }]],
    ],
    ["model-rope-pairing", {}, () => 0, []],
    [
      "model-rope-base",
      layer({ rope: "half-split", base: 10_000 }),
      (one) => one.layer.base,
      [100_000, 500_000, 1_000_000].map((base) => [base, { base }]),
    ],
    ["model-rope-base", layer({ base: 10_000 }), () => 0, []],
    [
      "model-rope-positions-off",
      layer({ rope: "half-split" }),
      (one) => one.layer.offset,
      [[1, { offset: 1 }]],
    ],
    ["model-rope-positions-off", {}, () => 0, []],
    [
      "model-rope-missing",
      layer({ rope: "half-split", base: 10, scaling: "linear", scalingFactor: 2 }),
      ({ layer: { norm, activation, layout, ...rest } }) => rest,
      [[{}, undefined]],
    ],
    ["model-rope-missing", {}, () => 0, []],
    [
      "model-rope-scaling-missing",
      layer({ rope: "half-split", base: 10, scaling: "linear", scalingFactor: 2, betaFast: 32, betaSlow: 1 }),
      ({ layer: { norm, activation, layout, ...rest } }) => rest,
      [[{ rope: "half-split", base: 10 }, undefined]],
    ],
    ["model-rope-scaling-missing", layer({ rope: "half-split" }), () => 0, []],
    ["model-mask-missing", layer({ causal: true }), (one) => one.layer.causal, [[false, undefined]]],
    ["model-mask-missing", layer({ causal: false }), () => 0, []],
    ["model-mask-surplus", layer({ causal: false }), (one) => one.layer.causal, [[true, undefined]]],
    ["model-mask-surplus", layer({ causal: true }), () => 0, []],
  ])("%s of %o", (id, given, look, expected) => {
    expect(varied(id, given, look)).toEqual(expected);
    // Nothing else is altered.
    for (const { model } of variation(id).vary(smallModel(given)))
      expect(model.architecture).toMatchObject({ layer: { layout: "in-out" }, heads: 2, numLayers: 2 });
  });
});

describe("windows", () => {
  const ofAll = layer({ window: 3 });
  const ofSecond: Given = { layerSettings: (index) => (index === 1 ? { window: 3, eps: 1 } : {}) };
  const ofOne: Given = layer({ window: 1 });
  test.each<[string, Given, readonly unknown[]]>([
    ["model-window-missing", ofAll, [[[undefined, undefined], undefined]]],
    ["model-window-missing", ofSecond, [[[undefined, undefined], undefined]]],
    ["model-window-missing", {}, []],
    [
      "model-window-off-by-one",
      ofAll,
      [
        [[2, 2], { window: 2 }],
        [[4, 4], { window: 4 }],
      ],
    ],
    [
      "model-window-off-by-one",
      ofSecond,
      [
        [[undefined, 2], { window: 2 }],
        [[undefined, 4], { window: 4 }],
      ],
    ],
    ["model-window-off-by-one", ofOne, [[[2, 2], { window: 2 }]]],
    ["model-window-off-by-one", {}, []],
    ["model-window-everywhere", ofSecond, [[[3, 3], undefined]]],
    ["model-window-everywhere", ofAll, []],
    ["model-window-everywhere", {}, []],
  ])("%s of %o", (id, given, expected) => expect(varied(id, given, windows)).toEqual(expected));

  test("of a layer keep its other settings", () => {
    for (const id of ["model-window-missing", "model-window-off-by-one", "model-window-everywhere"])
      for (const { model } of variation(id).vary(smallModel(ofSecond)))
        expect(model.architecture.layerSettings?.(1)).toMatchObject({ eps: 1 });
  });
});

test.each(VARIATIONS)("$id says at which step it is done, what was done, and how to put it right", (one) => {
  expect(one.step).toMatch(/^[a-z][a-z0-9-]*$/);
  for (const text of [one.title, one.formula, one.fix]) expect(text.length).toBeGreaterThan(5);
});

test("scales by layer are left out where there are any", () => {
  const given: Given = { layerSettings: (index) => ({ scale: `1/${index + 1}` }) };
  const settings = (one: Architecture) => one.layerSettings;
  expect(varied("model-scale-by-layer-missing", given, settings)).toEqual([[undefined, undefined]]);
  expect(varied("model-scale-by-layer-missing", {}, settings)).toEqual([]);
  expect(varied("model-scale-by-layer-missing", { layerSettings: () => ({}) }, settings)).toEqual([]);
});

describe("what stands before and behind the layers", () => {
  const embedding = (rules: Architecture["embedding"]): Given => ({ embedding: rules });
  test.each<[string, Given, readonly unknown[]]>([
    [
      "model-positions-missing",
      embedding({ firstPosition: 0, hasNorm: true }),
      [[{ hasNorm: true }, undefined]],
    ],
    ["model-positions-missing", {}, []],
    ["model-segments-missing", embedding({ hasSegments: true }), [[{}, undefined]]],
    ["model-segments-missing", embedding({ hasSegments: false }), []],
    ["model-embedding-norm-missing", embedding({ hasNorm: true }), [[{}, undefined]]],
    ["model-embedding-unscaled", embedding({ isScaled: true }), [[{}, undefined]]],
    ["model-sinusoid-missing", embedding({ hasSinusoid: true }), [[{}, undefined]]],
    [
      "model-positions-off",
      embedding({ firstPosition: 2, hasNorm: true }),
      [0, 1].map((first) => [{ firstPosition: first, hasNorm: true }, { firstPosition: first }]),
    ],
    [
      "model-positions-off",
      embedding({ firstPosition: 0 }),
      [1, 2].map((first) => [{ firstPosition: first }, { firstPosition: first }]),
    ],
    ["model-positions-off", {}, []],
  ])("%s of %o", (id, given, expected) =>
    expect(varied(id, given, (one) => one.embedding)).toEqual(expected),
  );

  test("the final norm", () => {
    const look = (one: Architecture) => one.hasFinalNorm;
    expect(varied("model-final-norm-missing", { hasFinalNorm: true }, look)).toEqual([[false, undefined]]);
    expect(varied("model-final-norm-missing", { hasFinalNorm: false }, look)).toEqual([]);
  });

  test("a head that is not tied", () => {
    const made = (head: Architecture["head"]) =>
      variation("model-head-tied")
        .vary(smallModel({ head }, {}, { head: [5, 4], tokenEmbedding: [5, 4] }))
        .map(({ model }) => [model.architecture.head, Object.keys(model.weights.outer)]);
    expect(made({ predicts: "next", isTied: false })).toEqual([
      [{ predicts: "next", isTied: true }, ["tokenEmbedding"]],
    ]);
    expect(made({ predicts: "next", isTied: true })).toEqual([]);
    expect(made(undefined)).toEqual([]);
  });
});

describe("a model of two stacks", () => {
  const stacks = (decoder: Given, encoder: Given): LoadedModel => {
    const [own, other] = [smallModel(decoder), smallModel(encoder)];
    return {
      architecture: { ...own.architecture, encoder: other.architecture },
      weights: { ...own.weights, encoder: other.weights },
    };
  };
  const look = (id: string, model: LoadedModel, of: (one: Architecture) => unknown) =>
    varyStacks(variation(id), model).map(({ model: { architecture }, parameters }) => [
      ...[of(architecture), architecture.encoder && of(architecture.encoder), parameters],
    ]);

  test("is varied in both, in the encoder and in the decoder", () => {
    const model = stacks(layer({ norm: "pre" }), layer({ norm: "pre" }));
    expect(look("model-norm-place", model, (one) => one.layer.norm)).toEqual([
      ["post", "post", { norm: "post" }],
      ["pre", "post", { norm: "post", stack: "encoder" }],
      ["post", "pre", { norm: "post", stack: "decoder" }],
    ]);
  });

  test("is varied in both where both have it otherwise in the same way", () => {
    const model = stacks(layer({ causal: true, norm: "post" }), layer({ causal: false, norm: "pre" }));
    expect(look("model-mask-missing", model, (one) => one.layer.causal)).toEqual([
      [false, false, { stack: "decoder" }],
    ]);
    expect(look("model-mask-surplus", model, (one) => one.layer.causal)).toEqual([
      [true, true, { stack: "encoder" }],
    ]);
    expect(look("model-norm-place", model, (one) => one.layer.norm)).toEqual([
      ["post", "post", { norm: "post", stack: "encoder" }],
      ["pre", "pre", { norm: "pre", stack: "decoder" }],
    ]);
    const both = stacks(layer({ causal: true }), layer({ causal: true }));
    expect(look("model-mask-missing", both, (one) => one.layer.causal)[0]).toEqual([false, false, undefined]);
  });

  test("has weights of its own in each", () => {
    const [own, other] = [smallModel({}, { bo: [1, 4], wo: [4, 4] }), smallModel({}, { bo: [1, 4] })];
    const model: LoadedModel = {
      architecture: { ...own.architecture, encoder: other.architecture },
      weights: { ...own.weights, encoder: other.weights },
    };
    const seen = varyStacks(variation("model-bias-missing"), model).map(
      ({ model: { weights }, parameters }) => [
        ...[parameters?.bias, parameters?.stack],
        ...[weights, weights.encoder].map((of) => Object.keys(of?.layers[1] ?? {})),
      ],
    );
    expect(seen).toEqual([
      ["bo", undefined, ["wo"], []],
      ["all", undefined, ["wo"], []],
      ["bo", "encoder", ["bo", "wo"], []],
      ["all", "encoder", ["bo", "wo"], []],
      ["bo", "decoder", ["wo"], ["bo"]],
      ["all", "decoder", ["wo"], ["bo"]],
    ]);
  });

  test("has its head in the decoder alone", () => {
    const head = { predicts: "next", isTied: false } as const;
    const made = look("model-head-tied", stacks({ head }, { head }), (one) => one.head?.isTied);
    expect(made).toEqual([[true, false, { stack: "decoder" }]]);
  });

  test("is one stack where it has no encoder", () => {
    expect(varyStacks(variation("model-norm-place"), smallModel())).toEqual(
      variation("model-norm-place").vary(smallModel()),
    );
  });
});
