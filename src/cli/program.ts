import { Command, CommanderError, Option } from "commander";
import { type AnyCommand, isPage, type PageCommand, recordingCommand } from "../commands/definition.js";
import type { Shortcut } from "../commands/shortcuts/shortcut.js";
import type { CommandSpec } from "../runs/command-spec.js";
import type { Invocation } from "../runs/invocation.js";
import { foldOptions, withAttachedValues, withHeaderValue } from "./folded-options.js";
import { HELP_FORMAT } from "./help-format.js";
import { type CommandOption, optionsOf } from "./options.js";
import type { Plan } from "./plan.js";
import { frontPage, shortHelpOf } from "./short-help.js";
import { topicNamed } from "./topics/registry.js";
import { needsValue, usageError } from "./usage-errors.js";

declare const QKV_VERSION: string;

/** Takes the command line apart; help is wrapped to `width`. Throws UserError USAGE for what it does not understand. */
export function parseCommandLine(
  typed: readonly string[],
  definitions: readonly AnyCommand[],
  width: () => number,
): Plan {
  const argv = withHeaderValue(withAttachedValues(SAME_AS.get(typed.join(" ")) ?? typed));
  if (asksForVersion(argv)) return { kind: "print", text: `${QKV_VERSION}\n`, exitCode: 0 };
  const topic = topicOf(argv, definitions);
  if (topic) return topic;
  const words = argv.filter((word) => word.startsWith("-")).map((word) => word.split("=", 1)[0]);
  const isNamed = (flags: string) => words.some((word) => flags.includes(word));
  try {
    const bare = new Command("qkv").helpOption(false).helpCommand(false);
    const plan = planOf(bare, (command) => optionsOf(command, isNamed), argv, definitions);
    if (plan) return plan;
  } catch {
    // With all of them it is said what is wrong, if anything is: -ojson names -o.
  }
  const program = createProgram(definitions, argv.includes("-h"), width);
  const plan = planOf(program, (command) => optionsOf(command), argv, definitions);
  return plan ?? { kind: "print", text: frontPage(definitions), exitCode: 2 };
}

/** What the command line means to a program of these commands with these options and no others; undefined when it names no command. */
function planOf(
  program: Command,
  optionsFor: (command: AnyCommand) => readonly CommandOption[],
  argv: readonly string[],
  definitions: readonly AnyCommand[],
): Plan | undefined {
  let plan: Plan | undefined;
  let printed = "";
  program.exitOverride().configureOutput({
    writeOut: (text) => {
      printed += text;
    },
    writeErr: () => {}, // the thrown CommanderError says it all
  });
  for (const definition of definitions) {
    const command = addCommand(program, definition, (made) => {
      plan = made;
    });
    for (const option of optionsFor(definition)) command.addOption(createOption(option));
  }
  try {
    if (argv.length > 0) program.parse(argv.map(shielded), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: "print", text: printed, exitCode: 0 };
    throw usageError(error, argv, definitions);
  }
  return plan;
}

/** Rows that begin with a minus (`-1 2; 3 4`) are no option: for commander they begin with a blank. */
const shielded = (word: string) => (/^-\.?\d.*[\s,;]/s.test(word) ? ` ${word}` : word);
const unshielded = (word: string) => word.replace(/^ (?=-\.?\d)/, "");

/** Command lines that mean another one. */
const SAME_AS: ReadonlyMap<string, readonly string[]> = new Map([
  ["help help", ["--help"]],
  ["-V", ["--version"]],
]);

/** Whether `--version` stands anywhere, behind a command too. */
function asksForVersion(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? undefined : end).includes("--version");
}

/**
 * What `help` is to explain: a topic also where a command is called so, which explains itself with -h. `explain` with nothing
 * but words, which name no cell and no option, asks for the same.
 */
function topicOf([first, ...rest]: readonly string[], definitions: readonly AnyCommand[]): Plan | undefined {
  const words = rest.filter((one) => one !== "--");
  const hasOptions = words.some((one) => one.startsWith("-"));
  const word = words.length > 0 && !hasOptions ? words.join(" ") : words[0];
  if (first === "explain" && !hasOptions && /^\p{L}[^[\]{}./\\]*$/u.test(word ?? ""))
    return { kind: "topic", word };
  const isCommand = definitions.some(({ name }) => name === word) && !topicNamed(word ?? "");
  if (first !== "help" || isCommand || word?.startsWith("-")) return undefined;
  return { kind: "topic", word };
}

/** The help that fits a screen, of a command or of them all. */
const shortHelp = (definitions: readonly AnyCommand[]) => (command: Command) => {
  const definition = definitions.find(({ name }) => name === command.name());
  return definition ? shortHelpOf(definition, command.usage()) : frontPage(definitions);
};

/** The program without its commands; its help is that which fits a screen, or whole and wrapped to `width`. */
function createProgram(definitions: readonly AnyCommand[], isShort: boolean, width: () => number): Command {
  const summary = "The attention calculator for the terminal: every step, every number.";
  const examples = definitions.flatMap(({ examples: [first] }) => [first]);
  const program = new Command("qkv")
    .description(withExamples(summary, examples))
    .version(QKV_VERSION, "-v, --version", "show the version")
    // Behind a command -v may be its value.
    .enablePositionalOptions()
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command or topic]", "show the help of a command, or explain a topic")
    .usage("<command> [options]")
    .configureHelp({ ...HELP_FORMAT, ...(isShort && { formatHelp: shortHelp(definitions) }) })
    .configureOutput({ getOutHelpWidth: width });
  if (isShort) return program;
  return program.addHelpText(
    "after",
    "\nqkv <command> -h shows how one is used, qkv help what can be explained, qkv explore <command> … looks around in a run.",
  );
}

/** Adds a command, which writes and ends as the program does, but has no options yet. */
function addCommand(program: Command, definition: AnyCommand, decide: (plan: Plan) => void): Command {
  const command = program
    .command(definition.name)
    .summary(definition.summary)
    .description(withExamples(definition.summary, definition.examples));
  if (isPage(definition)) declarePage(command, definition, decide);
  else declareRun(command, definition, decide);
  return command;
}

function declarePage(command: Command, definition: PageCommand, decide: (plan: Plan) => void): void {
  command
    .usage(`[${definition.placeholder ?? "NAME"}] [options]`)
    .argument("[name]", definition.argument)
    .action((argument: string | undefined, options: Invocation["options"]) =>
      decide({ kind: "page", invocation: { command: definition, argument, options } }),
    );
}

const SOURCES = {
  matrices: {
    usage: "[SOURCE…] [options]",
    sourceHelp: "bundles (JSON), files of one matrix named like it (q.csv), or - for standard input",
  },
  model: {
    usage: "[DIR|FILE] [options]",
    sourceHelp: "a folder with config.json and model.safetensors, or that file",
  },
} as const;

function declareRun(
  command: Command,
  definition: CommandSpec | Shortcut,
  decide: (plan: Plan) => void,
): void {
  const { usage, sourceHelp } = "of" in definition ? definition : SOURCES[definition.source ?? "matrices"];
  command
    .usage(usage)
    .argument("[source...]", sourceHelp)
    .action((words: string[], given: Invocation["options"]) => {
      const sources = words.map(unshielded);
      const command = recordingCommand(definition);
      const options = foldOptions(given, definition.settings);
      decide({ kind: "run", invocation: { command, as: definition, sources, options } });
    });
}

/** The option as commander takes it. Another option in place of a value is a mistake and says so; of two values the last counts. */
function createOption(declared: CommandOption): Option {
  const { flags, help, group } = declared;
  const option = new Option(flags, help).helpGroup(`${group}:`);
  if (!option.required && !option.variadic) return option;
  return option.argParser((word: string, previous: unknown) => {
    const value = unshielded(word);
    if (/^(?:--[a-z]|-[hkoqv]$)/.test(value)) throw needsValue(declared, value);
    if (option.variadic) return [...(Array.isArray(previous) ? previous : []), value];
    return value;
  });
}

/** Examples come first in every help: they answer most questions. */
function withExamples(text: string, examples: CommandSpec["examples"]): string {
  return `${text}\n\nExamples:\n${examples.map(([purpose, line]) => `  # ${purpose}\n  ${line}`).join("\n")}`;
}
