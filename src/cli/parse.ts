import { Option, Command as Parser } from "commander";
import { type AnySettingTable, type Typed, valuesSetBy } from "../attention/setting.js";
import { COMMANDS } from "../commands/registry.js";
import { inSetting, optionOf, refuse, resultOf, UserError } from "../errors.js";
import { quoteWords } from "../runs/shell-quotes.js";
import { type IsThere, type Words, withoutLeadingBlank } from "./option-words.js";
import { type CommandLine, optionsOfSetting } from "./options.js";
import { translateWords } from "./typed-options.js";

/**
 * Parses the command line of a command. `isThere` says which words are files. Throws USAGE for words that it does not
 * understand, and the errors of settings.
 */
export async function parseCommandLine(
  [first, ...typed]: Words,
  isThere: IsThere = () => true,
): Promise<CommandLine> {
  if (!Object.hasOwn(COMMANDS, first)) throw await (await hints()).unknownCommand(first, typed, isThere);
  const command = await COMMANDS[first]();
  const { settings, takesWords } = command;
  const { words, notes, ...translated } = translateWords(typed, settings, isThere);
  const { options, operands, unknown } = takeApart(translated, settings);
  if (unknown.length > 0) throw await (await hints()).unknownOption(unknown[0], command, words, isThere);
  if (takesWords === "one" && operands.length > 1) {
    refuse(
      `too many arguments for '${first}'. Expected 1 argument but got ${operands.length}.`,
      `Name one: ${quoteWords(["qkv", first, operands[0]])}.`,
    );
  }
  return { command, words: operands, values: understood(unfold(options, settings), settings), typed, notes };
}

const hints = () => import("./hints.js");

/**
 * Separates words and options with commander. Commander gets only the options that occur, because creating all of them
 * takes longer than a small problem.
 */
export function takeApart(
  { spelled, names }: { readonly spelled: Words; readonly names: readonly string[] },
  settings: AnySettingTable,
) {
  const parser = new Parser().helpOption(false);
  for (const name of names) {
    const [{ flags, long }] = optionsOfSetting(name, settings[name]);
    const option = new Option(flags);
    if (option.variadic) {
      option.argParser((word: string, before: Words = []) => [...before, withoutLeadingBlank(word)]);
    }
    parser.addOption(option).addOption(new Option(`--no-${long.slice(2)}`));
  }
  const { operands, unknown } = parser.parseOptions([...spelled]);
  return { operands: operands.map(withoutLeadingBlank), unknown, options: parser.opts<Typed>() };
}

/**
 * Parses the value of every option by its setting, in the order of the table. Throws BAD_VALUE, which names the option.
 * Its hint is the help of the option, unless the setting has a better one.
 */
function understood(typed: Typed, settings: AnySettingTable) {
  const values: Record<string, unknown> = {};
  for (const name in settings) {
    if (typed[name] === undefined) continue;
    const value = resultOf(() => inSetting(name, () => settings[name].parse(typed[name])));
    if (value instanceof UserError) {
      const [{ flags, help }] = optionsOfSetting(name, settings[name]);
      throw value.with({ hint: value.hint ?? `${flags}: ${help}.` });
    }
    values[name] = value;
  }
  return values;
}

/**
 * Splits options that contain the values of several settings. `--window 2,0` becomes windowLeft and windowRight,
 * `--scaling yarn:factor=4` becomes scaling and scalingFactor. Throws USAGE if two options give a setting different
 * values, and BAD_VALUE.
 */
export function unfold(typed: Typed, settings: AnySettingTable): Typed {
  let all = typed;
  const waiting = Object.keys(all);
  for (const name of waiting) {
    const { [name]: value, ...others } = all;
    const values = inSetting(name, () => valuesSetBy(name, value, others, settings));
    waiting.push(...Object.keys(values).filter((other) => !Object.hasOwn(all, other)));
    const twice = Object.keys(values).find(
      (other) => others[other] !== undefined && others[other] !== values[other],
    );
    if (twice !== undefined) {
      refuse(
        `${optionOf(name)} and ${optionOf(twice)} ${others[twice]} contradict each other.`,
        "Leave one of them out.",
      );
    }
    all = { ...others, ...values };
  }
  return all;
}
