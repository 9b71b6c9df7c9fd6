import type { SettingTable } from "../attention/setting.js";

/** A table with another one put into it before one of its settings. Help, and settings in JSON, are in the order of tables. */
export function withSettingsBefore<Own, More>(
  name: keyof Own & string,
  own: SettingTable<Own>,
  more: SettingTable<More>,
): SettingTable<Own & More> {
  const entries = Object.entries(own);
  entries.splice(Object.keys(own).indexOf(name), 0, ...Object.entries(more));
  return Object.fromEntries(entries) as SettingTable<Own & More>;
}
