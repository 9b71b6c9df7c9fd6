import type { Setting } from "../attention/setting.js";
import type { Command } from "../commands/command.js";
import { optionOf, withOptions } from "../errors.js";
import { remember } from "../math/remember.js";
import type { Request } from "../runs/command-spec.js";
import type { Words } from "./option-words.js";

/** A parsed command line, with its command. */
export interface CommandLine extends Request {
  readonly command: Command;
  /** The words after the name of the command, as they were typed. */
  readonly typed: Words;
  /** Notes about words of other programs, and how qkv reads them. */
  readonly notes: readonly string[];
}

/** An option as the help shows it. */
export interface CommandOption {
  /** The name of its setting. */
  readonly name: string;
  /** Its names and its value: "-o, --format <name>". */
  readonly flags: string;
  readonly names: readonly string[];
  /** Its last name, which is the long one. */
  readonly long: string;
  /** Its value: "<name>". Empty for an option without a value. */
  readonly value: string;
  readonly help: string;
  /** Its brief help. Only everyday options have one. */
  readonly brief?: string | undefined;
  readonly group: string;
  /** Whether it is another way to write an option. */
  readonly isOther: boolean;
}

/** Returns the options of a table of settings in the order of the help. Other ways to write an option come last. */
export function optionsOf({ settings }: Pick<Command, "settings">): readonly CommandOption[] {
  const all = Object.keys(settings).flatMap((name) => optionsOfSetting(name, settings[name]));
  return [...all.filter(({ isOther }) => !isOther), ...all.filter(({ isOther }) => isOther)];
}

/** Returns the option of a setting, its `--no-` form, and its other names. */
export function optionsOfSetting(name: string, setting: Setting<unknown>): readonly CommandOption[] {
  const { letter, value = "", negation, within, synonyms = [], group, brief } = setting;
  const long = optionOf(name);
  const names = letter === undefined ? [long] : [letter, long];
  const usual: CommandOption = {
    name,
    flags: [names.join(", "), value].filter(Boolean).join(" "),
    names,
    long,
    value,
    help: helpOf(setting),
    brief: brief && withOptions(brief),
    group,
    isOther: within !== undefined,
  };
  const other = (called: string, of: string, help: string) => {
    const flags = [called, of].filter(Boolean).join(" ");
    return { name, flags, names: [called], long: called, value: of, help, group, isOther: true };
  };
  const same = synonyms.map((synonym) => other(optionOf(synonym), value, `the same as ${long}`));
  return negation === undefined
    ? [usual, ...same]
    : [usual, other(`--no-${long.slice(2)}`, "", withOptions(negation)), ...same];
}

/** Groups options by their group. Groups are in the order of their first option. */
export const groupsOf = (options: readonly CommandOption[]) =>
  [...new Set(options.map(({ group }) => group))].map(
    (title) => [title, options.filter(({ group }) => group === title)] as const,
  );

/** Returns the long names of a command's options. */
export const longNamesOf = (command: Pick<Command, "settings">) => optionsOf(command).map(({ long }) => long);

/**
 * Returns every option of some commands once. If only some of the commands that take matrices have an option, its help
 * names its commands, unless there are more than `mostNamed`.
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
      remember(owners, key, () => ({ option, names: [] })).names.push(command.name);
    }
  }
  return [...owners.values()].map(({ option, names }) => {
    const isUsual = names.length > mostNamed || working.every((name) => names.includes(name));
    return isUsual ? option : { ...option, help: `${option.help} [${names.join(", ")}]` };
  });
}

/** Returns the help with its default: "query heads (default 1)". A flag is off by default, which is not written. */
function helpOf({ help: text, default: value, defaultText, within }: Setting<unknown>) {
  const help = withOptions(text);
  const usual = value === undefined || value === false ? "" : ` (default ${value})`;
  if (!within) return help + (defaultText === undefined ? usual : ` (default: ${withOptions(defaultText)})`);
  const { setting, as } = within;
  const part = as.includes(",") ? as : `NAME:${as}=…`;
  return `${help}${usual}: the same as --${setting} ${part}`;
}
