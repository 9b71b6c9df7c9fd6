import type { Command } from "../commands/command.js";
import { type Block, heading, line, outline, pairsOf, paragraph } from "../render/document.js";
import type { Introduction } from "../runs/command-spec.js";
import type { Io } from "../runs/io.js";
import { withShellQuotes } from "../runs/shell-quotes.js";
import { lowerAsAsked } from "../runs/show/deliver.js";
import { type CommandOption, groupsOf, optionsOf } from "./options.js";
import { piecesOf } from "./printable.js";
import { TOPICS, topicOfGroup } from "./topics/registry.js";

// Help has three levels. -h fits on a screen. --help has the everyday options and names a topic for each other one.
// `qkv help TOPIC` has all options of the topic.

/** Blocks that follow each other without an empty line. */
export type Part = readonly Block[];

/** How much help about a command is shown: -h, --help, or every option. */
export type HelpLength = "short" | "usual" | "whole";

const SUMMARY = "The attention calculator for the terminal: every step, every number.";

/** The number of lines on a screen. */
const SCREEN = 24;

/** The most common tasks, as `qkv` alone shows them. */
const ERRANDS: Command["examples"] = [
  ["see an attention step by step", "qkv attend --demo"],
  ["the same with numbers of your own", "qkv attend --query '1 0' --key '1 0; 0 1' --value '1 2; 3 4'"],
  ["is this answer right?", "qkv attend --query '1 0' --key '1 0; 0 1' --check 'weights=0.67 0.33'"],
  ["are the numbers of a kernel right?", "qkv attend q.npy k.npy v.npy --check out.npy"],
  ["where does this number come from?", "qkv explain 'weights[study,man]' --demo"],
  ["the softmax of some numbers", "qkv softmax '2 1 0.1'"],
];

/** Returns the page that `qkv` alone and `qkv -h` print. */
export function frontPage(commands: readonly Introduction[], width: number): readonly Part[] {
  const names = commands.map(({ name }) => name).join(", ");
  return [
    [paragraph(SUMMARY)],
    examplesAs(ERRANDS, width),
    [
      paragraph(`Commands: ${names}.`),
      paragraph("qkv COMMAND -h shows how to use a command, qkv help lists the topics."),
    ],
  ];
}

/** Returns the page that `qkv --help` prints, with every command. */
export function helpOfProgram(commands: readonly Introduction[], width: number): readonly Part[] {
  return [
    [code("Usage: qkv COMMAND [options]")],
    [paragraph(SUMMARY)],
    titled("Examples", examplesAs(ERRANDS, width)),
    titled(
      "Commands",
      listed(
        commands.map(({ name, summary }) => [`  ${name}`, summary]),
        width,
      ),
    ),
    titled("Help", listed(HELP_ON_HELP, width)),
  ];
}

const HELP_ON_HELP: readonly Row[] = [
  ["  qkv COMMAND -h", "how to use a command, on one screen"],
  ["  qkv COMMAND --help", "the everyday options, and the topics of the others"],
  ["  qkv help", "the topics that can be explained"],
  ["  qkv explore COMMAND …", "explore a run"],
  ["  qkv --version", "the version"],
];

/** Returns the help of a command. `width` is the number of columns of the terminal. */
export function helpOfCommand(command: Command, length: HelpLength, width: number): readonly Part[] {
  const { name, summary, examples, usage, wordsHelp } = command;
  const head = [[code(`Usage: qkv ${name} ${usage}`)], [paragraph(summary)]];
  const options = optionsOf(command);
  if (length === "short") {
    const usual = inFewWords(options);
    const others = 6 + Math.ceil(summary.length / width) + usual.length;
    const room = Math.floor((SCREEN - others) / 2);
    return [
      ...head,
      examplesAs(examples.slice(0, Math.max(1, room)), width),
      listed(usual, width),
      [paragraph(`qkv ${name} --help shows more options, qkv help TOPIC explains.`)],
    ];
  }
  const shown = length === "whole" ? options : options.filter(isUsual);
  const rest = options.filter((option) => !shown.includes(option));
  return [
    ...head,
    titled("Examples", examplesAs(examples, width)),
    [paragraph(`${/\[?([A-Z|]{2,})/.exec(usage)?.[1] ?? "NAME"}: ${wordsHelp}`)],
    byGroup(shown, width),
    ...(rest.length === 0 ? [] : [byTopic(rest, width), [paragraph(`Everything: qkv help ${name} --all`)]]),
  ];
}

/** Returns options with their full help, under the title of their group. */
export function byGroup(options: readonly CommandOption[], width: number): Part {
  const rows = groupsOf(options).flatMap(([group, own]): readonly Row[] => [
    [group, ""],
    ...own.map(({ flags, help }): Row => [`  ${flags}`, help]),
  ]);
  return listed(rows, width);
}

/** Whether an option is for everyday use: it has a brief help, or its group belongs to this command alone. */
const isUsual = ({ brief, group, isOther }: CommandOption) =>
  !isOther && (brief !== undefined || topicOfGroup(group) === undefined);

/** Returns options with their brief help. Options with the same text share a line: `-q, -k, -v <matrix>`. */
function inFewWords(options: readonly CommandOption[]): readonly Row[] {
  const usual = options.filter(({ brief }) => brief !== undefined);
  return [...new Set(usual.map(({ brief }) => brief))].map((brief = "") => {
    const alike = usual.filter((option) => option.brief === brief);
    const [{ flags, value }] = alike;
    const names = alike.map((option) => option.names[0]).join(", ");
    return [`  ${alike.length === 1 ? flags : `${names} ${value}`}`, brief];
  });
}

/** Returns one line per topic with as many of its options as fit. */
function byTopic(options: readonly CommandOption[], width: number) {
  const topics = Object.keys(TOPICS)
    .map((name) => ({ name, own: options.filter(({ group }) => topicOfGroup(group) === name) }))
    .filter(({ own }) => own.length > 0);
  const widest = Math.max(...topics.map(({ name }) => name.length));
  const lines = topics.map(({ name, own }) => {
    const start = `  qkv help ${name.padEnd(widest)}  `;
    const flags = own.map(({ long }) => long);
    return code(start + cutList(flags, width - start.length));
  });
  return titled("More options, by topic", lines);
}

/** Returns as many words of a list as fit into `room` columns. */
function cutList(words: readonly string[], room: number) {
  const whole = words.join(", ");
  if (whole.length <= room) return whole;
  const kept = words.filter((_, at) => words.slice(0, at + 1).join(", ").length + 3 <= room);
  return `${kept.join(", ")}, …`.replace(/^, /, "");
}

type Row = readonly [term: string, text: string];

const code = (text: string): Block => ({ kind: "code", text });

/** Returns a title with the blocks below it. */
const titled = (title: string, blocks: Part) => [heading(title), ...blocks];

/** The width below which the text of a term is written under it instead of beside it. */
const NARROW = 60;

/** Returns terms with their texts. */
function listed(rows: readonly Row[], width: number) {
  if (rows.length === 0) return [];
  if (width >= NARROW) return [pairsOf(rows.map(([name, value]) => ({ name, value })))];
  return [
    outline(
      rows.flatMap(([term, text]) => [line(term, "label"), ...(text === "" ? [] : [line(text, "plain", 2)])]),
    ),
  ];
}

/**
 * Returns each example on one line, so that it can be copied. Its purpose is a comment of the shell, with # on every
 * line.
 */
function examplesAs(examples: Command["examples"], width: number) {
  return examples.flatMap(([purpose, example]) => [
    ...piecesOf(purpose, width).map((piece) => paragraph(`  # ${piece.trim()}`, "dim")),
    code(`  ${example}`),
  ]);
}

/** Prints parts of the help with empty lines between them. Commands are quoted for the shells of this platform. */
export async function showHelp(
  parts: readonly Part[],
  io: Io,
  stream: "stdout" | "stderr" = "stdout",
): Promise<void> {
  const color = stream === "stdout" ? "auto" : "never";
  const write = (text: string) =>
    stream === "stdout" ? io.write(withShellQuotes(text, io.platform), true) : io.writeError(text);
  for (const [index, blocks] of parts.filter(({ length }) => length > 0).entries()) {
    if (index > 0) write("\n");
    for await (const chunk of await lowerAsAsked(blocks, { color, ascii: false }, io)) write(chunk);
  }
}
