import { Command, CommanderError, Option } from "commander";
import { INPUTS, type InputName } from "../attention/inputs.js";
import type { Setting } from "../attention/setting.js";
import { UserError } from "../errors.js";
import {
  type AnyCommand,
  type CommandDefinition,
  type LabelOptions,
  optionOf,
  type PageCommand,
  QUERY_AND_KEY_LABELS,
  settingsOf,
} from "./definition.js";
import { PAGE_SETTINGS, VIEW_SETTINGS } from "./views.js";

declare const QKV_VERSION: string;

/** A command line, taken apart but not yet understood: option values are as typed. */
export interface Invocation {
  readonly command: CommandDefinition;
  readonly sources: readonly string[];
  /** By camelCase name; flags are true, the others text, or a list of texts. */
  readonly options: Readonly<Record<string, string | boolean | readonly string[]>>;
}

/** A command line for a command that shows what is known. */
export interface PageInvocation {
  readonly command: PageCommand;
  readonly argument: string | undefined;
  readonly options: Invocation["options"];
}

/** What to do: run a command, show a page, or just print (help, version) and end with a code. */
export type Plan =
  | { readonly kind: "run"; readonly invocation: Invocation }
  | { readonly kind: "page"; readonly invocation: PageInvocation }
  | { readonly kind: "print"; readonly text: string; readonly exitCode: number };

/** Takes the command line apart. Throws UserError USAGE for what it does not understand. */
export function parseCommandLine(
  argv: readonly string[],
  definitions: readonly AnyCommand[],
  width: () => number,
): Plan {
  let printed = "";
  let plan: Plan | undefined;
  const program = new Command("qkv")
    .description(
      withExamples(
        "The attention calculator for the terminal: every step, every number.",
        definitions.flatMap(({ examples }) => examples),
      ),
    )
    .version(QKV_VERSION, "-V, --version")
    .usage("<command> [options]")
    // Names alone: with their usage the long ones leave no room for what they do.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText("after", "\nqkv <command> --help shows the options of one command.");
  const commands = definitions.map((definition) =>
    createCommand(definition, (made) => {
      plan = made;
    }),
  );
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: () => {}, // the thrown CommanderError says it all
      getOutHelpWidth: width,
    });
  }
  try {
    if (argv.length === 0) return { kind: "print", text: program.helpInformation(), exitCode: 2 };
    program.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: "print", text: printed, exitCode: 0 };
    throw usageError(error);
  }
  return plan ?? { kind: "print", text: program.helpInformation(), exitCode: 2 };
}

function createCommand(definition: AnyCommand, decide: (plan: Plan) => void): Command {
  const command = new Command(definition.name)
    .summary(definition.summary)
    .description(withExamples(definition.summary, definition.examples));
  if ("page" in definition) addPage(command, definition, decide);
  else addRun(command, definition, decide);
  command.addOption(new Option("--no-color", "the same as --color never").helpGroup("Output:"));
  return command.helpOption("-h, --help", "show this help");
}

function addPage(command: Command, definition: PageCommand, decide: (plan: Plan) => void): void {
  command
    .usage("[NAME] [options]")
    .argument("[name]", definition.argument)
    .action((argument: string | undefined, options: Invocation["options"]) =>
      decide({ kind: "page", invocation: { command: definition, argument, options } }),
    );
  for (const setting of Object.values(PAGE_SETTINGS)) addSetting(command, setting);
}

function addRun(command: Command, definition: CommandDefinition, decide: (plan: Plan) => void): void {
  command
    .usage("[SOURCE…] [options]")
    .argument(
      "[source...]",
      "bundles (JSON), files of one matrix named like it (q.csv), or - for standard input",
    )
    .action((sources: string[], options: Invocation["options"]) =>
      decide({ kind: "run", invocation: { command: definition, sources, options } }),
    );
  for (const name of definition.inputs)
    addValueOption(
      command,
      `${optionOf(name)} <matrix>`,
      definition.inputHelp?.[name] ?? INPUTS[name].help,
      "Matrices",
    );
  for (const [name, help] of Object.entries(definition.labels ?? QUERY_AND_KEY_LABELS)) {
    addValueOption(command, `${optionOf(name as keyof LabelOptions)} <names>`, help, "Matrices");
  }
  for (const { flags, help, group } of READING_OPTIONS) {
    if (flags.includes("<")) addValueOption(command, flags, help, group);
    else command.addOption(new Option(flags, help).helpGroup(`${group}:`));
  }
  for (const setting of [...Object.values(settingsOf(definition)), ...Object.values(VIEW_SETTINGS)]) {
    addSetting(command, setting);
  }
}

/** Examples come first in every help: they answer most questions. */
function withExamples(text: string, examples: CommandDefinition["examples"]): string {
  return `${text}\n\nExamples:\n${examples.map(([purpose, line]) => `  # ${purpose}\n  ${line}`).join("\n")}`;
}

/** Options that say how to read what was given. */
const READING_OPTIONS = [
  { flags: "--transpose <names>", help: "use these matrices transposed: key,wq", group: "Reading" },
  { flags: "--decimal-comma", help: "read 1,5 as one and a half", group: "Reading" },
  { flags: "--header", help: "the first row of a table holds names", group: "Reading" },
  { flags: "--no-header", help: "the first row of a table holds numbers", group: "Reading" },
  { flags: "--null <value>", help: "nan: read missing values (null, NA) as NaN", group: "Reading" },
  {
    flags: "--batch <b>",
    help: "of arrays with more than two axes take this one of the first (--head: of the heads)",
    group: "Reading",
  },
  { flags: "--demo", help: "work a built-in example", group: "Reading" },
] as const;

function addSetting(command: Command, { flag, help, negation, group }: Setting<unknown>): void {
  if (flag.includes("<")) addValueOption(command, flag, help, group);
  else command.addOption(new Option(flag, help).helpGroup(`${group}:`));
  if (negation === undefined) return;
  command.addOption(new Option(flag.replace("--", "--no-"), negation).helpGroup(`${group}:`));
}

/** An option with a value. Another option in its place, or the option given twice, is a mistake and says so. */
function addValueOption(command: Command, flags: string, help: string, group: string): void {
  const option = new Option(flags, help).helpGroup(`${group}:`);
  option.argParser((value: string, previous: string | readonly string[] | undefined) => {
    const name = option.long ?? flags;
    if (/^--[a-z]/.test(value)) {
      throw new UserError("USAGE", `${name} needs a value; found ${value}.`);
    }
    if (option.variadic) return [...(previous ?? []), value];
    if (previous !== undefined) {
      throw new UserError("USAGE", `${name} is given twice: ${previous} and ${value}.`);
    }
    return value;
  });
  command.addOption(option);
}

/** Commander's sentence without its prefix; its "(Did you mean …?)" becomes the hint. */
function usageError(error: CommanderError): UserError {
  const text = error.message.replace(/^error: /, "").replace(/\.$/, "");
  const [, message, hint] = /^(.*?)\s*(?:\((Did you mean .*?)\))?$/s.exec(text) ?? [];
  return new UserError(
    "USAGE",
    `${message ?? text}.`,
    hint ? { hint } : { hint: "qkv --help, or qkv attend --help, shows what there is." },
  );
}

/** The names of inputs as an Invocation has them. */
export function givenMatrices(invocation: Invocation): Partial<Record<InputName, string>> {
  const { command, options } = invocation;
  return Object.fromEntries(
    command.inputs.flatMap((name) => {
      const value = options[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}
