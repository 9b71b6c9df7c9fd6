import { COMMANDS } from "../commands/registry.js";
import { refuse } from "../errors.js";
import { beforeDashes, type IsThere, type Words } from "./option-words.js";
import { ownCommand } from "./own-commands.js";

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
