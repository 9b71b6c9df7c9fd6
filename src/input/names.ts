import { INPUTS, type InputName, type InputRule } from "../attention/inputs.js";
import { plainName } from "../attention/names.js";
import { setting } from "../errors.js";
import { once } from "../math/remember.js";
import { nearest } from "../suggestion.js";
import { refuseIn } from "./source.js";

/**
 * Returns the input that a word names, by its name or an alias. Words with points are tensor names, whose meaning
 * depends on the library: norm2.bias.
 */
export function inputNamed(word: string): InputName | undefined {
  if (isInputName(word)) return word;
  return word.includes(".") ? undefined : namesByPlainName().get(plainName(word));
}

/**
 * Returns a hint, `Did you mean "query"?`, from the inputs of a command and other allowed words. Without a similar one
 * it lists all.
 */
export function suggestInput(word: string, accepts: readonly InputName[], others: readonly string[]): string {
  const near = nearInput(word, accepts, others);
  return near ? `Did you mean "${near}"?` : `It takes ${[...accepts, ...others].join(", ")}.`;
}

/**
 * Returns the input (or other word) whose name or alias is closest to a misspelt word. `most` is the maximum number of
 * different letters.
 */
export function nearInput(
  word: string,
  accepts: readonly InputName[],
  others: readonly string[],
  most?: number,
): string | undefined {
  const aliases = accepts.flatMap((name) => INPUTS[name].aliases);
  const near = nearest(word, [...accepts, ...others, ...aliases], most);
  return near === undefined || others.includes(near) ? near : inputNamed(near);
}

/** Returns the inputs that `--transpose` names. Throws UNKNOWN_NAME. */
export function transposedInputs(
  words: readonly string[],
  accepts: readonly InputName[],
): ReadonlySet<InputName> {
  return new Set(
    words.map((word) => {
      const name = inputNamed(word);
      if (name && accepts.includes(name)) return name;
      const message = `"${word}" is not an input of this command.`;
      return refuseIn(setting("transpose"), "UNKNOWN_NAME", message, suggestInput(word, accepts, []));
    }),
  );
}

/** Whether each name is that of a different input. */
export const areInputs = (names: readonly string[], find = inputNamed): boolean => {
  const inputs = new Set(names.map(find));
  return !inputs.has(undefined) && inputs.size === names.length;
};

const isInputName = (word: string): word is InputName => Object.hasOwn(INPUTS, word);

/** Built when a word is not an exact name; most words are. Other kinds of loops need three times the memory. */
const namesByPlainName = once(() => {
  const names = new Map<string, InputName>();
  for (const name in INPUTS) {
    if (!isInputName(name)) continue;
    for (const alias of [name, ...INPUTS[name].aliases]) names.set(plainName(alias), name);
  }
  return names;
});

/** Returns the number for every cell if a word stands for an input: 1 for the gradient `ones`. */
export function numberOfWord(name: InputName, word: unknown): number | undefined {
  const { words = {} }: InputRule = INPUTS[name];
  const plain = String(word).trim().toLowerCase();
  return Object.hasOwn(words, plain) ? words[plain] : undefined;
}
