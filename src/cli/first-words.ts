import { COMMANDS, loadCommands } from "../commands/registry.js";
import { refuse } from "../errors.js";
import { EXIT, type Io } from "../runs/io.js";
import { textWidth } from "../runs/show/deliver.js";
import type { HelpLength, Part } from "./help.js";
import { beforeDashes, type IsThere, type Words } from "./option-words.js";

/** A command line as qkv understands it, with notes about it. */
export interface MeantLine {
  readonly argv: Words;
  readonly notes: readonly string[];
}

/**
 * Returns the command line that is meant. `qkv explore attend …` is `qkv attend … --explore`, and so is `open`.
 * `--version` anywhere asks for the version. `explain` with words that name no cell asks for help. Throws USAGE if
 * there is nothing to explore.
 */
export async function meantBy(typed: Words, isThere: IsThere): Promise<MeantLine> {
  const [first = ""] = typed;
  // If the first word is a command, it is not looked up among the words of other programs.
  const isKnown = first === "" || Object.hasOwn(COMMANDS, first) || ownCommand(first) !== undefined;
  const meant = isKnown ? undefined : (await import("./command-suggestion.js")).lineMeant(typed, isThere);
  const notes = meant && !first.startsWith("-") ? [meant.note] : [];
  return { argv: withViewOption(withTopic(withVersion(meant?.argv ?? typed))), notes };
}

/** Replaces the whole line if `--version` occurs anywhere. */
const withVersion = (argv: Words) => (beforeDashes(argv).includes("--version") ? ["--version"] : argv);

function withTopic(argv: Words) {
  const [first, ...rest] = argv;
  if (rest.join(" ") === "help") return first === "help" ? ["--help"] : ["help", first];
  if (/^(?:-h|--help)$/.test(first) && Object.hasOwn(COMMANDS, rest[0] ?? "")) return [...rest, first];
  return first === "explain" && isTopic(rest) ? ["help", ...rest] : argv;
}

/** Whether the words name a topic: no option, cell or file. */
const isTopic = (words: Words) =>
  !words.some((word) => word.startsWith("-")) && /^\p{L}[^[\]{}./\\]*$/u.test(words.join(" "));

/** First words that choose a way to see a run, and become options at its end. */
const VIEW_COMMANDS = ["explore", "open"];

function withViewOption(argv: Words) {
  const [first, ...rest] = argv;
  if (!VIEW_COMMANDS.includes(first)) return argv;
  if (rest.length > 0 && !rest[0].startsWith("-")) return [...rest, `--${first}`];
  refuse(`Nothing says what to ${first}.`, `Name a run: qkv ${first} attend --demo.`);
}

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
