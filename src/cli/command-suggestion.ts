import { distance } from "fastest-levenshtein";
import { COMMAND_NAMES } from "../commands/registry.js";
import { quoteWord } from "../runs/shell-quotes.js";
import { haveSameLetters } from "../suggestion.js";
import { ERRANDS, FIRST_WORDS, isIn, meaningOf, NEAR_TOPICS, QUESTIONS } from "./foreign-words.js";
import { TOPICS, topicNamed } from "./topics/registry.js";

/** What is said to a word that is no command: what may be meant, or that qkv does not know it, and what is near. */
export function hintForWord(word: string, behind: readonly string[] = []): string | undefined {
  const near = meaningOf(plainLetters(word), NEAR_TOPICS);
  if (near !== undefined) {
    return `qkv does not know ${word}. What is near it: qkv help ${near} (${TOPICS[near].summary}).`;
  }
  const line = suggestCommand(word);
  if (line === undefined) return hintBehindTalk(word, behind);
  const given = quoted(behind.filter((one) => suggestCommand(one, false) !== line));
  const isWhole = given === "" || isLecture(line);
  return `Did you mean qkv ${isWhole ? line : `${withoutExample(line)} ${given}`}?`;
}

/** What a first word means that no command is called, where nothing but files, numbers and options stands behind it. */
export function errandOf(word: string, behind: readonly string[]): string | undefined {
  const line = suggestCommand(word, false);
  // Options without a value give no input.
  if (line === undefined || behind.every((one) => /^-[^=]+$/.test(one))) return line;
  // Words of talk are no inputs.
  const isTalk = line !== "systems" && /^\p{L}{2,}$/u.test(behind[0]);
  return isTalk || (isLecture(line) && !behind[0].startsWith("-")) ? undefined : withoutExample(line);
}

/** A line that shows what is known: it takes no input. */
const isLecture = (line: string) => /^(?:help\b|systems .)/.test(line);

/** What was given takes the place of the example. */
const withoutExample = (line: string) => line.replace(/ --(?:demo|random)\b/g, "");

/** What is meant where a command or a file stands behind words of talk: `make exercise 2` is `exercise 2`, and `how does softmax work` asks for its help. */
function hintBehindTalk(word: string, behind: readonly string[]): string | undefined {
  const at = behind.findIndex((one) => /\.\w+$/.test(one) || commandCalled(one));
  if (at < 0) return undefined;
  const asked = isIn(QUESTIONS, word) && commandCalled(behind[at]);
  return `Did you mean qkv ${asked ? `help ${asked}` : quoted(behind.slice(at))}?`;
}

const quoted = (words: readonly string[]) => words.map((one) => quoteWord(one, "linux")).join(" ");

/** The command that people call so. */
const commandCalled = (word: string) =>
  COMMAND_NAMES.find((name) => name === (meaningOf(word, FIRST_WORDS) ?? word).split(" ")[0]);

const NUMBERS = /^[-\d.[(][-\d.,;\s[\]()e+]*$/;

/** The command line that someone may have meant who typed a word that is no command, or undefined; a slip of the finger where `mayBeMistyped`. */
export function suggestCommand(word: string, mayBeMistyped = true): string | undefined {
  const isFile = /\.\w+$/.test(word) && !NUMBERS.test(word);
  if (isFile) return mayBeMistyped ? `attend ${word}` : undefined;
  const plain = plainLetters(word);
  const topic = topicNamed(plain);
  const known = meaningOf(plain, ERRANDS) ?? (topic && `help ${topic}`);
  if (!mayBeMistyped) return known;
  if (NUMBERS.test(word)) return `softmax '${word}'`;
  const begun = COMMAND_NAMES.find((name) => plain.length > 1 && name.startsWith(plain));
  return begun ?? known ?? COMMAND_NAMES.find((name) => isMistyped(plain, name));
}

const plainLetters = (word: string) => word.toLowerCase().replace(/[^a-z\d]/g, "");

/** Whether a word may be a slip of the finger: the same letters in another order, or one letter more, less or other, of long words two. */
export function isMistyped(typed: string, right: string): boolean {
  if (typed[0] !== right[0]) return false;
  // Of a short word one letter makes another word: --user is not --uses.
  const most = typed.length < 5 ? 0 : typed.length < 8 ? 1 : 2;
  return haveSameLetters(typed, right) || distance(typed, right) <= most;
}
