import { COMMANDS, loadCommands } from "../commands/registry.js";
import { EXIT, type Io } from "../runs/io.js";
import { textWidth } from "../runs/show/deliver.js";
import type { HelpLength, Part } from "./help.js";
import { beforeDashes, type Words } from "./option-words.js";

// First words that are about the program itself, such as help. The words after them are not parsed.

declare const QKV_VERSION: string;

type Run = (words: Words, io: Io) => Promise<number>;

const OWN: Readonly<Record<string, Run>> = {
  "": async (_, io) => {
    await shown(await programHelp("frontPage", io), io, "stderr");
    return EXIT.unusable;
  },
  "-h": async (_, io) => shown(await programHelp("frontPage", io), io),
  "--help": async (_, io) => shown(await programHelp("helpOfProgram", io), io),
  "--version": async (_, io) => {
    io.write(`${QKV_VERSION}\n`);
    return EXIT.done;
  },
  help: async (typed, io) => {
    const words = typed.filter((word) => word !== "--" && word !== "--all");
    const [word = ""] = words;
    const isWhole = typed.includes("--all");
    const { topicNamed } = await import("./topics/registry.js");
    // If a topic and a command have the same name, the topic is shown: the command explains itself with -h.
    if (words.length === 1 && Object.hasOwn(COMMANDS, word) && (isWhole || topicNamed(word) === undefined)) {
      return helpOn(word, isWhole ? "whole" : "usual", io);
    }
    const { describeTopic } = await import("./topics/describe-topic.js");
    return shown(await describeTopic(words.join(" "), io), io);
  },
  __complete: async (words, io) => {
    await (await import("./complete.js")).answerShell(words, io);
    return EXIT.done;
  },
  __man: async (_, io) => {
    io.write(await (await import("./man-page.js")).manPage());
    return EXIT.done;
  },
};

/** Returns the function for a first word that is about the program itself, or undefined for a command. */
export const ownCommand = (first: string) => (Object.hasOwn(OWN, first) ? OWN[first] : undefined);

/** Returns the help of a command that its words ask for. */
export function helpAskedFor(words: Words): HelpLength | undefined {
  const asked = beforeDashes(words).find((word) => word === "-h" || word === "--help");
  return asked && (asked === "-h" ? "short" : "usual");
}

/** Prints the help of a command and returns the exit code. */
export async function helpOn(name: string, length: HelpLength, io: Io): Promise<number> {
  const { helpOfCommand } = await import("./help.js");
  return shown(helpOfCommand(await COMMANDS[name](), length, textWidth(undefined, io)), io);
}

const programHelp = async (page: "frontPage" | "helpOfProgram", io: Io) =>
  (await import("./help.js"))[page](await loadCommands(), textWidth(undefined, io));

async function shown(parts: readonly Part[], io: Io, stream?: "stderr") {
  await (await import("./help.js")).showHelp(parts, io, stream);
  return EXIT.done;
}
