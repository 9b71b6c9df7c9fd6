import { choice, type SettingsIn, settingTable } from "../setting.js";
import { KIND_SETTINGS } from "./kind-settings.js";
import { KIND_NAMES } from "./registry.js";

const { default: defaultBase, ...base } = KIND_SETTINGS.base;

export const POSENC_SETTINGS = settingTable("Positions", {
  kind: {
    value: "<name>",
    help: `${KIND_NAMES.join(", ")}`,
    brief: "sinusoidal, rope, alibi, t5, clipped, learned",
    default: "sinusoidal",
    parse: choice(...KIND_NAMES),
  },
  ...KIND_SETTINGS,
  base: { ...base, defaultText: `${defaultBase}; a given table determines it` },
});

/** The settings of `posenc`. The base of a given table is found out unless it is set. */
export type PosencSettings = SettingsIn<typeof POSENC_SETTINGS>;
