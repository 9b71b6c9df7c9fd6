import type { LoadedModel } from "../../attention/model/architecture.js";
import type { Variation, Varied } from "./variation.js";

/**
 * A variation of a model; of an encoder-decoder in both of its stacks, where both have it, then in each of them alone, which the
 * parameter `stack` says.
 */
export function varyStacks(variation: Variation, model: LoadedModel): readonly Varied[] {
  const own = variation.vary(model);
  const encoder = encoderOf(model);
  if (!encoder) return own;
  const ofEncoder = variation.vary(encoder);
  const alike = own.flatMap(({ model: decoder, parameters }) => {
    const other = ofEncoder.find((one) => JSON.stringify(one.parameters) === JSON.stringify(parameters));
    return other ? [{ model: withEncoder(decoder, other.model), ...(parameters && { parameters }) }] : [];
  });
  const named = ({ parameters, ...rest }: Varied, stack: string): Varied => ({
    ...rest,
    parameters: { ...parameters, stack },
  });
  return [
    ...alike,
    ...ofEncoder.map((one) => named({ ...one, model: withEncoder(model, one.model) }, "encoder")),
    ...own.map((one) => named(one, "decoder")),
  ];
}

/** The encoder of a model as a model of its own: what it has in common with the decoder is no part of it. */
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

/** A variation in one layer alone, which the parameter `layer` says; none where it is not about layers. */
export function inLayer(layer: number, own: LoadedModel, other: Varied): readonly Varied[] {
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
