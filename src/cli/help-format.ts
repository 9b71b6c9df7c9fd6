import { Help } from "commander";

/** Beside the options their help needs so much room; otherwise it stands below them. */
const BESIDE = 30;

/** How help is set: for narrow terminals too, and with commands on one line, so that they can be copied. */
export const HELP_FORMAT: Partial<Help> = {
  minWidthToWrap: 1,
  // Names alone: with their usage the long ones leave no room for what they do.
  subcommandTerm: (command) => command.name(),
  boxWrap(text, width) {
    const wrap = (line: string, room: number) => Help.prototype.boxWrap.call(this, line, room);
    const lines = text.split("\n").map((line) => {
      if (line.startsWith("  qkv ")) return line;
      return line.startsWith("  # ") ? wrap(line, width - 4).replaceAll("\n", "\n  # ") : wrap(line, width);
    });
    return lines.join("\n");
  },
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? 80;
    if (width - termWidth - 4 >= BESIDE) {
      return Help.prototype.formatItem.call(this, term, termWidth, description, helper);
    }
    const below = helper.boxWrap(description, width - 6).replaceAll(/^/gm, "      ");
    return `  ${term}\n${below}`;
  },
};
