import { bestOf, type NameFinder } from "./names.js";

/** A key of an object or a dictionary: `"scores":`, `'Q':`. */
const KEY = /(["'])([^"'\n]{1,60})\1\s*:/g;

/** The same, unless the value is a word: `"norm": "post"` is a setting, not an answer. */
const KEY_OF_NUMBERS = new RegExp(`${KEY.source}(?!\\s*["'][^"'\\d]*["'])`, "g");

/** The key that marks the output of a qkv run. */
const IS_RUN = /["']schema["']\s*:/;

/** Whether a text is an object, or a list of objects (one per token). */
const isObject = (text: string): boolean => /^\s*(?:\[\s*)?\{\s*["']/.test(text);

/** An object that gives the name of its matrix as a value: `"step": "scores", "matrix":`. */
const NAMED_BY_VALUE =
  /(["'])(?:step|name|label|title|id|key|matrix|quantity|variable|tensor)\1\s*:\s*(["'][^"'\n]{1,60}["'])\s*,\s*(["'])\w{1,20}\3\s*(?=:\s*\[)/gi;

/** What describes an array beside its numbers: `"shape": [3, 3],`, `"time": "10:40:02",`. */
const DESCRIPTION =
  /(["'])(?:shape|size|dims?|dtype|device|t|time|timestamp)\1\s*:\s*(?:\[[\d\s,]{0,30}\]|["'][^"'\n]{0,40}["']|[\d.]{1,20})\s*,\s*/gi;

const withKeys = (text: string): string => text.replace(DESCRIPTION, "").replace(NAMED_BY_VALUE, "$2");

/** Whether a JSON or Python object is a sheet that contains its own problem: inputs and answers. */
export function isSheetOfObject(given: string, { find, inputs }: NameFinder): boolean {
  const text = withKeys(given);
  if (!isObject(text) || IS_RUN.test(text)) return false;
  const ids = [...text.matchAll(KEY_OF_NUMBERS)].flatMap(([, , key]) => {
    return bestOf(find(key))?.[0] ?? [];
  });
  return ids.some((id) => PROBLEM.includes(id)) && ids.some((id) => !inputs.has(id));
}

/** The inputs that show a problem. Other inputs need one of these. */
const PROBLEM: readonly string[] = ["query", "x"];

/** The key of an object with several matrices. It names none of them: `"inputs": {"Q": [[1, 0]], "K": …`. */
const KEY_OF_SEVERAL = /(["'])[^"'\n]{1,60}\1\s*:\s*\{(?=[^{}]*\]\s*,\s*["'][^"'\n]+["']\s*:\s*\[)/g;

/** The key of a list of objects that each name their matrix: `"answers": [{"step": "scores", "value": …}, {…}]`. */
const KEY_OF_LIST = /(["'])[^"'\n]{1,60}\1\s*:\s*\[\s*\{(?=\s*["'])/g;

/** Writes an object with one line per key, like a sheet. Returns other text unchanged. */
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
