import { Option, Command as Parser } from "commander";
import type { AnySettingTable } from "../attention/setting.js";
import type { Command } from "../commands/command.js";
import { COMMANDS } from "../commands/registry.js";
import { locateErrors } from "../runs/located.js";
import type { Request, Values } from "../runs/request.js";
import { optionOf } from "../setting-names.js";
import type { HelpLength } from "./help.js";
import { type IsThere, unshielded } from "./option-words.js";
import { type Spelled, spell } from "./typed-options.js";
import { type Typed, unfold } from "./unfold.js";
import { tooManyWords, unknownCommand, unknownOption } from "./usage-errors.js";

/** What a command line asks, and of which command. */
export interface CommandLine extends Request {
  readonly command: Command;
  /** The help of the command in place of what it does. */
  readonly asksFor?: HelpLength;
  /** What stands behind the name of the command, as it was typed. */
  readonly typed: readonly string[];
  /** How words were read that mean something else to other programs. */
  readonly notes: readonly string[];
}

/** Understands the command line of a command; `isThere` says which words are files. Throws USAGE for what it does not understand, and what settings throw. */
export async function parseCommandLine(
  [first, ...typed]: readonly string[],
  isThere: IsThere = () => true,
): Promise<CommandLine> {
  if (!Object.hasOwn(COMMANDS, first)) throw await unknownCommand(first, typed, isThere);
  const command = await COMMANDS[first]();
  const { settings, takesWords } = command;
  const { notes, ...spelled } = spell(typed, settings, isThere);
  const { operands, unknown, options } = takeApart(spelled);
  const { h: asksShort, help: asksUsual, ...given } = options;
  if (asksShort || asksUsual) {
    return { words: [], values: {}, typed, notes: [], command, asksFor: asksShort ? "short" : "usual" };
  }
  if (unknown.length > 0) throw await unknownOption(unknown[0], command, spelled.words);
  if (takesWords === "one" && operands.length > 1) throw tooManyWords(command, operands);
  return { command, words: operands, values: understood(unfold(given, settings), settings), typed, notes };
}

/** Commander takes the words apart. It is given the options that stand there: making them all takes longer than small problems. */
export function takeApart({ words, options }: Omit<Spelled, "notes">) {
  const parser = new Parser().helpOption(false).option("-h").option("--help");
  for (const { flags } of options) {
    const option = new Option(flags);
    if (option.variadic) {
      option.argParser((word: string, before: readonly string[] = []) => [...before, unshielded(word)]);
    }
    parser.addOption(option);
  }
  const { operands, unknown } = parser.parseOptions([...words]);
  return { operands: operands.map(unshielded), unknown, options: parser.opts<Typed>() };
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
