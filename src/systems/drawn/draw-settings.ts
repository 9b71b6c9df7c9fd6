import {
  type AnySettingTable,
  onOff,
  type SettingsIn,
  settingTable,
  takes,
  wholeNumber,
} from "../../attention/setting.js";
import { setting } from "../../errors.js";

/** Makes the setting for a size of something that is drawn. */
const size = (value: string, what: string, defaultText: string) => ({
  value,
  help: `with ${setting("random")}: ${what}`,
  defaultText,
  parse: wholeNumber(1),
});

/** Whether a preset or random numbers are asked for, or a setting is given that only has a meaning with them. */
export function asksToFillIn(table: AnySettingTable, settings: Readonly<Record<string, unknown>>): boolean {
  return namesOf(table).some((name) => settings[name] !== undefined);
}

/**
 * Returns the settings for sizes and seed of `--random` in a table, except those with another meaning in this command.
 */
export const drawnNames = (table: AnySettingTable): readonly string[] =>
  namesOf(table).filter((name) => name !== "preset" && name !== "random");

/** Returns the drawing settings that a table shares. A setting with the same name but another meaning is left out. */
function namesOf(table: AnySettingTable) {
  const names = Object.keys(LAYER_DRAW_SETTINGS) as (keyof LayerDrawSettings)[];
  return names.filter((name) => table[name] === LAYER_DRAW_SETTINGS[name]);
}

/** The settings of commands that draw. A command leaves out a size if the setting has another meaning there. */
export const DRAW_SETTINGS = settingTable("Systems", {
  preset: takes(
    "<name>",
    // The name is checked when the preset is applied, because systems are loaded only then.
    String,
    "the options of a published system: gpt2, bert-large, luong-general, … (qkv systems lists them); given options win",
  ),
  random: onOff("draw missing inputs and weights, in the sizes of the preset", "Systems"),
  seed: takes("<n>", wholeNumber(0), `the seed of ${setting("random")}`, { default: 0 }),
  length: size("<n>", "the number of rows of queries and keys", "as many as tokens, else 6"),
  sourceLength: size("<m>", "the number of rows of keys", "as many as queries"),
  dModel: size("<d>", "the number of columns of vectors", "the preset's, else 8"),
  dA: size("<n>", "the number of features of scoring parameters", "the preset's, else d_model"),
});

/** The settings of what is drawn instead of given, and the preset whose options a run uses. */
export type DrawSettings = SettingsIn<typeof DRAW_SETTINGS>;

/** A model is drawn before a recipe sees it. So these are separate settings, which nothing else fills in. */
export const MODEL_DRAW_SETTINGS = settingTable("Systems", {
  preset: {
    ...DRAW_SETTINGS.preset,
    help: `with ${setting("random")}: a published model instead of a SOURCE: transformer, gpt1, gpt2, gpt3, bert, roberta, palm, macaw, in any of their sizes`,
  },
  random: { ...DRAW_SETTINGS.random, help: "draw all weights of the preset's model" },
  length: size("<n>", `the number of tokens, without ${setting("ids")}`, "6"),
  layers: size("<n>", "the number of layers", "the preset's"),
  dModel: size("<d>", "the number of columns of vectors", "the preset's"),
  heads: size("<h>", "the number of query heads per layer", "the preset's"),
  dFf: size("<n>", "the number of columns between the products of a feed-forward", "the preset's"),
  vocabulary: size("<n>", "the number of tokens in the vocabulary", "the preset's"),
  window: size(
    "<w>",
    "GPT-3 with banded layers 1, 3, …: a token sees W keys, itself included",
    "none, because W is not published: all layers are dense",
  ),
  modalRows: size(
    "<n>",
    "Macaw: the number of rows of image, audio and video",
    "the published 5, 6 and 39; 2 at another d_model",
  ),
});

/** The settings for drawing a whole model. */
export type ModelDrawSettings = SettingsIn<typeof MODEL_DRAW_SETTINGS>;

export const LAYER_DRAW_SETTINGS = settingTable("Systems", {
  ...DRAW_SETTINGS,
  dFf: size(
    "<n>",
    "the number of columns between the products of a feed-forward",
    "the preset's, else 4·d_model",
  ),
});

/** The settings for drawing a whole layer. */
export type LayerDrawSettings = SettingsIn<typeof LAYER_DRAW_SETTINGS>;
