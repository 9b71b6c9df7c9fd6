import { bestOf, type NameFinder } from "./names.js";

/** A key of an object or a dictionary: `"scores":`, `'Q':`. */
const KEY = /(["'])([^"'\n]{1,60})\1\s*:/g;

/** The same where the value is no mere word: `"norm": "post"` is a setting, and no answer. */
const KEY_OF_NUMBERS = new RegExp(`${KEY.source}(?!\\s*["'][^"'\\d]*["'])`, "g");

/** What an object begins with that is one of its own format: a run of qkv. */
const IS_RUN = /["']schema["']\s*:/;

/** One object, or a list of them: one a token. */
const isObject = (text: string): boolean => /^\s*(?:\[\s*)?\{\s*["']/.test(text);

/** An object that says what its matrix is by a value of its own: `"step": "scores", "matrix":`. */
const NAMED_BY_VALUE =
  /(["'])(?:step|name|label|title|id|key|matrix|quantity|variable|tensor)\1\s*:\s*(["'][^"'\n]{1,60}["'])\s*,\s*(["'])\w{1,20}\3\s*(?=:\s*\[)/gi;

const withKeys = (text: string): string => text.replace(NAMED_BY_VALUE, "$2");

/** Whether an object in JSON or Python is a sheet that gives its own problem: it holds inputs, and answers beside them. */
export function isSheetOfObject(given: string, { find, inputs }: NameFinder): boolean {
  const text = withKeys(given);
  if (!isObject(text) || IS_RUN.test(text)) return false;
  const ids = [...text.matchAll(KEY_OF_NUMBERS)].flatMap(([, , key]) => {
    return bestOf(find(key))?.[0] ?? [];
  });
  return ids.some((id) => PROBLEM.includes(id)) && ids.some((id) => !inputs.has(id));
}

/** Each of these takes others beside it: a problem of scores alone is none of them. */
const PROBLEM: readonly string[] = ["query", "x"];

/** The key of an object of several matrices, which names none of them: `"inputs": {"Q": [[1, 0]], "K": …`. */
const KEY_OF_SEVERAL = /(["'])[^"'\n]{1,60}\1\s*:\s*\{(?=[^{}]*\]\s*,\s*["'][^"'\n]+["']\s*:\s*\[)/g;

/** A list of objects each of which says what its matrix is: `"answers": [{"step": "scores", "value": …}, {…}]`. */
const KEY_OF_LIST = /(["'])[^"'\n]{1,60}\1\s*:\s*\[\s*\{(?=\s*["'])/g;

/** An object with a line for each of its keys, as people write a sheet; any other text as it is. */
export function linesOfObject(text: string): string {
  if (!isObject(text)) return text;
  return withKeys(text)
    .replace(/^\s*(?:\[\s*)?\{|\}\s*\]?\s*$/g, "")
    .replace(KEY_OF_SEVERAL, "")
    .replace(KEY_OF_LIST, "")
    .replace(/\}\s*,\s*\{(?=\s*["'])/g, "\n")
    .replace(/(?<=[\])}"'\d\s]),?[^\S\n]*(?=(["'])[^"'\n]{1,60}\1\s*:)/g, "\n")
    .replace(KEY, "$2:");
}
