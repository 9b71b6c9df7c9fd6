import type { AnySettingTable } from "../attention/setting.js";
import { locateErrors, UserError } from "../errors.js";
import { optionOf } from "../setting-names.js";
import { suggest } from "../suggestion.js";

/** Options as they were typed, by the names of their settings: text, lists of texts, or true and false for flags. */
export type Typed = Readonly<Record<string, string | boolean | readonly string[]>>;

/**
 * Splits options that contain the values of several settings. `--window 2,0` becomes windowLeft and windowRight,
 * `--scaling yarn:factor=4` becomes scaling and scalingFactor. Throws USAGE if two options give a setting different
 * values, and BAD_VALUE.
 */
export function unfold(typed: Typed, settings: AnySettingTable): Typed {
  let all = typed;
  const waiting = Object.keys(all);
  for (const name of waiting) {
    const { [name]: value, ...others } = all;
    const values = locateErrors(
      () => valuesSetBy(name, value, others, settings),
      () => ({ source: optionOf(name) }),
    );
    waiting.push(...Object.keys(values).filter((other) => !Object.hasOwn(all, other)));
    all = join(others, values, name);
  }
  return all;
}

/** Returns the values that an option sets: its own, or those that are written in it. */
function valuesSetBy(name: string, value: Typed[string], others: Typed, settings: AnySettingTable) {
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

/** Joins both. Throws USAGE if they give a setting different values. */
function join(options: Typed, added: Typed, from: string) {
  const twice = Object.keys(added).find(
    (name) => options[name] !== undefined && options[name] !== added[name],
  );
  if (twice === undefined) return { ...options, ...added };
  throw new UserError(
    "USAGE",
    `${optionOf(from)} and ${optionOf(twice)} ${options[twice]} contradict each other.`,
    "Leave one of them out.",
  );
}
