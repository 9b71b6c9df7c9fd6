import type { Command } from "../commands/command.js";
import { EXIT, type Io } from "../runs/io.js";
import { withShellQuotes } from "../runs/shell-quotes.js";
import { textWidth } from "../runs/show/lower-text.js";

/** Prints the help of a command, whole or as much as fits a screen, and gives the exit code. */
export async function showHelp(command: Command, length: "whole" | "short", io: Io): Promise<number> {
  const text =
    length === "short"
      ? (await import("./short-help.js")).shortHelpOf(command)
      : (await import("./help.js")).helpOfCommand(command, textWidth(undefined, io));
  return shown(text, io);
}

/** Prints a text of help, and gives the exit code. */
export function shown(text: string, io: Io): number {
  asHelp(io).write(text, true);
  return EXIT.done;
}

/** Help names commands as the shells of this platform take them. */
export const asHelp = (io: Io): Io => ({
  ...io,
  write: (text, isStyled) =>
    io.write(typeof text === "string" ? withShellQuotes(text, io.platform) : text, isStyled),
});
