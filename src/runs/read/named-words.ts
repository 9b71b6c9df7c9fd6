import { inSetting, refuse, setting } from "../../errors.js";
import { inputNamed } from "../../input/names.js";
import { type Files, isThere } from "../../input/open.js";
import type { CommandSpec, Request } from "../command-spec.js";

/**
 * Replaces words that name an input, a system or sizes by options: `Q=q.csv`, `gpt2 --random`, and numbers alone.
 * Throws USAGE for an input that is named twice.
 */
export const withNamedWords = (request: Request, files: Files, spec: Sized = {}) =>
  withSystemNamed(withFilesByName(withSizes(request, spec), files), files);

type Sized = Partial<Pick<CommandSpec, "sizes" | "singleSize" | "settings">>;

/**
 * Reads sizes: `posenc 10 8`, or `10x8`, is 10 positions of 8 columns, and so is `attend --random 10x8`. Throws
 * BAD_VALUE, as the options do.
 */
function withSizes(
  { words: given, values }: Request,
  { sizes: named = [], singleSize, settings = {} }: Sized,
) {
  const words = given.flatMap((word) => (/^\d+[x×]\d+$/.test(word) ? word.split(/[x×]/) : [word]));
  const first = words.length === 1 && singleSize !== undefined ? [singleSize] : [];
  const sizes = values.random === true ? SIZES_OF_DRAWN : [...new Set([...first, ...named])];
  const free = sizes.filter((name) => name in settings && values[name] === undefined);
  if (words.length > free.length || !words.every((word) => /^\d+$/.test(word)))
    return { words: given, values };
  const said = Object.fromEntries(
    words.map((word, at) => [free[at], inSetting(free[at], () => settings[free[at]].parse(word))]),
  );
  return { words: [], values: { ...said, ...values } };
}

/** The settings that whole numbers beside `--random` give. */
const SIZES_OF_DRAWN = ["length", "dModel"];

/** Reads `Q=q.csv` or `Q=1 0` as an input, and `q.csv,k.csv` as two files, if these files exist. */
function withFilesByName({ words, values }: Request, files: Files) {
  const named: Record<string, string> = {};
  const apart = words.flatMap((word) => {
    const parts = word.split(",");
    return parts.length > 1 && !isThere(word, files) && parts.every((part) => isThere(part, files))
      ? parts
      : [word];
  });
  const others = apart.filter((word) => {
    const [, given = "", file = ""] = /^(\w+)=(.+)$/s.exec(word) ?? [];
    const name = inputNamed(given);
    const isGiven = isThere(file, files) || /^[-+.\d][^=]*$/.test(file);
    if (name === undefined || isThere(word, files) || !isGiven) return true;
    if (named[name] !== undefined || values[name] !== undefined) {
      const other = named[name] ?? setting(name);
      refuse(`Both ${word} and ${other} give ${name}.`, "Leave one of them out.");
    }
    named[name] = file;
    return false;
  });
  return { words: others, values: { ...values, ...named } };
}

/** Reads the first word as a system if the numbers are drawn, so that no file is needed: `gpt2 --random`. */
function withSystemNamed({ words, values }: Request, files: Files) {
  const [name, ...others] = words;
  const mayBe = name !== undefined && values.random === true && values.preset === undefined;
  const isFile = mayBe && (isThere(name, files) || files.listFolder?.(name) !== undefined);
  return mayBe && /^[a-z][\w.-]*$/i.test(name) && !isFile
    ? { words: others, values: { preset: name, ...values } }
    : { words, values };
}
