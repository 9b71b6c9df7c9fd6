import type { SettingTable } from "../attention/setting.js";

/** A table with another one put into it before one of its settings. Help, and settings in JSON, are in the order of tables. */
export function withSettingsBefore<Own, More>(
  name: keyof Own & string,
  own: SettingTable<Own>,
  more: SettingTable<More>,
): SettingTable<Own & More> {
  const table: Partial<SettingTable<Own & More>> = {};
  for (const each in own) {
    if (each === name) Object.assign(table, more);
    Object.assign(table, { [each]: own[each] });
  }
  return table as SettingTable<Own & More>;
}
