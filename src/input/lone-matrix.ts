import type { InputName } from "../attention/inputs.js";
import { setting } from "../errors.js";
import { nameInPick } from "./binary/pick.js";
import { splitPath } from "./endings.js";
import type { Parsed } from "./forms/form.js";
import { inputNamed, nearInput } from "./names.js";
import { refuseAt, type Source, textOf } from "./source.js";

// Which input a source with a single matrix is, by its file name or by `Q = …`.

/**
 * Returns the input that a single matrix is: by its file name, or because it is written as `Q = …`. Throws AMBIGUOUS if
 * both differ.
 */
export function chooseName(
  { assigned, source }: Parsed,
  fileName: InputName | undefined,
): InputName | undefined {
  const written = assigned && inputNamed(assigned.name);
  if (!written || !fileName || written === fileName) return fileName ?? written;
  const message = `${source.name} has a file name that means ${fileName}, but contains ${assigned.name}.`;
  const hint = `Rename one of them, or name the matrix: ${setting(written)} ${source.name}.`;
  return refuseAt(source, assigned.start, "AMBIGUOUS", message, hint);
}

/** Returns `wq` for `a/wq.csv` and for `model.npz:wq`. Returns undefined for a source that is not a file. */
export const wordOfFile = ({ kind, name, pick = "" }: Source): string | undefined =>
  kind === "file" ? (nameInPick(pick) ?? stemOf(name)) : undefined;

/** Returns the input that a word names if it is the name of a file: `query` for `q.npy`. */
export const inputOfFile = (word: string): InputName | undefined =>
  /\.\w+$/.test(word) ? inputNamed(stemOf(word)) : undefined;

/** Returns the input in the name of a file: `wq.csv`, `model.npz:wq` or `010-x-q.npy`. */
export function nameOfFile(source: Source): InputName | undefined {
  const word = wordOfFile(source);
  if (word === undefined) return undefined;
  const stem = stemOf(source.name);
  return inputNamed(word) ?? inputNamed(stem) ?? nameOfNumbered(stem);
}

/**
 * Returns the input in a numbered name like `010-x-q`: a number, perhaps other words, and the longest ending that names
 * an input.
 */
export function nameOfNumbered(stem: string): InputName | undefined {
  const words = /^\d+[-_.](.+)$/.exec(stem)?.[1].split(/[-_.]/) ?? [];
  for (let first = 0; first < words.length; first++) {
    const name = inputNamed(words.slice(first).join("-"));
    if (name) return name;
  }
  return undefined;
}

/**
 * Returns the inputs that files name behind a beginning that they share, by file: `hw_Q.csv`, `hw_K.csv`. A query and a
 * key must be among them.
 */
export function inputsBehindPrefix(paths: readonly string[]): ReadonlyMap<string, InputName> {
  const parts = paths.flatMap((path) => {
    const [, prefix, rest] = /^(.+[-_.])([^-_.]+)$/.exec(stemOf(path)) ?? [];
    const name = rest === undefined ? undefined : inputNamed(rest);
    return name === undefined ? [] : [{ path, prefix, name }];
  });
  const isShared = (prefix: string) =>
    (["query", "key"] as const).every((name) =>
      parts.some((one) => one.prefix === prefix && one.name === name),
    );
  return new Map(parts.flatMap(({ path, prefix, name }) => (isShared(prefix) ? [[path, name]] : [])));
}

/** Returns `q` for `some/folder/q.csv`. */
export function stemOf(path: string): string {
  const [, file] = splitPath(path);
  const point = file.lastIndexOf(".");
  return point > 0 ? file.slice(0, point) : file;
}

/** Returns the input whose name differs from the file name by a few letters: at most a quarter of them. */
export function nearlyNamed({ kind, name }: Source, accepts: readonly InputName[]): string | undefined {
  const stem = stemOf(name);
  return kind === "file" ? nearInput(stem, accepts, [], Math.floor(stem.length / 4)) : undefined;
}

/** Quotes a word for a shell, if needed. */
export const shellWord = (word: string): string =>
  /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A longer literal is not repeated in a message. */
const LONGEST_AGAIN = 40;

/** Returns a source as an argument on the command line. */
export function asArgument({ kind, name, bytes }: Source): string {
  if (kind === "file") return name;
  if (kind === "stdin") return "-";
  return bytes.length > LONGEST_AGAIN ? "'…'" : `'${textOf(bytes)}'`;
}
