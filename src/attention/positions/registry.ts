import { choice, type SettingsIn, settingTable, takes } from "../setting.js";
import { alibi } from "./alibi.js";
import type { PositionKind } from "./kind.js";
import { KIND_SETTINGS } from "./kind-settings.js";
import { learned } from "./learned.js";
import { clipped, t5 } from "./relative.js";
import { rope } from "./rope.js";
import { sinusoidal } from "./sinusoidal.js";

/** Every kind of positions. `--kind`, its help, its errors and the law tests are derived from this table. */
export const POSITION_KINDS = {
  sinusoidal,
  rope,
  alibi,
  t5,
  clipped,
  learned,
} as const satisfies Record<string, PositionKind>;

export type KindName = keyof typeof POSITION_KINDS;

export const KIND_NAMES = Object.keys(POSITION_KINDS) as KindName[];

const { default: defaultBase, ...base } = KIND_SETTINGS.base;

export const POSENC_SETTINGS = settingTable("Positions", {
  kind: takes("<name>", choice(...KIND_NAMES), `${KIND_NAMES.join(", ")}`, {
    brief: "sinusoidal, rope, alibi, t5, clipped, learned",
    default: "sinusoidal",
  }),
  ...KIND_SETTINGS,
  base: { ...base, defaultText: `${defaultBase}; a given table determines it` },
});

/** The settings of `posenc`. The base of a given table is found out unless it is set. */
export type PosencSettings = SettingsIn<typeof POSENC_SETTINGS>;
