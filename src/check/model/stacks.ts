import type { LoadedModel } from "../../attention/model/architecture.js";
import type { ModelVariation, VariedModel } from "./variation.js";

/**
 * Applies a variation to a model. An encoder-decoder gets it in both stacks, if both can have it, and then in each
 * stack alone. The parameter `stack` names that one.
 */
export function varyStacks(variation: ModelVariation, model: LoadedModel): readonly VariedModel[] {
  const variants = variation.vary(model);
  const encoder = encoderOf(model);
  if (!encoder) return variants;
  const ofEncoder = variation.vary(encoder);
  const alike = variants.flatMap(({ model: decoder, parameters }) => {
    const other = ofEncoder.find((one) => JSON.stringify(one.parameters) === JSON.stringify(parameters));
    return other ? [{ model: withEncoder(decoder, other.model), parameters }] : [];
  });
  const named = ({ parameters, ...rest }: VariedModel, stack: string): VariedModel => ({
    ...rest,
    parameters: { ...parameters, stack },
  });
  return [
    ...alike,
    ...ofEncoder.map((one) => named({ ...one, model: withEncoder(model, one.model) }, "encoder")),
    ...variants.map((one) => named(one, "decoder")),
  ];
}

/** Makes a model of the encoder alone, without what it shares with the decoder. */
function encoderOf({ architecture, weights }: LoadedModel): LoadedModel | undefined {
  const { encoder } = architecture;
  return (
    encoder && weights.encoder && { architecture: { ...encoder, head: undefined }, weights: weights.encoder }
  );
}

const withEncoder = (model: LoadedModel, { architecture, weights }: LoadedModel): LoadedModel => ({
  ...model,
  architecture: { ...model.architecture, encoder: architecture },
  weights: { ...model.weights, encoder: weights },
});

/**
 * Restricts a variation to one layer, which the parameter `layer` names. Returns none if the variation does not concern
 * layers.
 */
export function inLayer(layer: number, own: LoadedModel, other: VariedModel): readonly VariedModel[] {
  const { architecture, weights } = other.model;
  const { layerSettings } = own.architecture;
  const isAlike =
    weights.layers === own.weights.layers &&
    architecture.layer === own.architecture.layer &&
    architecture.layerSettings === layerSettings;
  if (isAlike) return [];
  const model: LoadedModel = {
    ...own,
    architecture: {
      ...own.architecture,
      layerSettings: (index) =>
        index === layer
          ? { ...architecture.layer, ...architecture.layerSettings?.(index) }
          : (layerSettings?.(index) ?? {}),
    },
    weights: {
      ...own.weights,
      layers: own.weights.layers.with(layer, weights.layers[layer]),
    },
  };
  return [{ model, parameters: { ...other.parameters, layer } }];
}
