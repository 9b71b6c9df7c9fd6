import { setting } from "../../setting-names.js";
import { GRADIENT_SETTINGS } from "../gradients/gradient-settings.js";
import { LAYER_SETTINGS } from "../layer/layer-settings.js";
import { listOf, onOff, positive, type SettingsIn, settingTable, wholeNumber } from "../setting.js";

const group = "Model";

export const MODEL_SETTINGS = settingTable({
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
});

/** The settings of `model` that its files do not decide. */
export type ModelSettings = SettingsIn<typeof MODEL_SETTINGS>;
