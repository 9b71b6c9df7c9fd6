import { distance } from "fastest-levenshtein";
import { COMMAND_NAMES } from "../commands/registry.js";
import { FORMATS, formatOfFile } from "../render/formats/registry.js";
import { quoteWords } from "../runs/shell-quotes.js";
import { haveSameLetters } from "../suggestion.js";
import { FIRST_WORDS, isIn, meaningOf, NEAR_TOPICS, QUESTIONS } from "./foreign-words.js";
import { type IsThere, lettersOf, type Words } from "./option-words.js";
import { TOPICS, topicNamed } from "./topics/registry.js";

/** Returns the command line that is meant by a word that is no command, or undefined. */
function lineCalled(word: string) {
  if (!/^-{0,2}[a-z][\w-]*$/i.test(word)) return undefined;
  const plain = word.startsWith("-") ? word : lettersOf(word);
  const topic = topicNamed(plain);
  const spelled = word.toLowerCase().replaceAll("_", "-").replace(/^--/, "");
  const command = COMMAND_NAMES.find((name) =>
    [spelled, `${spelled}s`, spelled.replace(/s$/, "")].includes(name),
  );
  return command ?? meaningOf(plain, FIRST_WORDS) ?? (topic && `help ${topic}`);
}

/** Returns the command with this name, or with this other name. */
const commandCalled = (word: string) =>
  COMMAND_NAMES.find((name) => name === lineCalled(word)?.split(" ")[0]);

/** Whether a line only shows an explanation, and takes no input. */
const isExplanation = (line: string) => /^(?:help|systems .)/.test(line);

/**
 * Returns the command line that is meant if the first words are no command, and a note about it. Returns undefined if
 * that is not certain.
 */
export function lineMeant(typed: Words, isThere: IsThere) {
  // Several words may mean one command: `positional encoding`, `multi-head attention`.
  const count = [4, 3, 2, 1].find((many) => lineCalled(typed.slice(0, many).join("-")) !== undefined) ?? 0;
  const word = typed.slice(0, count).join("-").replaceAll("_", "-");
  const called = lineCalled(word);
  if (called === undefined) return undefined;
  const [next = "", ...others] = typed.slice(count);
  // The command may be named twice: generate homework, scoring cosine.
  const again = isThere(next) ? undefined : lineCalled(next);
  const isTwice = again === called || again?.includes(` --${word} `) === true;
  const behind = isTwice ? others : typed.slice(count);
  const meant = isTwice ? again : called;
  const line = behind.length === 0 ? meant : lineFor(meant, word, behind, isThere);
  if (line === undefined) return undefined;
  const note =
    line === "" && isExplanation(called)
      ? `qkv ${called} explains ${word}`
      : `qkv ${word} is read as qkv ${line || next}`;
  return { argv: [...line.split(" ").filter(Boolean), ...behind], note };
}

/**
 * Returns the command line for words with input, which replaces the example. If the line is an explanation and the
 * input is a file, the result is empty: the file decides its command.
 */
function lineFor(called: string, word: string, behind: Words, isThere: IsThere) {
  const [next] = behind;
  const areFiles = behind.some((one) => ARRAYS.test(one)) || behind.filter(isThere).length > 1;
  if (/^compare$/i.test(word) && areFiles) return "diff";
  if (/^(?:help|systems)\b/.test(called) && isThere(next)) return "";
  if (isExplanation(called)) {
    const [shows, about] = called.split(" ");
    if (!next.startsWith("-")) return undefined;
    if (shows === "systems") return `multihead --preset ${about}`;
    return Object.hasOwn(COMMAND_OF_TOPIC, about) ? COMMAND_OF_TOPIC[about] : "attend";
  }
  // Options without a value contain no input.
  if (behind.every((one) => /^-[^=]+$/.test(one))) return called;
  // Words of a sentence are no input.
  const isSentenceWord = /^\p{L}{2,}$/u.test(next) && !isThere(next) && COMMANDS_OF_WORKS.test(called);
  return isSentenceWord ? undefined : withoutExample(called);
}

const withoutExample = (line: string) => line.replace(/ --(?:demo|random)\b/g, "");

/** Array files, which `diff` compares number by number. */
const ARRAYS = /\.(?:npy|npz|safetensors|pth?|pkl)(?::|$)/i;

/** Commands whose words are matrices and files, never names. */
const COMMANDS_OF_WORKS = /^(?:attend|multihead|layer|softmax|rope|check)\b/;

/** The command that takes the options of a topic. For all other topics it is `attend`. */
const COMMAND_OF_TOPIC: Readonly<Record<string, string>> = {
  heads: "multihead --random",
  positions: "posenc",
  layers: "layer --random",
};

/**
 * Returns the hint for a word that is no command: what may be meant, or that qkv does not know it, and the nearest
 * topic.
 */
export function hintForWord(
  word: string,
  behind: Words = [],
  isThere: IsThere = () => true,
): string | undefined {
  const near = meaningOf(lettersOf(word), NEAR_TOPICS);
  if (near !== undefined) {
    return `qkv does not know ${word}. The nearest topic: qkv help ${near} (${TOPICS[near].summary}).`;
  }
  const typed = [word, ...behind];
  // Numbers without quotes arrive from the shell as several words.
  const others = typed.findIndex((one) => !NUMBERS.test(one));
  const count = Math.max(1, others < 0 ? typed.length : others);
  const line = suggestCommand(typed.slice(0, count).join(" "));
  if (line !== undefined) {
    const rest = typed.slice(count).filter((one) => suggestCommand(one) !== line);
    const given = isExplanation(line) ? [] : withoutSentenceWords(rest, isThere);
    return `Did you mean qkv ${[given.length > 0 ? withoutExample(line) : line, ...given].join(" ")}?`;
  }
  // A command or a file after the words of a sentence: `make exercise 2`, `how does softmax work`, `how many params has
  // gpt2`.
  const isQuestion = isIn(QUESTIONS, word);
  const at = behind.findIndex((one) => isFileName(one) || (isQuestion ? topicOf(one) : commandCalled(one)));
  if (at < 0) return undefined;
  const system = behind.map(lineCalled).find((one) => one?.startsWith("systems "));
  // how is weights[0,1] worked out p.json
  const cell = behind.find((one) => /^\p{L}[^[]*\[.+\]$/u.test(one));
  if (cell !== undefined)
    return `Did you mean qkv ${withoutSentenceWords(["explain", cell, ...behind.filter(isThere)], isThere).join(" ")}?`;
  const asked = isQuestion && topicOf(behind[at]);
  const meant =
    system ?? (asked ? `help ${asked}` : withoutSentenceWords(behind.slice(at), isThere).join(" "));
  return `Did you mean qkv ${meant}?`;
}

const isFileName = (word: string) => /\.[a-z]\w*$/i.test(word);

/** Returns the topic or command that explains a word in `qkv help`. */
const topicOf = (word: string) =>
  topicNamed(word) ?? commandCalled(word) ?? /^help (.*)/.exec(lineCalled(word) ?? "")?.[1];

/**
 * Returns words with the quotes of a shell, without the words of a sentence. Commands, numbers, files, formats, options
 * and their values are kept. A second file that does not exist yet becomes the output: `-o FILE`.
 */
const withoutSentenceWords = (words: Words, isThere: IsThere) =>
  words
    .filter((one, at) => !/^\p{L}{2,}$|\?$/u.test(one) || isMeant(one) || words[at - 1]?.startsWith("-"))
    .flatMap((one, at) => [
      ...(at > 0 && formatOfFile(one) && !isThere(one) ? ["-o"] : []),
      quoteWords([one]),
    ]);

const isMeant = (word: string) => Object.hasOwn(FORMATS, word) || commandCalled(word) !== undefined;

const NUMBERS = /^[-\d.[(][-\d.,;\s[\]()e+]*$/;

/** Returns the command line that may be meant by a word that is no command, or undefined. */
export function suggestCommand(word: string): string | undefined {
  if (NUMBERS.test(word) && /\d[\s,;]/.test(word)) return `softmax '${word}'`;
  if (isFileName(word)) return `attend ${word}`;
  const plain = lettersOf(word);
  const begun = COMMAND_NAMES.find((name) => plain.length > 1 && name.startsWith(plain));
  const near = [...COMMAND_NAMES, "help"].find((name) => isMistyped(plain, name));
  // The last case is a command as a part of a word: log_softmax.
  return begun ?? lineCalled(word) ?? near ?? word.split(/[_-]/).find((part) => COMMAND_NAMES.includes(part));
}

/**
 * Whether a word may be a typing mistake: the same letters in another order, or one letter added, missing or changed.
 * In long words two letters may differ.
 */
export function isMistyped(typed: string, right: string): boolean {
  if (typed[0] !== right[0]) return false;
  // In a short word, one other letter makes another word: --user is not --uses.
  const most = typed.length < 5 ? 0 : typed.length < 8 ? 1 : 2;
  return haveSameLetters(typed, right) || distance(typed, right) <= most;
}
