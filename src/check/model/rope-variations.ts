import { mistakesAt } from "../mistakes/mistake.js";
import { type ModelVariation, varied, withArchitecture, withEach } from "./variation.js";

// Variations of RoPE that contradict `config.json`.

const USUAL_BASES = [10_000, 100_000, 500_000, 1_000_000];

const turning = mistakesAt<ModelVariation>("q-rotated", "pair i turns by position · base^(−2i/d)");

export const ROPE_VARIATIONS: readonly ModelVariation[] = [
  turning({
    id: "model-rope-pairing",
    title: "RoPE rotated other pairs of columns.",
    fix: "Hugging Face's Llama pairs column i with i + d/2 (half-split), Meta's neighbours (interleaved), with W permuted to match.",
    vary(model) {
      const { rope } = model.architecture.layer;
      return rope ? withEach(model, "rope", rope === "half-split" ? "interleaved" : "half-split") : [];
    },
  }),
  turning({
    id: "model-rope-base",
    title: "RoPE used another base.",
    fix: "Take the base from config.json: rope_theta.",
    vary(model) {
      const { rope, base: own } = model.architecture.layer;
      const others = USUAL_BASES.filter((base) => base !== own);
      return rope ? withEach(model, "base", ...others) : [];
    },
  }),
  turning({
    id: "model-rope-missing",
    title: "Queries and keys were not rotated: RoPE is missing.",
    fix: "Rotate queries and keys of each head by their positions before the product.",
    vary(model) {
      const { rope, ...layer } = model.architecture.layer;
      const { base: _, scaling, scalingFactor, originalLength, ...plain } = layer;
      return rope ? varied(withArchitecture(model, { layer: plain })) : [];
    },
  }),
  turning({
    id: "model-rope-scaling-missing",
    title: "The frequencies of RoPE were not scaled.",
    fix: "config.json has rope_scaling: the frequencies are those of a longer context.",
    vary(model) {
      const { scaling, scalingFactor: _, originalLength, ...layer } = model.architecture.layer;
      const { betaFast, betaSlow, lowFreqFactor, highFreqFactor, ...plain } = layer;
      return scaling ? varied(withArchitecture(model, { layer: plain })) : [];
    },
  }),
  turning({
    id: "model-rope-positions-off",
    title: "RoPE counts the positions of queries and keys from different numbers, or from the wrong one.",
    fix: "The first token has position 0, both as query and as key.",
    vary: (model) => (model.architecture.layer.rope ? withEach(model, "offset", 1) : []),
  }),
];
