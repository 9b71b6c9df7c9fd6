import type { InputName } from "../attention/inputs.js";
import { setting } from "../setting-names.js";
import { nameInPick } from "./binary/pick.js";
import type { Parsed } from "./forms/form.js";
import { inputNamed, nearInput } from "./names.js";
import { refuseAt, type Source, textOf } from "./source.js";

// Which input a source is that holds one matrix: its file is named like it, or it is written as `Q = …`.

/** The input that a lone matrix is for: its file is named like it, or it is written as `Q = …`. Throws AMBIGUOUS. */
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

/** `wq` of `a/wq.csv` and of `model.npz:wq`; undefined for what is no file. */
export const wordOfFile = ({ kind, name, pick = "" }: Source): string | undefined =>
  kind === "file" ? (nameInPick(pick) ?? stemOf(name)) : undefined;

/** The input that `wq.csv`, `model.npz:wq` or `010-x-q.npy` is named like. */
export function nameOfFile(source: Source): InputName | undefined {
  const word = wordOfFile(source);
  if (word === undefined) return undefined;
  const stem = stemOf(source.name);
  return inputNamed(word) ?? inputNamed(stem) ?? nameOfNumbered(stem);
}

/** The input that `010-x-q` is: a number, perhaps words of where it was taken, and the longest end that names an input. */
export function nameOfNumbered(stem: string): InputName | undefined {
  const words = /^\d+[-_.](.+)$/.exec(stem)?.[1].split(/[-_.]/) ?? [];
  for (let first = 0; first < words.length; first++) {
    const name = inputNamed(words.slice(first).join("-"));
    if (name) return name;
  }
  return undefined;
}

/** `q` of `some/folder/q.csv`. */
export function stemOf(path: string): string {
  const file = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  const point = file.lastIndexOf(".");
  return point > 0 ? file.slice(0, point) : file;
}

/** The input whose name a file has but for a letter or two. */
export function nearlyNamed({ kind, name }: Source, accepts: readonly InputName[]): string | undefined {
  const stem = stemOf(name);
  return kind === "file" ? nearInput(stem, accepts, [], Math.floor(stem.length / 4)) : undefined;
}

/** A word as a shell takes it. */
export const shellWord = (word: string): string =>
  /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A longer literal is not said again. */
const LONGEST_AGAIN = 40;

/** How a source is given on the command line. */
export function asArgument({ kind, name, bytes }: Source): string {
  if (kind === "file") return name;
  if (kind === "stdin") return "-";
  return bytes.length > LONGEST_AGAIN ? "'…'" : `'${textOf(bytes)}'`;
}
