import { setting } from "../../errors.js";
import { GRADIENT_SETTINGS } from "../gradients/losses.js";
import { LAYER_SETTINGS } from "../layer/layer-settings.js";
import { listOf, onOff, positive, type SettingsIn, settingTable, takes, wholeNumber } from "../setting.js";

export const MODEL_SETTINGS = settingTable("Model", {
  text: takes("<text>", String, "the input of the model", {
    brief: "the input of the model",
    defaultText: "standard input",
  }),
  ids: takes("<list>", listOf(wholeNumber(0)), "the ids of its tokens: 1,403,407"),
  decoderText: takes(
    "<text>",
    String,
    `of an encoder-decoder, whose source is ${setting("text")}: the part of the target that the decoder reads`,
  ),
  decoderIds: takes(
    "<list>",
    listOf(wholeNumber(0)),
    `of an encoder-decoder, whose source is ${setting("ids")}: the tokens of the target that the decoder reads`,
    { defaultText: "the token with which the model begins" },
  ),
  logitLens: onOff("also what each layer would predict with the head directly after it"),
  generate: takes(
    "<n>",
    wholeNumber(1),
    "the number of tokens to continue the text by, the likeliest each time",
    { brief: "continue the text by N tokens" },
  ),
  temperature: takes(
    "<t>",
    positive,
    `with ${setting("generate")}: draw tokens by their probabilities at this temperature, from ${setting("seed")}`,
  ),
  seed: takes(
    "<n>",
    wholeNumber(0),
    `the seed of ${setting("temperature")}, and with ${setting("random")} of all weights`,
    { default: 0 },
  ),
  stream: {
    ...LAYER_SETTINGS.stream,
    help: "keep no n×m step (automatic if all heads together have more than 2048×2048 scores)",
  },
  ...GRADIENT_SETTINGS,
});

/** The settings of `model` that its files do not decide. */
export type ModelSettings = SettingsIn<typeof MODEL_SETTINGS>;
