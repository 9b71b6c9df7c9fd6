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
  const given = quoted(behind);
  const isWhole = given === "" || (line.includes(" ") && !line.includes(" --"));
  if (isWhole) return `Did you mean qkv ${line}?`;
  // What was given takes the place of the example.
  const whole = line.includes("--demo") ? line.replace("--demo", () => given) : `${line} ${given}`;
  return `Did you mean qkv ${whole}?`;
}

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

/** The command line that someone may have meant who typed a word that is no command, or undefined. */
export function suggestCommand(word: string): string | undefined {
  if (/^[-\d.[(][-\d.,;\s[\]()e+]*$/.test(word)) return `softmax '${word}'`;
  if (/\.\w+$/.test(word)) return `attend ${word}`;
  const plain = plainLetters(word);
  const begun = COMMAND_NAMES.find((name) => plain.length > 1 && name.startsWith(plain));
  const topic = topicNamed(plain);
  const explained = topic && `help ${topic}`;
  const mistyped = COMMAND_NAMES.find((name) => isMistyped(plain, name));
  return begun ?? meaningOf(plain, ERRANDS) ?? explained ?? mistyped;
}

/** The command, and its options, that does what a word asks of a file; undefined for commands, and for words that ask for no such. */
export function errandOf(word: string): readonly string[] | undefined {
  if (isIn(COMMAND_NAMES.join(" "), word)) return undefined;
  const line = meaningOf(plainLetters(word), ERRANDS)?.replace(" --demo", "");
  return line === undefined || /^(?:help|systems|explain|compare)/.test(line) ? undefined : line.split(" ");
}

const plainLetters = (word: string) => word.toLowerCase().replace(/[^a-z\d]/g, "");

/** Whether a word may be a slip of the finger: the same letters in another order, or one letter more, less or other, of long words two. */
export function isMistyped(typed: string, right: string): boolean {
  if (typed[0] !== right[0]) return false;
  // Of a short word one letter makes another word: --user is not --uses.
  const most = typed.length < 5 ? 0 : typed.length < 8 ? 1 : 2;
  return haveSameLetters(typed, right) || distance(typed, right) <= most;
}
