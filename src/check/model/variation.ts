import type { LayerSettings } from "../../attention/layer/layer-settings.js";
import type { Architecture, LoadedModel } from "../../attention/model/architecture.js";
import type { MistakeText } from "../mistakes/mistake.js";

/** A model made otherwise, and with what. */
export interface Varied {
  readonly model: LoadedModel;
  readonly parameters?: Readonly<Record<string, string | number>>;
}

/** A convention that implementations of a model get wrong: the model with it, in every way that is usual. */
export interface Variation extends MistakeText {
  vary(model: LoadedModel): readonly Varied[];
}

/** The model with another architecture. */
export const withArchitecture = (model: LoadedModel, other: Partial<Architecture>): LoadedModel => ({
  ...model,
  architecture: { ...model.architecture, ...other },
});

/** The model with other settings in every layer. */
export const withSettings = (model: LoadedModel, settings: Partial<LayerSettings>): LoadedModel =>
  withArchitecture(model, { layer: { ...model.architecture.layer, ...settings } });

/** The model with each of these settings in every layer, which is said beside it. */
export const withEach = (
  model: LoadedModel,
  settings: readonly Partial<
    Pick<LayerSettings, "eps" | "activation" | "norm" | "rope" | "base" | "offset">
  >[],
): readonly Varied[] => settings.map((own) => ({ model: withSettings(model, own), parameters: own }));

/** The model without something in its embedding; none where it has no such thing. */
export const withoutEmbedding =
  (name: keyof Architecture["embedding"]): Variation["vary"] =>
  (model) => {
    const { [name]: own, ...embedding } = model.architecture.embedding;
    return own === undefined || own === false ? [] : varied(withArchitecture(model, { embedding }));
  };

/** A model with what it was made with, where there is such a model. */
export const varied = (
  model: LoadedModel | undefined,
  parameters?: Varied["parameters"],
): readonly Varied[] => (model ? [{ model, ...(parameters && { parameters }) }] : []);
