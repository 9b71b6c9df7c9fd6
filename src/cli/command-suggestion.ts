import { distance } from "fastest-levenshtein";
import { COMMAND_NAMES } from "../commands/registry.js";
import { quoteWord } from "../runs/shell-quotes.js";
import { ERRANDS, meaningOf, NEAR_TOPICS } from "./foreign-words.js";
import { TOPICS, topicNamed } from "./topics/registry.js";

/** What is said to a word that is no command: what may be meant, or that qkv does not know it, and what is near. */
export function hintForWord(word: string, behind: readonly string[] = []): string | undefined {
  const near = meaningOf(plainLetters(word), NEAR_TOPICS);
  if (near !== undefined) {
    return `qkv does not know ${word}. What is near it: qkv help ${near} (${TOPICS[near].summary}).`;
  }
  const line = suggestCommand(word);
  if (line === undefined) return undefined;
  const given = behind.map((one) => quoteWord(one, "linux")).join(" ");
  const isWhole = given === "" || (line.includes(" ") && !line.includes("--demo"));
  if (isWhole) return `Did you mean qkv ${line}?`;
  // What was given takes the place of the example.
  const whole = line.includes("--demo") ? line.replace("--demo", () => given) : `${line} ${given}`;
  return `Did you mean qkv ${whole}?`;
}

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

const plainLetters = (word: string) => word.toLowerCase().replace(/[^a-z\d]/g, "");

/** Whether a word may be a slip of the finger: the same letters in another order, or one letter more, less or other, of long words two. */
export function isMistyped(typed: string, right: string): boolean {
  const sorted = (text: string) => [...text].sort().join("");
  if (typed[0] !== right[0]) return false;
  // Of a short word one letter makes another word: --user is not --uses.
  const most = typed.length < 5 ? 0 : typed.length < 8 ? 1 : 2;
  return sorted(typed) === sorted(right) || distance(typed, right) <= most;
}
