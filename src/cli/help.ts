import { Option, Command as Parser } from "commander";
import type { Command } from "../commands/command.js";
import { HELP_FORMAT } from "./help-format.js";
import { optionsOf } from "./options.js";

const SUMMARY = "The attention calculator for the terminal: every step, every number.";

const BELOW =
  "\nqkv <command> -h shows how one is used, qkv help what can be explained, qkv explore <command> … looks around in a run.\n";

/** The whole help of all commands, wrapped to a width. */
export function helpOfProgram(commands: readonly Command[], width: number): string {
  const examples = commands.flatMap(({ examples: [first] }) => [first]);
  const program = new Parser("qkv")
    .description(withExamples(SUMMARY, examples))
    .addOption(new Option("-v, --version", "show the version"))
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command or topic]", "show the help of a command, or explain a topic")
    .usage("<command> [options]")
    .configureHelp(HELP_FORMAT)
    .configureOutput({ getOutHelpWidth: () => width });
  for (const { name, summary } of commands) program.command(name).summary(summary);
  return program.helpInformation() + BELOW;
}

/** The whole help of a command: what it does, examples, every option. */
export function helpOfCommand(command: Command, width: number): string {
  const { name, summary, examples, usage, wordsHelp, takesWords } = command;
  const parser = new Parser("qkv")
    .configureHelp(HELP_FORMAT)
    .configureOutput({ getOutHelpWidth: () => width })
    .command(name)
    .description(withExamples(summary, examples))
    .usage(usage)
    .argument(takesWords === "several" ? "[source...]" : "[name]", wordsHelp)
    .helpOption("-h, --help", "show this help");
  for (const { flags, help, group } of optionsOf(command)) {
    parser.addOption(new Option(flags, help).helpGroup(`${group}:`));
  }
  return parser.helpInformation();
}

/** Examples come first in every help: they answer most questions. */
function withExamples(text: string, examples: Command["examples"]): string {
  return `${text}\n\nExamples:\n${examples.map(([purpose, line]) => `  # ${purpose}\n  ${line}`).join("\n")}`;
}
