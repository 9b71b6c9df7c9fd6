import type { PositionKind } from "../attention/positions/kind.js";
import { POSENC_SETTINGS } from "../attention/positions/posenc-settings.js";
import type { AnySettingTable } from "../attention/setting.js";

/** Returns the settings of `posenc` that a kind of positions uses, in the order of its help. */
export function settingsOfKind({ settings }: PositionKind): AnySettingTable {
  const heard: readonly string[] = ["length", "offset", ...settings];
  return Object.fromEntries(Object.entries(POSENC_SETTINGS).filter(([name]) => heard.includes(name)));
}
