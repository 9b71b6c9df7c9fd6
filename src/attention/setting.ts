import { UserError } from "../errors.js";
import { evaluateArithmetic } from "../math/arithmetic.js";
import { setting } from "../setting-names.js";
import { suggest } from "../suggestion.js";
import { settingNamed } from "./names.js";

/**
 * One setting of a command: what it means, and how a value that someone typed (text) or put in a bundle (text, number,
 * true or false) is understood. Its option is its name in a table: that of `keyLength` is `--key-length`.
 */
export interface Setting<T> {
  /** What help calls the value of the option: "<n>". An option without one is on or off. */
  readonly value?: string;
  /** A letter that stands for the option: "-o". */
  readonly letter?: string;
  readonly help: string;
  /** Of an option that may be said to be off: the help of its `--no-` form, which gives `false`. */
  readonly negation?: string;
  /** Other names that say the same: `reaches` of `uses`. */
  readonly synonyms?: readonly string[];
  /** What the option means where no value follows, or none of `unless`: `--header` is `--header yes`. */
  readonly alone?: { readonly means: string; readonly unless?: readonly string[] };
  /** What a typed value says of other options, by their names: `--loss mse:t.csv` gives `target` as well, `--json` the `format`. */
  unfold?(typed: string, others: Readonly<Record<string, unknown>>): Readonly<Record<string, string>>;
  /** What it is for; `cli/topics/registry.ts` says which topic of the help explains the options of a group. */
  readonly group: string;
  /** Its help in few words, of a setting that many people use: `-h` and `--help` show these first. */
  readonly brief?: string;
  /** The setting whose option may say this one, too: `--scaling yarn:factor=4` says the `factor` of `scaling`. */
  readonly within?: { readonly setting: string; readonly as: string };
  /** What a recipe gets when nothing was given. Help shows it, but for a flag, which is off without a word. */
  readonly default?: T;
  /** The default in words, for help, where it depends on something else. */
  readonly defaultText?: string;
  /** Throws BAD_VALUE when the value makes no sense. */
  parse(given: unknown): T;
}

/** Throws BAD_VALUE: what was given, and what would have been right. */
export const refuseValue = (given: unknown, expected: string, hint?: string): never => {
  const text = typeof given === "string" || typeof given === "number" ? given : JSON.stringify(given);
  throw new UserError("BAD_VALUE", `"${text}" is not ${expected}.`, hint);
};

/** What understands a value, and knows every value that there is. */
export interface Choice<T, Value = T> {
  (given: unknown): Value;
  readonly choices: readonly T[];
}

/** One of these words. */
export function choice<const T extends string>(...words: readonly T[]): Choice<T> {
  const parse = (given: unknown) =>
    words.find((word) => word === given) ??
    refuseValue(given, "one of the choices", suggest(String(given), words));
  return Object.assign(parse, { choices: words });
}

/** The same, where other words are known to mean one of them: fp16 is float16. */
export const orSaid = <const T extends string>(
  others: Readonly<Record<string, NoInfer<T>>>,
  known: Choice<T>,
): Choice<T> =>
  Object.assign(
    (given: unknown) => known(Object.hasOwn(others, String(given)) ? others[String(given)] : given),
    {
      choices: known.choices,
    },
  );

/** The words that a setting understands, where it knows them all. */
export function choicesOf({ parse }: Setting<unknown>): readonly string[] {
  return "choices" in parse && Array.isArray(parse.choices) ? parse.choices : [];
}

/** A number or arithmetic such as `1/sqrt(8)`. */
export function number(given: unknown): number {
  if (typeof given === "number" && !Number.isNaN(given)) return given;
  if (typeof given !== "string") return refuseValue(given, "a number");
  try {
    return evaluateArithmetic(given);
  } catch (error) {
    return refuseValue(given, `a number: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (given: unknown) => number {
  return (given) => {
    const value = number(given);
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
    if (max !== Number.MAX_SAFE_INTEGER) return refuseValue(given, `a whole number from ${min} to ${max}`);
    return refuseValue(
      given,
      min === Number.MIN_SAFE_INTEGER ? "a whole number" : `a whole number from ${min} up`,
    );
  };
}

/** A whole number of either sign. */
export const anyWholeNumber = wholeNumber(Number.MIN_SAFE_INTEGER);

/** A number above zero. */
export function positive(given: unknown): number {
  const value = number(given);
  return value > 0 && Number.isFinite(value) ? value : refuseValue(given, "a number above 0");
}

/** A number from 0 up. */
export function nonNegative(given: unknown): number {
  const value = number(given);
  return value >= 0 && Number.isFinite(value) ? value : refuseValue(given, "a number from 0 up");
}

/** A probability below 1. */
export function probability(given: unknown): number {
  const value = number(given);
  return value >= 0 && value < 1 ? value : refuseValue(given, "a probability from 0 to below 1");
}

/** One or more items, given as a list, or as text with commas or blanks between them. */
export function listOf<T>(item: (given: unknown) => T): (given: unknown) => readonly T[] {
  return (given) => {
    const items = typeof given === "string" ? given.split(/[\s,]+/).filter(Boolean) : [given].flat();
    if (items.length > 0) return items.map(item);
    return refuseValue(given, "a list", "Write one or more, with commas between them.");
  };
}

/** An option without a value. */
export function flag(given: unknown): boolean {
  return typeof given === "boolean" ? given : refuseValue(given, "true or false");
}

/** A setting whose option has no value, and is off unless it is given. */
export function onOff(help: string, group: string) {
  const parse: (given: unknown) => boolean = flag;
  return { help, group, default: false, parse };
}

/** Settings by name, as a command declares them. Those that are always there, no optional properties, have a default. */
export type SettingTable<Settings> = {
  readonly [Name in keyof Settings]-?: Setting<Required<Settings>[Name]> & DefaultOf<Settings, Name>;
};

type DefaultOf<Settings, Name extends keyof Settings> =
  Partial<Pick<Settings, Name>> extends Pick<Settings, Name>
    ? { readonly default?: undefined }
    : { readonly default: Settings[Name] };

/** The settings of any command. */
export type AnySettingTable = Readonly<Record<string, Setting<unknown>>>;

/** The settings of a table as they are understood: those without a default need not be there. */
export type SettingsIn<Table extends AnySettingTable> = {
  readonly [Name in keyof Table as HasDefault<Table[Name], Name, never>]: ReturnType<Table[Name]["parse"]>;
} & {
  readonly [Name in keyof Table as HasDefault<Table[Name], never, Name>]?: ReturnType<Table[Name]["parse"]>;
};

type HasDefault<Declared, Yes, No> = Declared extends { readonly default: unknown } ? Yes : No;

/** A table of settings, whose types are said by what understands each value. */
export function settingTable<const Table extends AnySettingTable>(
  table: Table & { readonly [Name in keyof Table]: { readonly default?: ReturnType<Table[Name]["parse"]> } },
): SettingTable<SettingsIn<Table>>;
export function settingTable(table: AnySettingTable): AnySettingTable {
  return table;
}

/** What was given, with the default of every setting that was not and has one. What the table does not have stays. */
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
 * Settings as someone gave them, checked one by one. Throws UNKNOWN_KEY for a name that is not in the table, and
 * what the setting's own `parse` throws, with the name in front.
 */
export function parseSettings(
  table: Readonly<Record<string, Pick<Setting<unknown>, "parse">>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const names = Object.keys(table);
  const parsed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name)) {
      throw new UserError(
        "UNKNOWN_KEY",
        `There is no setting "${name}".`,
        suggest(settingNamed(name, names) ?? name, names),
      );
    }
    if (value === undefined) continue;
    try {
      parsed[name] = table[name].parse(value);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(error.code, `${setting(name)}: ${error.message}`, error.details);
    }
  }
  return parsed;
}
