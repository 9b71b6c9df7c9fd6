import type { InputName } from "../attention/inputs.js";
import { UserError } from "../errors.js";
import { setting } from "../setting-names.js";
import { nameInPick } from "./binary/pick.js";
import type { Parsed } from "./forms/form.js";
import { inputNamed, nearInput, suggestInput } from "./names.js";
import { refuseAt, refuseIn, type Source, textOf } from "./source.js";
import type { SourceMatrix } from "./source-matrices.js";

// Which input a source is that holds one matrix: its file is named like it, or it is written as `Q = …`.

/** The input that a lone matrix is for: its file is named like it, or it is written as `Q = …`. Throws AMBIGUOUS. */
export function chooseName(
  { assigned, source }: Parsed,
  fileName: InputName | undefined,
): InputName | undefined {
  const written = assigned && inputNamed(assigned.name);
  if (!written || !fileName || written === fileName) return fileName ?? written;
  const message = `${source.name} is named like ${fileName}, but holds ${assigned.name}.`;
  const hint = `Rename one of them, or say which it is: ${setting(written)} ${source.name}.`;
  return refuseAt(source, assigned.start, "AMBIGUOUS", message, hint);
}

/** The input that `wq.csv`, `model.npz:wq` or `010-x-q.npy` is named like. */
export function nameOfFile({ name, pick = "" }: Source): InputName | undefined {
  const picked = nameInPick(pick);
  const stem = stemOf(name);
  return inputNamed(picked ?? "") ?? inputNamed(stem) ?? nameOfNumbered(stem);
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

/** Of two matrices without names, one would be left out. */
export function refuseSecondNameless({ name, parsed: earlier }: SourceMatrix, { source }: Parsed): never {
  const message = `${name} is given already (${earlier.source.name}), and nothing says what else this matrix is.`;
  const hint = `Rows of one matrix stand in one word, with a ; between them: '1 2; 3 4'. Another matrix is given by its option.`;
  refuseIn(source.name, "CONFLICTING_INPUTS", message, hint);
}

export function refuseNameless(
  parsed: Parsed,
  name: InputName | undefined,
  accepts: readonly InputName[],
): never {
  const { source, assigned } = parsed;
  const [first] = accepts;
  if (assigned && !name) {
    const unknown = `"${assigned.name}" is no name of an input.`;
    refuseAt(source, assigned.start, "UNKNOWN_KEY", unknown, suggestInput(assigned.name, accepts, []));
  }
  const isFile = source.kind === "file";
  const unnamed = isFile ? ": the file name is no name of an input" : "";
  if (name) {
    throw new UserError("UNKNOWN_NAME", `${name} is no input of this command.`, {
      unaccepted: name,
      location: { source: source.name },
    });
  }
  const message = `this is one matrix, and nothing says which${unnamed}.`;
  const near = isFile
    ? nearInput(stemOf(source.name), accepts, [], Math.floor(stemOf(source.name).length / 4))
    : undefined;
  const hint = `Say which it is: ${setting(near ?? first)} ${asArgument(source)}.`;
  refuseIn(source.name, "UNKNOWN_NAME", message, hint);
}

/** A longer literal is not said again. */
const LONGEST_AGAIN = 40;

/** How a source is given on the command line. */
export function asArgument({ kind, name, bytes }: Source): string {
  if (kind === "file") return name;
  if (kind === "stdin") return "-";
  return bytes.length > LONGEST_AGAIN ? "'…'" : `'${textOf(bytes, 0, bytes.length)}'`;
}
