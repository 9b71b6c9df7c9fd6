import { Option, Command as Parser } from "commander";
import type { AnySettingTable } from "../attention/setting.js";
import type { Typed } from "../attention/unfold-setting.js";
import type { Command } from "../commands/command.js";
import { COMMANDS } from "../commands/registry.js";
import { locateErrors } from "../errors.js";
import type { Request } from "../runs/command-spec.js";
import { optionOf } from "../setting-names.js";
import type { HelpLength } from "./help.js";
import { type IsThere, withoutLeadingBlank } from "./option-words.js";
import { optionsOfSetting } from "./options.js";
import { type TranslatedWords, translateWords } from "./typed-options.js";
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
  const { asksFor, words, notes, ...translated } = translateWords(typed, settings, isThere);
  if (asksFor) return { words: [], values: {}, typed, notes: [], command, asksFor };
  const { options, operands, unknown } = takeApart(translated, settings);
  if (unknown.length > 0) throw await unknownOption(unknown[0], command, words);
  if (takesWords === "one" && operands.length > 1) throw tooManyWords(command, operands);
  return { command, words: operands, values: understood(unfold(options, settings), settings), typed, notes };
}

/**
 * Separates words and options with commander. Commander gets only the options that occur, because creating all of them
 * takes longer than a small problem.
 */
export function takeApart(
  { spelled, names }: Pick<TranslatedWords, "spelled" | "names">,
  settings: AnySettingTable,
) {
  const parser = new Parser().helpOption(false);
  for (const name of names) {
    const [{ flags, long }] = optionsOfSetting(name, settings[name]);
    const option = new Option(flags);
    if (option.variadic) {
      option.argParser((word: string, before: readonly string[] = []) => [
        ...before,
        withoutLeadingBlank(word),
      ]);
    }
    parser.addOption(option).addOption(new Option(`--no-${long.slice(2)}`));
  }
  const { operands, unknown } = parser.parseOptions([...spelled]);
  return { operands: operands.map(withoutLeadingBlank), unknown, options: parser.opts<Typed>() };
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
