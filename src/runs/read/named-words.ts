import { inputNamed } from "../../input/names.js";
import { type Files, isThere } from "../../input/open.js";
import type { Request, Values } from "../request.js";

/** A request with `Q=q.csv` among its words as the option of that input, where there is such a file. */
export function withFilesByName({ words, values }: Request, files: Files): Request {
  const named: Record<string, string> = {};
  const others = words.filter((word) => {
    const [, given = "", file = ""] = /^(\w+)=(.+)$/s.exec(word) ?? [];
    const name = inputNamed(given);
    if (name === undefined || isThere(word, files) || !isThere(file, files)) return true;
    if (named[name] !== undefined || values[name] !== undefined) return true;
    named[name] = file;
    return false;
  });
  return { words: others, values: { ...values, ...named } satisfies Values };
}

/** What is drawn comes from no folder: `gpt2 --random` names a system. */
export function withSystemNamed({ words, values }: Request, files: Files): Request {
  const [name, ...others] = words;
  const isSystem = name !== undefined && values.random === true && values.preset === undefined;
  return isSystem && !isThere(name, files)
    ? { words: others, values: { preset: name, ...values } }
    : { words, values };
}
