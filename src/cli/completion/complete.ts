import { COMMAND_NAMES, COMMANDS, loadCommands } from "../../commands/registry.js";
import type { Io } from "../../runs/io.js";
import { type CommandOption, optionsOf } from "../options.js";
import { TOPICS } from "../topics/registry.js";
import { recordBegun } from "./recorded-steps.js";
import { type Candidate, completeCell, completeValue, FILES, wordsAlone } from "./values.js";

/**
 * What the scripts of the shells ask: the words before the cursor, and behind a `=`, since some shells drop empty words, what of
 * the current one stands before it. Prints a word a line, its help behind a tab, and `:files` where files may stand.
 */
export async function answerShell(argv: readonly string[], io: Io): Promise<void> {
  const current = (argv.at(-1) ?? "").replace(/^=/, "");
  for (const { word, help } of await complete(argv.slice(0, -1), current, io)) {
    if (word !== FILES && !word.startsWith(current)) continue;
    io.write(help ? `${word}\t${help.replaceAll(/\s+/g, " ")}\n` : `${word}\n`);
  }
}

/** What may stand behind these words of a command line, begun as `current`, or otherwise. */
async function complete(words: readonly string[], current: string, io: Io): Promise<readonly Candidate[]> {
  const [name] = words;
  if (name === undefined || name === "help") return await firstWords(name === "help");
  if (!COMMAND_NAMES.includes(name)) return wordsAlone([FILES]);
  const command = await COMMANDS[name]();
  const options = optionsOf(command);
  const [, attached, begun = current] = /^(--[\w-]+)=(.*)/s.exec(current) ?? [];
  const option = options.find(
    ({ value, names }) => value !== "" && names.includes(attached ?? words[words.length - 1]),
  );
  if (option) {
    const before = attached === undefined ? words.slice(0, -1) : words;
    const found = await completeValue(command, option, begun, () => recordBegun(before, io));
    return attached === undefined ? found : found.flatMap(behind(`${attached}=`));
  }
  if (current.startsWith("-")) return optionWords(options, words);
  if (command.offers) return wordsAlone(await command.offers());
  const isFirst = words.length === 1;
  const cells =
    isFirst && command.firstWord === "cell" ? completeCell(await recordBegun(words, io), current) : [];
  return command.takesWords === "several" || isFirst ? [...cells, ...wordsAlone([FILES])] : cells;
}

async function firstWords(forHelp: boolean): Promise<readonly Candidate[]> {
  const commands = (await loadCommands()).map(({ name, summary }) => ({ word: name, help: summary }));
  const topics = Object.entries(TOPICS).map(([word, { summary }]) => ({ word, help: summary }));
  // A topic may be called as the command that it is about.
  if (forHelp) return [...topics, ...commands.filter(({ word }) => !Object.hasOwn(TOPICS, word))];
  return [
    ...commands,
    { word: "help", help: "show the help of a command, or explain a topic" },
    HELP,
    { word: "--version", help: "show the version" },
  ];
}

const HELP: Candidate = { word: "--help", help: "show every option" };

/** Options that are not there yet. */
function optionWords(options: readonly CommandOption[], words: readonly string[]): readonly Candidate[] {
  const free = options.filter(({ names }) => !names.some((name) => words.includes(name)));
  return [...free.map(({ long, help }) => ({ word: long, help })), HELP];
}

/** Shells know no files behind a `--name=`. */
const behind =
  (beginning: string) =>
  ({ word, help }: Candidate): readonly Candidate[] =>
    word === FILES ? [] : [{ word: beginning + word, help }];
