import { COMMANDS } from "../commands/registry.js";
import { spelledError, UserError, withOptions } from "../errors.js";
import { isThere } from "../input/open.js";
import { ClosedPipe, EXIT, type Io, withPiped, writeNotes } from "../runs/io.js";
import { helpAskedFor, helpOn, type MeantLine, meantBy, ownCommand } from "./first-words.js";
import type { Words } from "./option-words.js";
import type { CommandLine } from "./options.js";
import { parseCommandLine } from "./parse.js";
import { printableIo } from "./printable.js";
import { reportError } from "./report.js";
import { findOption, meantOption } from "./typed-options.js";

/** Runs one command line and returns the exit code. Results go to stdout, everything else to stderr. */
export async function run(argv: Words, outside: Io): Promise<number> {
  const io = printableIo(outside);
  let line: CommandLine | undefined;
  try {
    const piped = argv.length === 0 && withPiped(io);
    if (piped) return await run(["attend", "-"], piped);
    const isFile = (word: string) => isThere(word, io.files);
    const meant = await withCommand(await meantBy(argv, isFile), io);
    const [first = "", ...words] = meant.argv;
    const command = ownCommand(first);
    if (command) return await command(words, io);
    const help = helpAskedFor(words);
    if (help && Object.hasOwn(COMMANDS, first)) {
      writeNotes(io, meant.notes);
      return await helpOn(first, help, io);
    }
    line = await parseCommandLine(meant.argv, isFile);
    const within = { ...io, isQuiet: line.values.quiet === true };
    writeNotes(within, [...meant.notes, ...line.notes]);
    return await line.command.run(line, line.values.ascii ? await withAsciiErrors(within) : within);
  } catch (error) {
    if (error instanceof ClosedPipe) return EXIT.done;
    const { json, format, ascii } = line?.values ?? settingsForErrors(argv);
    const asJson = json === true || /^jsonl?$/.test(String(format));
    const spelled = spelledError(error, withOptions);
    const told =
      line && spelled instanceof UserError
        ? await (await import("./hints.js")).withWhatToType(spelled, line, io)
        : spelled;
    const { text, exitCode } = reportError(told, asJson);
    (ascii && !asJson ? await withAsciiErrors(io) : io).writeError(text);
    return exitCode;
  }
}

/**
 * Adds the command if the line begins with a file or an option. For a file it is the command that fits its content, for
 * an option `attend`.
 */
async function withCommand({ argv, notes }: MeantLine, io: Io): Promise<MeantLine> {
  const [first = ""] = argv;
  const isOption = first.startsWith("-");
  const at = argv.findIndex((word) => !word.startsWith("-"));
  // Options before the command: --json attend p.json
  if (isOption && Object.hasOwn(COMMANDS, argv[at] ?? "") && (await areFlags(argv.slice(0, at), argv[at])))
    return { argv: [argv[at], ...argv.slice(0, at), ...argv.slice(at + 1)], notes };
  const isFile = /[./\\]/.test(first) || (!(first in COMMANDS) && io.files.listFolder?.(first) !== undefined);
  if (isOption ? ownCommand(first) : !isFile) return { argv, notes };
  const name = isOption
    ? await attendOf(first)
    : await (await import("../commands/class/own-sheets.js")).commandOfFile(first, io);
  if (name === undefined) return { argv, notes };
  const end = argv.findIndex((word) => word.startsWith("-"));
  const words = argv.slice(0, end < 0 ? undefined : Math.max(end, 1)).join(" ");
  return { argv: [name, ...argv], notes: [...notes, `qkv ${words} is read as qkv ${name} ${words}`] };
}

/** Whether a command has all of these options, and no option takes the next word as its value. */
async function areFlags(words: Words, command: string) {
  const { settings } = await COMMANDS[command]();
  return words.every((word) => word.includes("=") || findOption(settings, word)?.value === "");
}

/** Returns `attend` if it has this option, else undefined. */
async function attendOf(word: string) {
  const { name, settings } = await COMMANDS.attend();
  return findOption(settings, meantOption(word, settings) ?? word) && name;
}

/** Finds the settings that decide how errors are printed, in a command line that may not parse. */
function settingsForErrors(argv: Words) {
  const line = argv.join("\n");
  const [, format] = /^(?:-o\n?|--format[\n=])(jsonl?)$/m.exec(line) ?? [];
  return { json: argv.includes("--json"), format, ascii: argv.includes("--ascii") };
}

/** With --ascii, stderr is written in ASCII like the output. */
async function withAsciiErrors(io: Io): Promise<Io> {
  const { toAscii } = await import("../ascii.js");
  return { ...io, writeError: (text) => io.writeError(toAscii(text)) };
}
