import type { LayerSettings } from "../../attention/layer/layer-settings.js";
import type { Architecture, LoadedModel } from "../../attention/model/architecture.js";
import type { MistakeText } from "../mistakes/mistake.js";

/** A changed model, and the parameters of the change. */
export interface VariedModel {
  readonly model: LoadedModel;
  readonly parameters?: Readonly<Record<string, string | number>> | undefined;
}

/** A convention that implementations get wrong. `vary` returns the model with each of the usual wrong choices. */
export interface ModelVariation extends MistakeText {
  vary(model: LoadedModel): readonly VariedModel[];
}

/** Changes the architecture of a model. */
export const withArchitecture = (model: LoadedModel, other: Partial<Architecture>): LoadedModel => ({
  ...model,
  architecture: { ...model.architecture, ...other },
});

/** Changes settings in every layer of a model. */
export const withSettings = (model: LoadedModel, settings: Partial<LayerSettings>): LoadedModel =>
  withArchitecture(model, { layer: { ...model.architecture.layer, ...settings } });

/** Makes one model for each of these values of a setting, changed in every layer. The setting becomes its parameter. */
export const withEach = <Name extends "eps" | "activation" | "norm" | "rope" | "base" | "offset">(
  model: LoadedModel,
  name: Name,
  ...values: readonly NonNullable<LayerSettings[Name]>[]
): readonly VariedModel[] =>
  values.map((value) => ({
    model: withSettings(model, { [name]: value }),
    parameters: { [name]: value },
  }));

/** Removes something from the embedding of a model. Returns none if the model does not have it. */
export const withoutEmbedding =
  (name: keyof Architecture["embedding"]): ModelVariation["vary"] =>
  (model) => {
    const { [name]: own, ...embedding } = model.architecture.embedding;
    return own === undefined || own === false ? [] : varied(withArchitecture(model, { embedding }));
  };

/** Joins a changed model with its parameters. Returns none if there is no such model. */
export const varied = (
  model: LoadedModel | undefined,
  parameters?: VariedModel["parameters"],
): readonly VariedModel[] => (model ? [{ model, parameters }] : []);
