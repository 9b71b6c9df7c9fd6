import { COMMANDS, loadCommands } from "../commands/registry.js";
import { EXIT, type Io } from "../runs/io.js";
import { textWidth } from "../runs/show/lower-text.js";
import { asHelp, showHelp, shown } from "./show-help.js";

// What a command line asks of the program itself. These take the words behind them as they are.

declare const QKV_VERSION: string;

type Run = (words: readonly string[], io: Io) => Promise<number>;

const OWN: Readonly<Record<string, Run>> = {
  "": async (_, io) => {
    io.writeError(await front());
    return EXIT.unusable;
  },
  "-h": async (_, io) => shown(await front(), io),
  "--help": async (_, io) => {
    const { helpOfProgram } = await import("./help.js");
    return shown(helpOfProgram(await loadCommands(), textWidth(undefined, io)), io);
  },
  "--version": async (_, io) => shown(`${QKV_VERSION}\n`, io),
  help: async (typed, io) => {
    const words = typed.filter((word) => word !== "--");
    const [word] = words;
    const { topicNamed } = await import("./topics/registry.js");
    // A topic also where a command is called so, which explains itself with -h.
    const isCommand = word !== undefined && Object.hasOwn(COMMANDS, word) && !topicNamed(word);
    if (isCommand) return showHelp(await COMMANDS[word](), "whole", io);
    const topic = words.length > 0 ? words.join(" ") : undefined;
    await (await import("./print-topic.js")).printTopic(topic, asHelp(io));
    return EXIT.done;
  },
  __complete: async (words, io) => {
    await (await import("./completion/answer.js")).answerShell(words, io);
    return EXIT.done;
  },
  __man: async (_, io) => {
    io.write(await (await import("./man-page.js")).manPage());
    return EXIT.done;
  },
};

/** What the first word asks of the program itself; undefined for a command. */
export const ownCommand = (first: string): Run | undefined =>
  Object.hasOwn(OWN, first) ? OWN[first] : undefined;

const front = async () => (await import("./short-help.js")).frontPage(await loadCommands());
