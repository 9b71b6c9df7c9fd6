import { refuseAs, setting, userError } from "../errors.js";
import { evaluateArithmetic } from "../math/arithmetic.js";
import { suggest } from "../suggestion.js";
import { settingNamed } from "./names.js";

/**
 * One setting of a command: its meaning, and how to parse a value that was typed (text) or is in a bundle (text,
 * number, true or false). Its option is derived from its name in the table: `keyLength` is `--key-length`.
 */
export interface Setting<T> {
  /** How help writes the value of the option: "<n>". An option without it is on or off. */
  readonly value?: string;
  /** A letter as a short form of the option: "-o". */
  readonly letter?: string;
  readonly help: string;
  /** The help of the `--no-` form, which gives `false`. Absent if there is no such form. */
  readonly negation?: string;
  /** Other names with the same meaning: `reaches` for `uses`. */
  readonly synonyms?: readonly string[];
  /**
   * The value of an option that is typed without one: `--header` means `--header yes`. If `unless` is given, only these
   * words count as its value.
   */
  readonly withoutValue?: { readonly means: string; readonly unless?: readonly string[] };
  /**
   * Splits a typed value that also sets other options, by their names: `--loss mse:t.csv` also sets `target`, `--json`
   * sets `format`.
   */
  unfold?(typed: string, others: Readonly<Record<string, unknown>>): Readonly<Record<string, string>>;
  /** Its group. `cli/topics/registry.ts` says which help topic explains the options of a group. */
  readonly group: string;
  /** A short help text, for a setting that many people use. `-h` and `--help` show these settings first. */
  readonly brief?: string;
  /** Another setting whose option may set this one: `--scaling yarn:factor=4` sets the `factor` of `scaling`. */
  readonly within?: { readonly setting: string; readonly as: string };
  /** The default. Help shows it, except for a flag, which is off by default. */
  readonly default?: T;
  /** The default as a text for help, if it depends on something else. */
  readonly defaultText?: string;
  /** Parses a value. Throws BAD_VALUE if it is not valid. */
  parse(given: unknown): T;
}

/** Throws BAD_VALUE with what was given and what was expected. */
export const refuseValue = (given: unknown, expected: string, hint?: string): never => {
  const text = typeof given === "string" || typeof given === "number" ? given : JSON.stringify(given);
  refuseAs("BAD_VALUE", `"${text}" is not ${expected}.`, hint);
};

/** Parses a value, and knows all valid values. */
export interface Choice<T, Value = T> {
  (given: unknown): Value;
  readonly choices: readonly T[];
}

/** Accepts one of these words. */
export function choice<const T extends string>(...words: readonly T[]): Choice<T> {
  const parse = (given: unknown) =>
    words.find((word) => word === given) ??
    refuseValue(given, "one of the choices", suggest(String(given), words));
  return Object.assign(parse, { choices: words });
}

/** Accepts other words for the same values as well: fp16 means float16. */
export const withSynonyms = <const T extends string>(
  others: Readonly<Record<string, NoInfer<T>>>,
  known: Choice<T>,
): Choice<T> =>
  Object.assign(
    (given: unknown) => known(Object.hasOwn(others, String(given)) ? others[String(given)] : given),
    {
      choices: known.choices,
    },
  );

/** Returns the words that a setting accepts, if they are known. */
export function choicesOf({ parse }: Setting<unknown>): readonly string[] {
  return "choices" in parse && Array.isArray(parse.choices) ? parse.choices : [];
}

/** Accepts a number, or arithmetic such as `1/sqrt(8)`. */
export function number(given: unknown): number {
  if (typeof given === "number" && !Number.isNaN(given)) return given;
  if (typeof given !== "string") return refuseValue(given, "a number");
  return orRefuse(given, "a number", () => evaluateArithmetic(given));
}

/** Returns the value of arithmetic that was given. Throws BAD_VALUE with what was expected and what was not understood. */
export function orRefuse(given: string, expected: string, evaluate: () => number, hint?: string): number {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuseValue(given, `${expected}: ${error.message}`, hint);
  }
}

/** Accepts a number for which a condition holds, which `expected` says in words. */
const numberThat = (holds: (value: number) => boolean, expected: string) => (given: unknown) => {
  const value = number(given);
  return holds(value) ? value : refuseValue(given, expected);
};

/** Accepts a whole number from `min` to `max`. */
export const wholeNumber = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  numberThat(
    (value) => Number.isSafeInteger(value) && value >= min && value <= max,
    max === Number.MAX_SAFE_INTEGER
      ? `a whole number from ${min} up`
      : `a whole number from ${min} to ${max}`,
  );

/** Accepts a whole number of either sign. */
export const anyWholeNumber = numberThat(Number.isSafeInteger, "a whole number");

/** Accepts a number above zero. */
export const positive = numberThat((value) => value > 0 && Number.isFinite(value), "a number above 0");

/** Accepts zero or a number above zero. */
export const nonNegative = numberThat((value) => value >= 0 && Number.isFinite(value), "a number from 0 up");

/** Accepts a probability below 1. */
export const probability = numberThat((value) => value >= 0 && value < 1, "a probability from 0 to below 1");

/** Accepts one or more items, as a list, or as text separated by commas or blanks. */
export function listOf<T>(item: (given: unknown) => T): (given: unknown) => readonly T[] {
  return (given) => {
    const items = typeof given === "string" ? given.split(/[\s,]+/).filter(Boolean) : [given].flat();
    if (items.length > 0) return items.map(item);
    return refuseValue(given, "a list", "Write one or more, with commas between them.");
  };
}

/** Accepts true or false: an option without a value. */
export function flag(given: unknown): boolean {
  return typeof given === "boolean" ? given : refuseValue(given, "true or false");
}

/** Makes a setting for an option with a value, which help writes as `value`. `more` is what else the setting has. */
export const takes = <
  Parse extends (given: unknown) => unknown,
  const More extends Partial<Setting<unknown>> = object,
>(
  value: string,
  parse: Parse,
  help: string,
  more?: More,
): { value: string; help: string; parse: Parse } & NoInfer<More> => ({
  value,
  help,
  parse,
  ...(more as More),
});

/** Makes a setting for an option without a value, which is off by default. Without a group it is in that of its table. */
export function onOff(help: string, group?: string) {
  // Rolled up, the types of the library can name this type, but not that of a value.
  const parse: (given: unknown) => boolean = flag;
  return { help, ...(group !== undefined && { group }), default: false, parse };
}

/** The settings of a command, by name. Settings that are not optional properties must have a default. */
export type SettingTable<Settings> = {
  readonly [Name in keyof Settings]-?: Setting<Required<Settings>[Name]> & DefaultOf<Settings, Name>;
};

type DefaultOf<Settings, Name extends keyof Settings> =
  Partial<Pick<Settings, Name>> extends Pick<Settings, Name>
    ? { readonly default?: undefined }
    : { readonly default: Settings[Name] };

/** The settings of any command. */
export type AnySettingTable = Readonly<Record<string, Setting<unknown>>>;

/** The parsed settings of a table. Those without a default are optional. */
export type SettingsIn<Table extends Readonly<Record<string, Pick<Setting<unknown>, "parse">>>> = {
  readonly [Name in keyof Table as HasDefault<Table[Name], Name, never>]: ReturnType<Table[Name]["parse"]>;
} & {
  readonly [Name in keyof Table as HasDefault<Table[Name], never, Name>]?: ReturnType<Table[Name]["parse"]>;
};

type HasDefault<Declared, Yes, No> = Declared extends { readonly default: unknown } ? Yes : No;

/** A setting in a table. If it names no group of its own, it is in the group of the table. */
type Declared = Omit<Setting<unknown>, "group"> & Partial<Pick<Setting<unknown>, "group">>;

/** Returns a table of settings. Its types follow from the parse functions. */
export function settingTable<const Table extends Readonly<Record<string, Declared>>>(
  group: string,
  table: Table & { readonly [Name in keyof Table]: { readonly default?: ReturnType<Table[Name]["parse"]> } },
): SettingTable<SettingsIn<Table>>;
export function settingTable(group: string, table: Readonly<Record<string, object>>) {
  // A setting that is shared by several tables stays the same object.
  const inGroup = (declared: object) => ("group" in declared ? declared : { group, ...declared });
  return Object.fromEntries(Object.entries(table).map(([name, declared]) => [name, inGroup(declared)]));
}

/** Adds the defaults of settings that were not given. Names that the table does not contain stay. */
export function completeSettings<Settings extends object>(
  table: SettingTable<Settings>,
  given: Partial<Settings>,
): Settings {
  const complete: Partial<Settings> = {};
  for (const name in table) {
    const value = table[name].default;
    if (value !== undefined) complete[name] = value;
  }
  return Object.assign(complete, given) as Settings;
}

/**
 * Parses given settings one by one. Throws UNKNOWN_KEY for a name that is not in the table, and the errors of each
 * setting's `parse`, with its name in front.
 */
export function parseSettings(
  table: Readonly<Record<string, Pick<Setting<unknown>, "parse">>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const names = Object.keys(table);
  const parsed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name))
      refuseAs(
        "UNKNOWN_KEY",
        `There is no setting "${name}".`,
        suggest(settingNamed(name, names) ?? name, names),
      );

    if (value === undefined) continue;
    try {
      parsed[name] = table[name].parse(value);
    } catch (error) {
      const { code, message, details } = userError(error);
      refuseAs(code, `${setting(name)}: ${message}`, details);
    }
  }
  return parsed;
}

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
function partsOf(name: string, value: string, settings: AnySettingTable) {
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
      refuseAs("BAD_VALUE", `"${word}" is unknown here.`, suggest(word, known));
    }
    if (Object.hasOwn(values, key))
      refuseAs("BAD_VALUE", `${word} is given twice.`, "Leave one of them out.");

    values[key] = text.trim();
  }
  return values;
}
