import { INPUTS, type InputName, type InputRule } from "../attention/inputs.js";

/** The number in every cell of an input that a word stands for: 1 for the gradient `ones`. */
export function numberOfWord(name: InputName, word: unknown): number | undefined {
  const { words = {} }: InputRule = INPUTS[name];
  const plain = String(word).trim().toLowerCase();
  return Object.hasOwn(words, plain) ? words[plain] : undefined;
}
