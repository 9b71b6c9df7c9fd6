import { type AnySettingTable, choicesOf } from "../attention/setting.js";
import type { Command } from "../commands/command.js";
import { COMMAND_NAMES, COMMANDS, loadCommands } from "../commands/registry.js";
import { userError } from "../errors.js";
import { upTo } from "../math/lists.js";
import type { Values } from "../runs/command-spec.js";
import type { Io } from "../runs/io.js";
import type { Axis, Trace } from "../trace/trace.js";
import type { Words } from "./option-words.js";
import { type CommandOption, optionsOf } from "./options.js";
import { parseCommandLine } from "./parse.js";
import { TOPICS } from "./topics/registry.js";

/** A word that may be completed at the cursor. A word that ends in `[`, `,` or `=` continues. */
interface Candidate {
  readonly word: string;
  /** Its explanation, for shells that show one. */
  readonly help?: string | undefined;
}

/** The mark that a file name may also be here, which the shell completes. No other word begins with a colon. */
const FILES = ":files";

const wordsAlone = (words: Iterable<string>) => Array.from(words, (word) => ({ word }));

/**
 * Answers the completion scripts of shells. `argv` is the words before the cursor, then the beginning of the current
 * word after a `=`, because some shells drop empty words. Prints one word per line with its help after a tab, and
 * `:files` if a file name may follow.
 */
export async function answerShell(argv: Words, io: Io): Promise<void> {
  const current = (argv.at(-1) ?? "").replace(/^=/, "");
  for (const { word, help } of await complete(argv.slice(0, -1), current, io)) {
    if (word !== FILES && !word.startsWith(current)) continue;
    io.write(help ? `${word}\t${help.replaceAll(/\s+/g, " ")}\n` : `${word}\n`);
  }
}

/**
 * Returns the words that may follow these words of a command line. `current` is the beginning of the word; the result
 * may also contain other words.
 */
async function complete(words: Words, current: string, io: Io): Promise<readonly Candidate[]> {
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

async function firstWords(forHelp: boolean) {
  const commands = (await loadCommands()).map(({ name, summary }) => ({ word: name, help: summary }));
  const topics = Object.entries(TOPICS).map(([word, { summary }]) => ({ word, help: summary }));
  // A topic may have the same name as a command.
  if (forHelp) return [...topics, ...commands.filter(({ word }) => !Object.hasOwn(TOPICS, word))];
  return [
    ...commands,
    { word: "help", help: "show the help of a command, or explain a topic" },
    HELP,
    { word: "--version", help: "show the version" },
  ];
}

const HELP: Candidate = { word: "--help", help: "show every option" };

/** Returns the options that are not typed yet. */
function optionWords(options: readonly CommandOption[], words: Words) {
  const free = options.filter(({ names }) => !names.some((name) => words.includes(name)));
  return [...free.map(({ long, help }) => ({ word: long, help })), HELP];
}

/** Puts `--name=` before a word. Shells do not complete files after it, so the mark for files is dropped. */
const behind =
  (beginning: string) =>
  ({ word, help }: Candidate): readonly Candidate[] =>
    word === FILES ? [] : [{ word: beginning + word, help }];

/**
 * Records the run that is typed so far. If its input is missing, records the built-in example with the same settings,
 * because its steps have the same names. Returns undefined if the words do not make sense.
 */
async function recordBegun(typed: Words, io: Io) {
  const line = await unlessRefused(() => parseCommandLine(typed));
  const { record, settings } = line?.command ?? {};
  if (!line || !record || !settings) return undefined;
  const work = (words: Words, values: Values) =>
    // The cell after --why is still being typed, so any cell stands for it.
    unlessRefused(() => record({ words, values: { ...values, why: "any" } }, io));
  return (await work(line.words, line.values)) ?? (await work([], onDemo(line.values, settings)));
}

/** Returns the same settings on the built-in example, without the input. */
function onDemo(values: Values, settings: AnySettingTable) {
  const isGiven = (name: string) =>
    ["<matrix>", "<names>"].includes(settings[name].value ?? "") || name === "transpose" || name === "batch";
  const kept = Object.entries(values).filter(([name]) => !isGiven(name));
  return { ...Object.fromEntries(kept), demo: true };
}

const unlessRefused = <T>(body: () => Promise<T>) => body().catch((error) => void userError(error));

/** Values in addition to the choices of a setting. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  format: [FILES],
  steps: ["all", "none"],
  require: ["all"],
  check: [FILES],
  precision: ["2", "4", "full"],
  scale: ["none"],
  output: [FILES],
  textFile: [FILES],
  backward: ["ones", FILES],
};

/** Settings whose values are names in a run. */
const NAMES: Readonly<Record<string, typeof completeCell>> = {
  steps: idsIn,
  require: idsIn,
  carrySteps: idsIn,
  check: (trace) => idsIn(trace).map(({ word, help }) => ({ word: `${word}=`, help })),
  only: (trace) => matricesIn(trace).map(({ key, title }) => ({ word: key, help: title })),
  why: completeCell,
  uses: completeCell,
};

/**
 * Returns the possible values of an option. `current` is the beginning of the value. `record` records the run, for
 * values that are names in it.
 */
async function completeValue(
  { settings }: Command,
  { name, value }: CommandOption,
  current: string,
  record: () => Promise<Trace | undefined>,
): Promise<readonly Candidate[]> {
  const words = WORDS[name] ?? [];
  const choices = choicesOf(settings[name]);
  if (choices.length > 0) return wordsAlone([...choices, ...words]);
  if (name === "preset") return wordsAlone((await import("../systems/registry.js")).systemNames());
  const inRun = name in NAMES ? NAMES[name](await record(), current) : [];
  const usual = value === "<matrix>" ? [FILES] : [];
  return [...inRun, ...wordsAlone(words.length > 0 ? words : usual)];
}

/** Completes a cell in parts: `weights[`, then `weights[study,`, then `weights[study,man]`. */
function completeCell(trace: Trace | undefined, current: string): readonly Candidate[] {
  const [name, place] = current.split("[", 2);
  const matrices = matricesIn(trace);
  if (place === undefined) return matrices.map(({ key, title }) => ({ word: `${key}[`, help: title }));
  return wordsAlone(matrices.filter(({ key }) => key === name).flatMap((matrix) => cellsOf(matrix, place)));
}

function matricesIn(trace: Trace | undefined) {
  const inputs = trace?.inputs.map(({ name, matrix, axes }) => {
    return { key: name, title: "given", shape: matrix, axes };
  });
  return [...(trace?.steps ?? []), ...(inputs ?? [])];
}

function idsIn(trace: Trace | undefined) {
  const titles = new Map(trace?.steps.map(({ id, title }) => [id, title]));
  return Array.from(titles, ([word, help]) => ({ word, help }));
}

function cellsOf({ key, shape, axes }: ReturnType<typeof matricesIn>[number], place: string) {
  const rows = positionsOf(axes[0], shape.rows);
  if (shape.cols === 1) return rows.map((row) => `${key}[${row}]`);
  if (!place.includes(",")) return rows.map((row) => `${key}[${row},`);
  const row = place.slice(0, place.indexOf(","));
  return positionsOf(axes[1], shape.cols).map((col) => `${key}[${row},${col}]`);
}

/** The maximum number of positions of an axis that are listed. */
const MAX_POSITIONS = 64;

/** Returns the labels of an axis if they are unique, else the position numbers. */
function positionsOf({ labels = [] }: Axis, size: number) {
  const isUseful = new Set(labels).size === size && !labels.some((label) => /[[\],]/.test(label));
  const all = isUseful ? labels : upTo(Math.min(size, MAX_POSITIONS)).map(String);
  return all.slice(0, MAX_POSITIONS);
}
