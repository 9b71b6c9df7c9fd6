import type { Command } from "../commands/command.js";
import { loadCommands } from "../commands/registry.js";
import { groupsOf, optionsOfAll } from "./options.js";
import { TOPICS } from "./topics/registry.js";

declare const QKV_VERSION: string;

const EXIT_CODES = [
  ["0", "done; compared, and right"],
  ["1", "compared, and not right"],
  ["2", "usage, or input that cannot be read"],
  ["70", "a bug in qkv"],
  ["130", "interrupted"],
] as const;

/**
 * Returns the manual page of all commands in the language of man. An option that several commands share is listed once.
 */
export async function manPage(): Promise<string> {
  const commands = await loadCommands();
  const lines = [
    `.TH QKV 1 "" ${quoted(`qkv ${QKV_VERSION}`)} "User Commands"`,
    ".SH NAME",
    "qkv \\- the attention calculator for the terminal",
    ".SH SYNOPSIS",
    ".B qkv",
    ".I command",
    "[\\fIsource\\fR ...] [\\fIoptions\\fR]",
    ".SH DESCRIPTION",
    escaped(DESCRIPTION),
    ".SH COMMANDS",
    ...commands.flatMap(describeCommand),
    ".SH OPTIONS",
    escaped(ABOUT_OPTIONS),
    ...describeOptions(commands),
    ".SH TOPICS",
    escaped("qkv help TOPIC explains:"),
    ...Object.entries(TOPICS).flatMap(([name, { summary }]) => item(name, summary)),
    ".SH EXIT STATUS",
    ...EXIT_CODES.flatMap(([code, meaning]) => item(code, meaning)),
    ".SH FILES",
    ...item("$XDG_CACHE_HOME/qkv, ~/.cache/qkv", "the compiled program, which may be deleted"),
  ];
  return `${lines.join("\n")}\n`;
}

const DESCRIPTION =
  "qkv computes attention step by step, explains every number, and checks whether numbers are right. A source is a bundle (JSON), a file of one matrix named like it (q.csv), or - for standard input.";

const ABOUT_OPTIONS =
  "An option belongs to the commands in brackets. Without brackets, it belongs to every command that computes numbers.";

function describeCommand({ name, summary, examples }: Command) {
  const lines = examples.flatMap(([purpose, line]) => [escaped(`# ${purpose}`), escaped(line)]);
  return [`.SS ${quoted(`qkv ${name}`)}`, escaped(summary), ".PP", ".nf", ...lines, ".fi"];
}

const describeOptions = (commands: readonly Command[]) =>
  groupsOf(optionsOfAll(commands)).flatMap(([group, options]) => [
    `.SS ${quoted(group)}`,
    ...options.flatMap(({ flags, help }) => item(flags, help)),
  ]);

function item(term: string, text: string) {
  return [".TP", `\\fB${escaped(term)}\\fR`, escaped(text)];
}

const quoted = (text: string) => `"${escaped(text).replaceAll('"', '""')}"`;

/**
 * Escapes a text for man. A dot or an apostrophe at the beginning of a line would be a command, and a bare - becomes a
 * hyphen.
 */
function escaped(text: string) {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^[.']/, "\\&$&")
    .replaceAll(
      /[^\0-\x7f]/gu,
      (sign) => `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
    );
}
