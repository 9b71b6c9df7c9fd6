import { CommanderError, Option, Command as Parser } from "commander";
import type { AnySettingTable } from "../attention/setting.js";
import type { Command } from "../commands/command.js";
import { COMMANDS, loadCommands } from "../commands/registry.js";
import { locateErrors } from "../runs/located.js";
import type { Request, Values } from "../runs/request.js";
import { optionOf } from "../setting-names.js";
import type { HelpLength } from "./help.js";
import { type CommandOption, namesIn, optionsOfSetting } from "./options.js";
import { withOwnOptions } from "./typed-options.js";
import { type Typed, unfold } from "./unfold.js";
import { needsValue, notTaken, tooManyWords, unknownCommand, unknownOption } from "./usage-errors.js";

/** What a command line asks, and of which command. */
export interface CommandLine extends Request {
  readonly command: Command;
  /** The help of the command in place of what it does. */
  readonly asksFor?: HelpLength;
  /** How words were read that mean something else to other programs. */
  readonly notes: readonly string[];
}

const NOTHING = { words: [], values: {}, notes: [] };

/** Understands the command line of a command. Throws USAGE for what it does not understand, and what settings throw. */
export async function parseCommandLine([first, ...words]: readonly string[]): Promise<CommandLine> {
  if (!Object.hasOwn(COMMANDS, first)) throw unknownCommand(first, await loadCommands());
  const command = await COMMANDS[first]();
  const { argv, notes } = withOwnOptions(words, command.settings);
  const { operands, unknown, options } = takeApart(command, argv);
  const { h: asksShort, help: asksWhole, ...typed } = options;
  if (asksShort || asksWhole) return { ...NOTHING, command, asksFor: asksShort ? "short" : "usual" };
  const [stranger] = unknown;
  if (stranger !== undefined) throw unknownOption(stranger, { command, words: argv }, await loadCommands());
  if (command.takesWords === "one" && operands.length > 1) throw tooManyWords(command, operands.length);
  const values = understood(unfold(typed, command.settings), command.settings);
  return { command, words: operands, values, notes };
}

/** Commander takes the words apart. Of the options it is given those that are named: making them all takes longer than small problems. */
export function takeApart(command: Command, typed: readonly string[]) {
  const words = separated(typed, command.settings);
  const options = optionsNamed(words, command.settings);
  const parser = new Parser(command.name).exitOverride().helpOption(false);
  parser.configureOutput({ writeErr: () => {} }); // the error that is thrown says it all
  parser.addOption(new Option("-h")).addOption(new Option("--help"));
  for (const option of options) parser.addOption(createOption(option));
  try {
    const { operands, unknown } = parser.parseOptions(words.map(shielded));
    return { operands: operands.map(unshielded), unknown, options: parser.opts<Typed>() };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const flags = /option '(.*)' argument missing/.exec(error.message)?.[1];
    const option = options.find((one) => one.flags === flags);
    throw option ? needsValue(option) : notTaken(error.message, command);
  }
}

/** Every option whose name stands among the words: alone, before a `=`, or, of a letter, before its value. */
function optionsNamed(words: readonly string[], settings: AnySettingTable): readonly CommandOption[] {
  const dashed = words.filter((word) => word.startsWith("-"));
  const named = new Set(
    dashed.map((word) => (word.startsWith("--") ? word.split("=", 1)[0] : word.slice(0, 2))),
  );
  if (named.size === 0) return [];
  return Object.keys(settings).flatMap((name) =>
    optionsOfSetting(name, settings[name]).filter(({ flags }) =>
      namesIn(flags).some((one) => named.has(one)),
    ),
  );
}

/** The option as commander takes it. Another option in place of a value is a mistake and says so; of two values the last counts. */
function createOption(declared: CommandOption): Option {
  const option = new Option(declared.flags, declared.help);
  if (!option.required && !option.variadic) return option;
  return option.argParser((word: string, previous: unknown) => {
    const value = unshielded(word);
    if (/^(?:--[a-z]|-[hkoqv]$)/.test(value)) throw needsValue(declared, value);
    if (option.variadic) return [...(Array.isArray(previous) ? previous : []), value];
    return value;
  });
}

/** Rows that begin with a minus (`-1 2; 3 4`) are no option: for commander they begin with a blank. */
const shielded = (word: string) => (/^-\.?\d.*[\s,;]/s.test(word) ? ` ${word}` : word);
const unshielded = (word: string) => word.replace(/^ (?=-\.?\d)/, "");

/** `-q=Q.csv` as `-q Q.csv`, and `--header` as `--header=yes` where no value of it follows. */
function separated(words: readonly string[], settings: AnySettingTable): readonly string[] {
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  const settled = Object.keys(settings).filter((name) => settings[name].alone !== undefined);
  return words.flatMap((word, at) => {
    if (at >= end) return word;
    if (/^-[a-z]=./s.test(word)) return [word.slice(0, 2), word.slice(3)];
    const name = settled.find((one) => optionOf(one) === word);
    const alone = name === undefined ? undefined : settings[name].alone;
    return alone && !alone.unless.includes(words[at + 1] ?? "") ? `${word}=${alone.means}` : word;
  });
}

/** Every option by the rule of its setting, in the order of the table. Throws BAD_VALUE, which names the option. */
function understood(typed: Typed, settings: AnySettingTable): Values {
  const values: Record<string, unknown> = {};
  for (const name in settings) {
    if (typed[name] === undefined) continue;
    values[name] = locateErrors(
      () => settings[name].parse(typed[name]),
      () => ({ source: optionOf(name) }),
    );
  }
  return values;
}
