import { INPUTS, type InputName, type InputRule } from "../attention/inputs.js";
import { plainName } from "../attention/names.js";
import { setting } from "../setting-names.js";
import { nearest } from "../suggestion.js";
import { refuseIn } from "./source.js";

/** The input that a word names, by its name or an alias. Words with dots are names of tensors: norm2.bias is what its library says. */
export function inputNamed(word: string): InputName | undefined {
  if (isInputName(word)) return word;
  return word.includes(".") ? undefined : namesByPlainName().get(plainName(word));
}

/** `Did you mean "query"?`, among the inputs a command takes and other words that may stand there; else all of them. */
export function suggestInput(word: string, accepts: readonly InputName[], others: readonly string[]): string {
  const near = nearInput(word, accepts, others);
  return near ? `Did you mean "${near}"?` : `It takes ${[...accepts, ...others].join(", ")}.`;
}

/** The input (or other word) whose name or alias is nearest to a mistyped one, at most so many letters off. */
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

/** The inputs that `--transpose` names. Throws UNKNOWN_NAME. */
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

/** Whether each of some names is that of an input of its own. */
export const areInputs = (names: readonly string[], find = inputNamed): boolean => {
  const inputs = new Set(names.map(find));
  return !inputs.has(undefined) && inputs.size === names.length;
};

const isInputName = (word: string): word is InputName => Object.hasOwn(INPUTS, word);

let byPlainName: Map<string, InputName> | undefined;

/** Made when a word is no name as it stands: most are. Loops of another kind take three times the memory. */
function namesByPlainName(): ReadonlyMap<string, InputName> {
  if (byPlainName) return byPlainName;
  byPlainName = new Map();
  for (const name in INPUTS) if (isInputName(name)) addPlainNames(name, byPlainName);
  return byPlainName;
}

function addPlainNames(name: InputName, names: Map<string, InputName>): void {
  names.set(plainName(name), name);
  INPUTS[name].aliases.forEach((alias) => {
    names.set(plainName(alias), name);
  });
}

/** The number in every cell of an input that a word stands for: 1 for the gradient `ones`. */
export function numberOfWord(name: InputName, word: unknown): number | undefined {
  const { words = {} }: InputRule = INPUTS[name];
  const plain = String(word).trim().toLowerCase();
  return Object.hasOwn(words, plain) ? words[plain] : undefined;
}
