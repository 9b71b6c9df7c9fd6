import { ACTIVATIONS, type Activation } from "../../attention/layer/activations.js";
import { CROSS_NAMES } from "../../attention/layer/cross-names.js";
import type { LayerSettings } from "../../attention/layer/layer-settings.js";
import { type Draw, type DrawContext, drawWeights, OUTPUT, PROJECTIONS } from "./draws.js";
import type { DrawnSizes } from "./sizes.js";

/** Returns the draws for W₁, W₂ and W₃ with their biases, and for the weights of norms. */
export function drawLayer(
  { problem: { settings }, initial }: DrawContext<LayerSettings>,
  sizes: DrawnSizes,
): readonly Draw[] {
  const { isGated }: Activation = ACTIVATIONS[settings.activation];
  const { norm, normKind } = settings;
  const names = [
    ...(["w1", "b1", "w2", "b2"] as const),
    ...(isGated ? (["w3", "b3"] as const) : []),
    ...(norm === "none" ? [] : (["norm1", "norm1Bias"] as const)),
    ...(norm !== "none" && initial.hasMemory ? (["crossNorm", "crossNormBias"] as const) : []),
    ...(norm === "none" || norm === "parallel" ? [] : (["norm2", "norm2Bias"] as const)),
  ];
  const isDrawn = (name: string) => normKind === "layer" || !/norm\w*Bias/i.test(name);
  return drawWeights(names.filter(isDrawn), initial, sizes);
}

/**
 * Returns the draws for the output of an encoder and the weights of the cross-attention, if a layer of the system has
 * one.
 */
export function drawCrossAttention({ initial }: DrawContext, sizes: DrawnSizes): readonly Draw[] {
  if (!initial.hasMemory) return [];
  const names = [...PROJECTIONS, ...OUTPUT].map((name) => CROSS_NAMES[name]);
  const { numKeys: rows, dModel: cols } = sizes;
  return [
    { input: "memory", rows, cols, distribution: initial.vectors },
    ...drawWeights(names, initial, sizes),
  ];
}
