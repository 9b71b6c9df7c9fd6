import { COMMANDS } from "../commands/registry.js";
import { UserError } from "../errors.js";
import { FIRST_WORDS, meaningOf } from "./foreign-words.js";
import { ownCommand } from "./own-commands.js";

/** A command line as it is understood, and what is said of that. */
export interface Meant {
  readonly argv: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The command line that is meant: `qkv explore attend …` is `qkv attend … --explore`, and so is `open`, `--version` anywhere asks for the version, and
 * `explain` with nothing but words, which name no cell, asks for help. Throws USAGE for nothing to explore.
 */
export async function meantBy(typed: readonly string[]): Promise<Meant> {
  // Several words may be one to people: `positional encoding`, `multi-head attention`.
  const count = [4, 3, 2].find((many) => meaningOf(typed.slice(0, many).join("-"), FIRST_WORDS)) ?? 1;
  const word = asWord(typed.slice(0, count).join("-"));
  const behind = typed.slice(count);
  // The words of others are not looked at where a command begins.
  const meant = word === "compare" && behind.some((one) => ARRAYS.test(one)) ? "diff" : undefined;
  const isKnown = word === "" || Object.hasOwn(COMMANDS, word) || ownCommand(word) !== undefined;
  const same = isKnown
    ? undefined
    : (meant ??
      meaningOf(word, FIRST_WORDS) ??
      (await import("./command-suggestion.js")).errandOf(word, behind));
  const argv = same ? [...same.split(" "), ...behind] : typed;
  const isNoted = same !== undefined && !word.startsWith("-");
  const notes = isNoted ? [`qkv ${word} is read as qkv ${same}`] : [];
  return { argv: withWayBehind(withTopic(withVersion(argv))), notes };
}

/** A first word as commands are written: `Self_Attention` is `self-attention`. Files and options keep their letters. */
const asWord = (typed: string) =>
  /^[a-z][\w-]*$/i.test(typed) ? typed.replaceAll("_", "-").toLowerCase() : typed;

/** Files of arrays, which are compared number by number. */
const ARRAYS = /\.(?:npy|npz|safetensors|pth?|pkl)(?::|$)/i;

/** `--version` anywhere. */
function withVersion(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? undefined : end).includes("--version") ? ["--version"] : argv;
}

function withTopic(argv: readonly string[]): readonly string[] {
  const [first, ...rest] = argv;
  if (first === "help" && rest.join(" ") === "help") return ["--help"];
  return first === "explain" && isTopic(rest) ? ["help", ...rest] : argv;
}

/** Words of a topic: no options, and no cell or file. */
const isTopic = (words: readonly string[]) =>
  !words.some((word) => word.startsWith("-")) && /^\p{L}[^[\]{}./\\]*$/u.test(words.join(" "));

/** First words that ask for a way to see a run, and stand behind it as options. */
const WAYS_TO_SEE = ["explore", "open"];

function withWayBehind(argv: readonly string[]): readonly string[] {
  const [first, ...rest] = argv;
  if (!WAYS_TO_SEE.includes(first)) return argv;
  if (rest.length > 0 && !rest[0].startsWith("-")) return [...rest, `--${first}`];
  throw new UserError("USAGE", `Nothing says what to ${first}.`, `Name a run: qkv ${first} attend --demo.`);
}
