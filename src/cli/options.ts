import type { AnySettingTable, Setting } from "../attention/setting.js";

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
  const { flag, negation, within, synonyms = [] } = setting;
  const options = [{ name, flags: flag, help: helpOf(setting), group: within ? OTHER_NAMES : setting.group }];
  if (negation !== undefined) {
    const flags = flag.replace(/^.*--([\w-]+).*$/, "--no-$1");
    // Of an option with a value it says one of its values.
    options.push({ name, flags, help: negation, group: takesValue(setting) ? OTHER_NAMES : setting.group });
  }
  for (const other of synonyms) {
    const flags = flag.replace(/^.*--[\w-]+/, other);
    options.push({ name, flags, help: `the same as ${longNameOf(flag)}`, group: OTHER_NAMES });
  }
  return options;
}

const takesValue = ({ flag }: Setting<unknown>) => flag.includes("<");

/** `--format` of "-o, --format <name>". */
export const longNameOf = (flags: string): string => /--[\w-]+/.exec(flags)?.[0] ?? flags;

/** The ways to write an option: `-o` and `--format`. */
export const namesIn = (flags: string): readonly string[] => flags.match(/(?<![\w-])--?[a-z][\w-]*/g) ?? [];

/** "query heads (default 1)". A flag is off when nothing else is said. */
function helpOf({ help, default: value, defaultText, within }: Setting<unknown>): string {
  if (within) {
    const unless = value === undefined ? "" : ` (default ${value})`;
    return `${help}${unless}: the same as ${whole(within)}`;
  }
  if (defaultText !== undefined) return `${help} (default: ${defaultText})`;
  return value === undefined || value === false ? help : `${help} (default ${value})`;
}

/** `--window A,`, `--scaling NAME:factor=…`. */
const whole = ({ setting, as }: NonNullable<Setting<unknown>["within"]>) =>
  as.includes(",") ? `--${setting} ${as}` : `--${setting} NAME:${as}=…`;
