import type { AnySettingTable, Setting } from "../attention/setting.js";
import { optionOf, withOptions } from "../setting-names.js";

/** An option as help shows it. With a `<value>` in its flags it takes one. */
export interface CommandOption {
  /** The setting that it is of. */
  readonly name: string;
  readonly flags: string;
  readonly help: string;
  readonly group: string;
}

/** Where those stand that another option says as well. */
const OTHER_NAMES = "Other names";

/** The options of a table of settings in the order of help: those that another one says as well come last. */
export function optionsOf({ settings }: { readonly settings: AnySettingTable }): readonly CommandOption[] {
  const all = Object.keys(settings).flatMap((name) => optionsOfSetting(name, settings[name]));
  const isOther = ({ group }: CommandOption) => group === OTHER_NAMES;
  return [...all.filter((option) => !isOther(option)), ...all.filter(isOther)];
}

/** The option of a setting, its `--no-` form, and its other names. */
export function optionsOfSetting(name: string, setting: Setting<unknown>): readonly CommandOption[] {
  const { letter, value, negation, within, synonyms = [] } = setting;
  const option = optionOf(name);
  const behind = value === undefined ? "" : ` ${value}`;
  const flags = `${letter === undefined ? "" : `${letter}, `}${option}${behind}`;
  const options = [{ name, flags, help: helpOf(setting), group: within ? OTHER_NAMES : setting.group }];
  if (negation !== undefined) {
    // Of an option with a value it says one of its values.
    const group = value === undefined ? setting.group : OTHER_NAMES;
    options.push({ name, flags: option.replace("--", "--no-"), help: withOptions(negation), group });
  }
  for (const other of synonyms) {
    options.push({
      name,
      flags: optionOf(other) + behind,
      help: `the same as ${option}`,
      group: OTHER_NAMES,
    });
  }
  return options;
}

/** `--format` of "-o, --format <name>". */
export const longNameOf = (flags: string): string => /--[\w-]+/.exec(flags)?.[0] ?? flags;

/** The ways to write an option: `-o` and `--format`. */
export const namesIn = (flags: string): readonly string[] => flags.match(/(?<![\w-])--?[a-z][\w-]*/g) ?? [];

/** "query heads (default 1)". A flag is off when nothing else is said. */
function helpOf({ help: text, default: value, defaultText, within }: Setting<unknown>): string {
  const help = withOptions(text);
  if (within) {
    const unless = value === undefined ? "" : ` (default ${value})`;
    return `${help}${unless}: the same as ${whole(within)}`;
  }
  if (defaultText !== undefined) return `${help} (default: ${withOptions(defaultText)})`;
  return value === undefined || value === false ? help : `${help} (default ${value})`;
}

/** `--window A,`, `--scaling NAME:factor=…`. */
const whole = ({ setting, as }: NonNullable<Setting<unknown>["within"]>) =>
  as.includes(",") ? `--${setting} ${as}` : `--${setting} NAME:${as}=…`;
