import { setting } from "../../setting-names.js";
import { GRADIENT_SETTINGS, type GradientSettings } from "../gradients/gradient-settings.js";
import { LAYER_SETTINGS, type LayerSettings } from "../layer/layer-settings.js";
import { listOf, onOff, positive, type SettingTable, wholeNumber } from "../setting.js";

/** Settings of `model`: what its files do not decide. */
export interface ModelSettings extends Pick<LayerSettings, "stream">, GradientSettings {
  /** What the model is run on: a text, or the ids of its tokens. */
  readonly text?: string;
  readonly ids?: readonly number[];
  /** What the decoder of a model with an encoder has of the target. */
  readonly decoderText?: string;
  readonly decoderIds?: readonly number[];
  readonly logitLens: boolean;
  /** Tokens that are to follow the text. */
  readonly generate?: number;
  /** Of generated tokens: drawn with this temperature instead of the likeliest. */
  readonly temperature?: number;
  /** What drawn tokens come from. */
  readonly seed: number;
}

const group = "Model";

export const MODEL_SETTINGS: SettingTable<ModelSettings> = {
  text: {
    value: "<text>",
    help: "what the model is run on",
    group,
    brief: "what the model is run on",
    defaultText: "standard input",
    parse: String,
  },
  ids: {
    value: "<list>",
    help: "the tokens that it is run on: 1,403,407",
    group,
    parse: listOf(wholeNumber(0)),
  },
  decoderText: {
    value: "<text>",
    help: `of an encoder-decoder, whose source ${setting("text")} is: what the decoder has of the target`,
    group,
    parse: String,
  },
  decoderIds: {
    value: "<list>",
    help: `of an encoder-decoder, whose source ${setting("ids")} are: the tokens that the decoder has of the target`,
    group,
    defaultText: "the token with which the model begins",
    parse: listOf(wholeNumber(0)),
  },
  logitLens: onOff("also what each layer would predict, if the head stood behind it", group),
  generate: {
    value: "<n>",
    help: "continue the text by so many tokens, the likeliest each time",
    group,
    brief: "continue the text by N tokens",
    parse: wholeNumber(1),
  },
  temperature: {
    value: "<t>",
    help: `with ${setting("generate")}: draw tokens by their probabilities at this temperature, from ${setting("seed")}`,
    group,
    parse: positive,
  },
  seed: {
    value: "<n>",
    help: `what ${setting("temperature")} draws from, and with ${setting("random")} all weights`,
    group,
    default: 0,
    parse: wholeNumber(0),
  },
  stream: {
    ...LAYER_SETTINGS.stream,
    help: "keep no n×m step (by itself when all heads together have more than 2048×2048 scores)",
  },
  ...GRADIENT_SETTINGS,
};
