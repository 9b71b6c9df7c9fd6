import { type AnySettingTable, flag, type SettingTable, wholeNumber } from "../../attention/setting.js";
import { UserError } from "../../errors.js";

/** What is drawn instead of given, and the system whose options a run takes over. */
export interface DrawSettings {
  /** "gpt2", "palm-540b": see `qkv systems`. */
  readonly preset?: string;
  /** Draws what is not given. */
  readonly random: boolean;
  readonly seed: number;
  /** Rows of queries that are drawn, and of keys unless `sourceLength` says otherwise. */
  readonly length?: number;
  readonly sourceLength?: number;
  readonly dModel?: number;
  /** Features of drawn parameters of a scoring. */
  readonly dA?: number;
}

/** What is drawn for a whole layer, too. */
export interface LayerDrawSettings extends DrawSettings {
  readonly dFf?: number;
}

const group = "Systems";

/** Whether something is to be filled in, or one of these settings is given that means nothing otherwise. */
export function asksToFillIn(table: AnySettingTable, settings: Readonly<Record<string, unknown>>): boolean {
  return namesOf(table).some((name) => settings[name] !== undefined);
}

/** Throws USAGE for the size of something drawn when nothing is. */
export function refuseIdleSizes(table: AnySettingTable, settings: Readonly<Record<string, unknown>>): void {
  const idle = namesOf(table).find((name) => settings[name] !== undefined && name !== "preset");
  if (settings.random || idle === undefined) return;
  const flag = table[idle].flag.split(" ")[0];
  throw new UserError("USAGE", `${flag} is about what --random draws, but nothing is drawn.`, {
    hint: `Add --random, or leave out ${flag}.`,
  });
}

/** Those settings that a command has here, not with a meaning of its own. */
function namesOf(table: AnySettingTable): readonly (keyof LayerDrawSettings)[] {
  const names = Object.keys(LAYER_DRAW_SETTINGS) as (keyof LayerDrawSettings)[];
  return names.filter((name) => table[name] === LAYER_DRAW_SETTINGS[name]);
}

/** Commands that draw take these into their tables; those of sizes only where they have no meaning of their own for them. */
export const DRAW_SETTINGS: SettingTable<DrawSettings> = {
  preset: {
    flag: "--preset <name>",
    help: "the options of a published system: gpt2, bert-large, luong-general, … (qkv systems lists them); options that are given win",
    group,
    // Which names there are is known where presets are applied: the systems load only then.
    parse: String,
  },
  random: {
    flag: "--random",
    help: "draw the inputs and weights that are not given, at the sizes of the preset",
    group,
    default: false,
    parse: flag,
  },
  seed: {
    flag: "--seed <n>",
    help: "--random draws from this seed",
    group,
    default: 0,
    parse: wholeNumber(0),
  },
  length: {
    flag: "--length <n>",
    help: "--random draws so many rows of queries, and of keys",
    group,
    defaultText: "as many as there are tokens, else 6",
    parse: wholeNumber(1),
  },
  sourceLength: {
    flag: "--source-length <m>",
    help: "--random draws so many rows of keys",
    group,
    defaultText: "as many as of queries",
    parse: wholeNumber(1),
  },
  dModel: {
    flag: "--d-model <d>",
    help: "--random draws vectors of so many columns",
    group,
    defaultText: "the preset's, else 8",
    parse: wholeNumber(1),
  },
  dA: {
    flag: "--d-a <n>",
    help: "--random draws parameters of a scoring with so many features",
    group,
    defaultText: "the preset's, else d_model",
    parse: wholeNumber(1),
  },
};

export const LAYER_DRAW_SETTINGS: SettingTable<LayerDrawSettings> = {
  ...DRAW_SETTINGS,
  dFf: {
    flag: "--d-ff <n>",
    help: "--random draws a feed-forward of so many columns between its products",
    group,
    defaultText: "the preset's, else 4·d_model",
    parse: wholeNumber(1),
  },
};
