import { type Variation, varied, withArchitecture, withSettings } from "./variation.js";

// Rotary positions, worked otherwise than `config.json` says.

const ROPE = "pair i turns by position · base^(−2i/d)";

const ropePairing: Variation = {
  id: "model-rope-pairing",
  step: "q-rotated",
  title: "RoPE turned other pairs of columns.",
  formula: ROPE,
  fix: "Hugging Face's Llama pairs column i with i + d/2 (half-split), Meta's neighbours (interleaved), with W permuted to match.",
  vary(model) {
    const { rope } = model.architecture.layer;
    if (!rope) return [];
    const other = rope === "half-split" ? "interleaved" : "half-split";
    return varied(withSettings(model, { rope: other }), { rope: other });
  },
};

const USUAL_BASES = [10_000, 100_000, 500_000, 1_000_000];

const ropeBase: Variation = {
  id: "model-rope-base",
  step: "q-rotated",
  title: "RoPE was worked with another base.",
  formula: ROPE,
  fix: "Take the base from config.json: rope_theta.",
  vary(model) {
    const { rope, base } = model.architecture.layer;
    if (!rope) return [];
    return USUAL_BASES.filter((other) => other !== base).flatMap((other) =>
      varied(withSettings(model, { base: other }), { base: other }),
    );
  },
};

const ropeMissing: Variation = {
  id: "model-rope-missing",
  step: "q-rotated",
  title: "Queries and keys were not turned: RoPE is missing.",
  formula: ROPE,
  fix: "Turn queries and keys of each head by their positions before they are compared.",
  vary(model) {
    const { rope, ...layer } = model.architecture.layer;
    const { base: _, scaling, scalingFactor, originalLength, ...plain } = layer;
    return rope ? varied(withArchitecture(model, { layer: plain })) : [];
  },
};

const ropeScaling: Variation = {
  id: "model-rope-scaling-missing",
  step: "q-rotated",
  title: "The frequencies of RoPE were not scaled.",
  formula: ROPE,
  fix: "config.json has rope_scaling: the frequencies are those of a longer context.",
  vary(model) {
    const { scaling, scalingFactor: _, originalLength, ...layer } = model.architecture.layer;
    const { betaFast, betaSlow, lowFreqFactor, highFreqFactor, ...plain } = layer;
    return scaling ? varied(withArchitecture(model, { layer: plain })) : [];
  },
};

const ropeOff: Variation = {
  id: "model-rope-positions-off",
  step: "q-rotated",
  title: "RoPE counts positions of keys and queries apart, or from another number.",
  formula: ROPE,
  fix: "The first token has position 0, as query and as key.",
  vary: (model) =>
    model.architecture.layer.rope ? varied(withSettings(model, { offset: 1 }), { offset: 1 }) : [],
};

export const ROPE_VARIATIONS: readonly Variation[] = [
  ...[ropePairing, ropeBase, ropeMissing, ropeScaling, ropeOff],
];
