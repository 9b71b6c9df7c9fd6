import type { AnySettingTable } from "../attention/setting.js";
import type { Typed } from "../attention/unfold-setting.js";
import type { Command } from "../commands/command.js";
import { COMMANDS } from "../commands/registry.js";
import { locateErrors } from "../errors.js";
import type { Request } from "../runs/command-spec.js";
import { optionOf } from "../setting-names.js";
import type { HelpLength } from "./help.js";
import type { IsThere } from "./option-words.js";
import { readWords } from "./typed-options.js";
import { unfold } from "./unfold.js";
import { tooManyWords, unknownCommand, unknownOption } from "./usage-errors.js";

/** A parsed command line, with its command. */
export interface CommandLine extends Request {
  readonly command: Command;
  /** The help that is asked for, instead of running the command. */
  readonly asksFor?: HelpLength;
  /** The words after the name of the command, as they were typed. */
  readonly typed: readonly string[];
  /** Notes about words of other programs, and how qkv reads them. */
  readonly notes: readonly string[];
}

/**
 * Parses the command line of a command. `isThere` says which words are files. Throws USAGE for words that it does not
 * understand, and the errors of settings.
 */
export async function parseCommandLine(
  [first, ...typed]: readonly string[],
  isThere: IsThere = () => true,
): Promise<CommandLine> {
  if (!Object.hasOwn(COMMANDS, first)) throw await unknownCommand(first, typed, isThere);
  const command = await COMMANDS[first]();
  const { settings, takesWords } = command;
  const { options, operands, unknown, asksFor, words, notes } = readWords(typed, settings, isThere);
  if (asksFor) return { words: [], values: {}, typed, notes: [], command, asksFor };
  if (unknown.length > 0) throw await unknownOption(unknown[0], command, words);
  if (takesWords === "one" && operands.length > 1) throw tooManyWords(command, operands);
  return { command, words: operands, values: understood(unfold(options, settings), settings), typed, notes };
}

/**
 * Parses the value of every option by its setting, in the order of the table. Throws BAD_VALUE, which names the option.
 */
function understood(typed: Typed, settings: AnySettingTable) {
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
