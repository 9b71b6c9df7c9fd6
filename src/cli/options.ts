import type { Setting } from "../attention/setting.js";
import type { Command } from "../commands/command.js";
import { optionOf, withOptions } from "../setting-names.js";

/** An option as help shows it. With a `<value>` in its flags it takes one. */
export interface CommandOption {
  /** The setting that it is of. */
  readonly name: string;
  readonly flags: string;
  readonly help: string;
  /** In few words, of an option that many people use. */
  readonly brief?: string | undefined;
  readonly group: string;
  /** Whether another option says it as well. */
  readonly isOther: boolean;
}

/** The options of a table of settings in the order of help: those that another one says as well come last. */
export function optionsOf({ settings }: Pick<Command, "settings">): readonly CommandOption[] {
  const all = Object.keys(settings).flatMap((name) => optionsOfSetting(name, settings[name]));
  return [...all.filter(({ isOther }) => !isOther), ...all.filter(({ isOther }) => isOther)];
}

/** The option of a setting, its `--no-` form, and its other names. */
export function optionsOfSetting(name: string, setting: Setting<unknown>): readonly CommandOption[] {
  const { letter, value, negation, within, synonyms = [], group, brief } = setting;
  const option = optionOf(name);
  const behind = value === undefined ? "" : ` ${value}`;
  const flags = `${letter === undefined ? "" : `${letter}, `}${option}${behind}`;
  const other = { name, group, isOther: true };
  const options = [
    {
      ...other,
      flags,
      help: helpOf(setting),
      brief: brief && withOptions(brief),
      isOther: within !== undefined,
    },
  ];
  if (negation !== undefined) {
    const off = option.replace("--", "--no-");
    options.push({ ...other, flags: off, help: withOptions(negation), brief: undefined });
  }
  for (const synonym of synonyms) {
    const flags = optionOf(synonym) + behind;
    options.push({ ...other, flags, help: `the same as ${option}`, brief: undefined });
  }
  return options;
}

/** `--format` of "-o, --format <name>". */
export const longNameOf = (flags: string): string => /--[\w-]+/.exec(flags)?.[0] ?? flags;

/** The ways to write an option: `-o` and `--format`. */
export const namesIn = (flags: string): readonly string[] => flags.match(/(?<![\w-])--?[a-z][\w-]*/g) ?? [];

/** Whether an option has a value: always, or where one follows. */
export const takesValue = ({ flags }: Pick<CommandOption, "flags">): boolean => /[<[]/.test(flags);

/** The long names of a command's options. */
export const longNamesOf = (command: Pick<Command, "settings">): readonly string[] =>
  optionsOf(command).map(({ flags }) => longNameOf(flags));

/**
 * Every option of some commands once. The help of one that not all commands with matrices have names those that do, where these are at
 * most so many.
 */
export function optionsOfAll(
  commands: readonly Command[],
  mostNamed = Number.POSITIVE_INFINITY,
): readonly CommandOption[] {
  const working = commands.filter(({ takesWords }) => takesWords === "several").map(({ name }) => name);
  const owners = new Map<string, { readonly option: CommandOption; readonly names: string[] }>();
  for (const command of commands) {
    for (const option of optionsOf(command)) {
      const key = `${option.flags}\n${option.help}`;
      const known = owners.get(key);
      if (known) known.names.push(command.name);
      else owners.set(key, { option, names: [command.name] });
    }
  }
  return [...owners.values()].map(({ option, names }) => {
    const isUsual = names.length > mostNamed || working.every((name) => names.includes(name));
    return isUsual ? option : { ...option, help: `${option.help} [${names.join(", ")}]` };
  });
}

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
