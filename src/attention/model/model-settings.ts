import { setting } from "../../errors.js";
import { GRADIENT_SETTINGS } from "../gradients/losses.js";
import { LAYER_SETTINGS } from "../layer/layer-settings.js";
import { listOf, onOff, positive, type SettingsIn, settingTable, wholeNumber } from "../setting.js";

export const MODEL_SETTINGS = settingTable("Model", {
  text: {
    value: "<text>",
    help: "the input of the model",
    brief: "the input of the model",
    defaultText: "standard input",
    parse: String,
  },
  ids: {
    value: "<list>",
    help: "the ids of its tokens: 1,403,407",
    parse: listOf(wholeNumber(0)),
  },
  decoderText: {
    value: "<text>",
    help: `of an encoder-decoder, whose source is ${setting("text")}: the part of the target that the decoder reads`,
    parse: String,
  },
  decoderIds: {
    value: "<list>",
    help: `of an encoder-decoder, whose source is ${setting("ids")}: the tokens of the target that the decoder reads`,
    defaultText: "the token with which the model begins",
    parse: listOf(wholeNumber(0)),
  },
  logitLens: onOff("also what each layer would predict with the head directly after it", "Model"),
  generate: {
    value: "<n>",
    help: "the number of tokens to continue the text by, the likeliest each time",
    brief: "continue the text by N tokens",
    parse: wholeNumber(1),
  },
  temperature: {
    value: "<t>",
    help: `with ${setting("generate")}: draw tokens by their probabilities at this temperature, from ${setting("seed")}`,
    parse: positive,
  },
  seed: {
    value: "<n>",
    help: `the seed of ${setting("temperature")}, and with ${setting("random")} of all weights`,
    default: 0,
    parse: wholeNumber(0),
  },
  stream: {
    ...LAYER_SETTINGS.stream,
    help: "keep no n×m step (automatic if all heads together have more than 2048×2048 scores)",
  },
  ...GRADIENT_SETTINGS,
});

/** The settings of `model` that its files do not decide. */
export type ModelSettings = SettingsIn<typeof MODEL_SETTINGS>;
