import { inputNamed } from "../../input/names.js";
import { type Files, isThere } from "../../input/open.js";
import { setting } from "../../setting-names.js";
import { refuse } from "../refuse.js";
import type { Request } from "../request.js";

/** A request whose words that name something are its options: `Q=q.csv`, and `gpt2 --random`. Throws USAGE for an input that is named twice. */
export const withNamedWords = (request: Request, files: Files): Request =>
  withSystemNamed(withFilesByName(request, files), files);

/** `Q=q.csv` is the file of an input, where there is such a file. */
function withFilesByName({ words, values }: Request, files: Files): Request {
  const named: Record<string, string> = {};
  const others = words.filter((word) => {
    const [, given = "", file = ""] = /^(\w+)=(.+)$/s.exec(word) ?? [];
    const name = inputNamed(given);
    if (name === undefined || isThere(word, files) || !isThere(file, files)) return true;
    if (named[name] !== undefined || values[name] !== undefined) {
      const other = named[name] ?? setting(name);
      refuse(`Both ${word} and ${other} give ${name}.`, "Leave one of them out.");
    }
    named[name] = file;
    return false;
  });
  return { words: others, values: { ...values, ...named } };
}

/** What is drawn comes from no file: `gpt2 --random` names a system. */
function withSystemNamed({ words, values }: Request, files: Files): Request {
  const [name, ...others] = words;
  const mayBe = name !== undefined && values.random === true && values.preset === undefined;
  return mayBe && /^[a-z][\w.-]*$/i.test(name) && !isThere(name, files)
    ? { words: others, values: { preset: name, ...values } }
    : { words, values };
}
