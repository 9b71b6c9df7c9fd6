import type { InputName } from "../attention/inputs.js";
import { UserError } from "../errors.js";
import type { Parsed } from "./forms/form.js";
import { inputNamed } from "./names.js";
import { refuseIn, type Source, textOf } from "./source.js";

/** What is asked of a text that gives several matrices under their names. */
interface Asked {
  /** Whether a comma is a decimal mark. */
  readonly decimalComma?: boolean | undefined;
}

const asNamed = async (
  source: Source,
  { decimalComma }: Asked,
  isSaid = false,
): Promise<Parsed | undefined> =>
  (await import("./documents/named-inputs.js")).namedInputs(source, { decimalComma, isSaid });

/** The problem in words that a text is said to be. Throws USAGE where it names no inputs, else as `namedInputs` does. */
export async function saidInWords(source: Source, asked: Asked): Promise<Parsed> {
  const read = source.isBinary ? undefined : await asNamed(source, asked, true);
  if (read) return read;
  const message = `${source.name} has no name of an input matrix.`;
  return refuseIn(
    source.name,
    "USAGE",
    message,
    "Write a name above the rows of each matrix, such as Q:, K: and V:.",
  );
}

/** The problem in words that a text is which no form could read. Throws that error where it is none, else as `namedInputs` does. */
export async function problemAfter(error: unknown, source: Source, asked: Asked): Promise<Parsed> {
  const read = error instanceof UserError ? await asNamed(source, asked) : undefined;
  if (!read) throw error;
  return read;
}

/**
 * The problem in words that a text is, although it was read as a matrix or as an object: its names stand in comments, or it gives steps as
 * well. Undefined where what was read says better what it is.
 */
export async function problemInWords(
  read: Parsed,
  fileName: InputName | undefined,
  asked: Asked,
): Promise<Parsed | undefined> {
  if (!isDoubtful(read, fileName)) return undefined;
  try {
    return await asNamed(read.source, asked);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Whether a text begins with the names of inputs, each above several columns. */
function areTitles(text: string, cols: number): boolean {
  const words = /^.*/.exec(text)?.[0].trim().split(/\s+/) ?? [];
  return words.length > 1 && words.length < cols && words.every((word) => inputNamed(word) !== undefined);
}

/** Whether names of inputs may stand in comments of a text, or what it names is no input. */
function isDoubtful({ value, source, assigned, form }: Parsed, fileName: InputName | undefined): boolean {
  if (source.isBinary || source.stored) return false;
  const isNone = (name: string) => inputNamed(name) === undefined;
  if (value.kind === "object") return form !== "JSON" && [...value.entries.keys()].some(isNone);
  if (value.kind !== "numbers" || fileName !== undefined) return false;
  if (assigned) return isNone(assigned.name);
  const text = textOf(source.bytes);
  return /^\s*(?:#|%|\/\/).*\p{L}/mu.test(text) || areTitles(text, value.cols);
}
