import { COMMAND_NAMES, COMMANDS, loadCommands } from "../../commands/registry.js";
import { type CommandOption, optionsOf } from "../options.js";
import { TOPICS } from "../topics/registry.js";
import type { RecordSteps } from "./recorded-steps.js";
import { type Candidate, type Completion, completeCell, completeValue, wordsAlone } from "./values.js";

/** What may stand behind these words of a command line, begun as `current`. */
export async function complete(
  words: readonly string[],
  current: string,
  record: RecordSteps,
): Promise<Completion> {
  const [name] = words;
  const completion =
    name === undefined || name === "help"
      ? { candidates: await firstWords(name === "help") }
      : await completeArgument(words, current, record);
  return { ...completion, candidates: completion.candidates.filter(({ word }) => word.startsWith(current)) };
}

async function firstWords(forHelp: boolean): Promise<readonly Candidate[]> {
  const commands = (await loadCommands()).map(({ name, summary }) => ({ word: name, help: summary }));
  const topics = Object.entries(TOPICS).map(([word, { summary }]) => ({ word, help: summary }));
  // A topic may be called as the command that it is about.
  if (forHelp) return [...topics, ...commands.filter(({ word }) => !Object.hasOwn(TOPICS, word))];
  return [
    ...commands,
    { word: "help", help: "show the help of a command, or explain a topic" },
    { word: "--help", help: "show every option" },
    { word: "--version", help: "show the version" },
  ];
}

async function completeArgument(words: readonly string[], current: string, record: RecordSteps) {
  const [name] = words;
  if (!COMMAND_NAMES.includes(name)) return { candidates: [], takesFiles: true };
  const command = await COMMANDS[name]();
  const options = optionsOf(command);
  const previous = words.at(-1) ?? "";
  const [, attached, value = current] = /^(--[\w-]+)=(.*)/s.exec(current) ?? [];
  const asked = options.find(
    ({ value: asked, names }) => asked !== "" && names.includes(attached ?? previous),
  );
  if (asked) {
    const before = attached === undefined ? words.slice(0, -1) : words;
    const found = await completeValue({ command, option: asked, before, current: value, record });
    return attached === undefined ? found : { candidates: found.candidates.map(behind(`${attached}=`)) };
  }
  if (current.startsWith("-")) return { candidates: optionWords(options, words) };
  if (command.offers) return { candidates: wordsAlone(await command.offers()) };
  const isFirst = words.length === 1;
  if (command.firstWord === "cell" && isFirst) {
    return { ...(await completeCell({ command, before: words, current, record })), takesFiles: true };
  }
  return { candidates: [], takesFiles: command.takesWords === "several" || isFirst };
}

/** Options that are not there yet. */
function optionWords(options: readonly CommandOption[], words: readonly string[]): readonly Candidate[] {
  const free = options.filter((option) => !option.names.some((name) => words.includes(name)));
  const help = { word: "--help", help: "show every option" };
  return [...free.map((option) => ({ word: option.long, help: option.help })), help];
}

const behind = (beginning: string) => (candidate: Candidate) => ({
  ...candidate,
  word: beginning + candidate.word,
});
