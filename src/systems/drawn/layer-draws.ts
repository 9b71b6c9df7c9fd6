import { ACTIVATIONS, type Activation } from "../../attention/layer/activations.js";
import { CROSS_NAMES } from "../../attention/layer/cross-names.js";
import type { LayerSettings } from "../../attention/layer/layer-settings.js";
import { type Draw, type DrawContext, drawOutput, drawProjections } from "./draws.js";
import { ONE } from "./initialisation.js";
import type { DrawnSizes } from "./sizes.js";

/** W₁, W₂ and W₃ with their biases, and the weights of norms. */
export function drawLayer(
  { problem: { settings }, start }: DrawContext<LayerSettings>,
  { dModel, feedForward }: DrawnSizes,
): readonly Draw[] {
  const { parameters: how, biases, feedForwardBiases = biases } = start;
  const { isGated }: Activation = ACTIVATIONS[settings.activation];
  const draw = (input: Draw["input"], rows: number, cols: number): Draw => ({ input, rows, cols, how });
  const bias = (input: Draw["input"], cols: number): readonly Draw[] =>
    feedForwardBiases ? [{ ...draw(input, 1, cols), how: feedForwardBiases }] : [];
  return [
    draw("w1", dModel, feedForward),
    ...bias("b1", feedForward),
    draw("w2", feedForward, dModel),
    ...bias("b2", dModel),
    ...(isGated ? [draw("w3", dModel, feedForward), ...bias("b3", feedForward)] : []),
    ...drawNorms(settings, start, dModel),
  ];
}

function drawNorms(
  { norm, normKind }: LayerSettings,
  { normBiases, hasMemory }: DrawContext["start"],
  cols: number,
): readonly Draw[] {
  if (norm === "none") return [];
  const one = { rows: 1, cols } as const;
  const of = (weight: Draw["input"], bias: Draw["input"]): readonly Draw[] => [
    { input: weight, how: ONE, ...one },
    ...(normBiases && normKind === "layer" ? [{ input: bias, how: normBiases, ...one }] : []),
  ];
  return [
    ...of("norm1", "norm1Bias"),
    ...(hasMemory ? of("crossNorm", "crossNormBias") : []),
    ...(norm === "parallel" ? [] : of("norm2", "norm2Bias")),
  ];
}

/** The output of an encoder and the weights of the attention to it, where a layer of the system has one. */
export function drawCrossAttention({ start }: DrawContext, sizes: DrawnSizes): readonly Draw[] {
  if (!start.hasMemory) return [];
  const weights = [...drawProjections(start, sizes), ...drawOutput(start, sizes)].flatMap((draw) => {
    const input = CROSS_NAMES[draw.input as keyof typeof CROSS_NAMES];
    return input ? [{ ...draw, input, unless: draw.unless ? (["crossWqkv"] as const) : [] }] : [];
  });
  const { numKeys: rows, dModel: cols } = sizes;
  return [{ input: "memory", rows, cols, how: start.vectors }, ...weights];
}
