import { UserError } from "../errors.js";
import { suggest } from "../suggestion.js";
import type { AnySettingTable } from "./setting.js";

/** Settings as they were typed, by their names: text, lists of texts, or true and false for flags. */
export type Typed = Readonly<Record<string, string | boolean | readonly string[]>>;

/**
 * Returns the values that a setting sets, as typed or as text in a bundle: its own, or those that are written in it.
 * `--window 2,0` sets windowLeft and windowRight, `--scaling yarn:factor=4` sets scaling and scalingFactor.
 */
export function valuesSetBy(name: string, value: Typed[string], others: Typed, settings: AnySettingTable) {
  if (typeof value === "object" || value === false) return { [name]: value };
  return (
    settings[name].unfold?.(String(value), others) ??
    (typeof value === "string" ? partsOf(name, value, settings) : { [name]: value })
  );
}

/** Splits `yarn:factor=4,original=4096` if other settings may be written within this one. Throws BAD_VALUE. */
function partsOf(name: string, value: string, settings: AnySettingTable): Readonly<Record<string, string>> {
  const parts = Object.keys(settings).filter((key) => {
    const { within } = settings[key];
    return within?.setting === name && !within.as.includes(",");
  });
  const [, own, written = ""] = /^([^:]*):(.*)$/s.exec(value) ?? [];
  if (own === undefined || parts.length === 0) return { [name]: value };
  const values: Record<string, string> = { [name]: own.trim() };
  // The values of a list contain commas, too: factors=1,2,original=8.
  for (const part of written.split(/,(?=[a-z-]+=)/)) {
    const [, word = part, text = ""] = /^\s*([^=]*?)\s*=(.*)$/s.exec(part) ?? [];
    const key = parts.find((one) => settings[one].within?.as === word);
    if (key === undefined) {
      const known = parts.flatMap((one) => settings[one].within?.as ?? []);
      throw new UserError("BAD_VALUE", `"${word}" is unknown here.`, suggest(word, known));
    }
    if (Object.hasOwn(values, key)) {
      throw new UserError("BAD_VALUE", `${word} is given twice.`, "Leave one of them out.");
    }
    values[key] = text.trim();
  }
  return values;
}
