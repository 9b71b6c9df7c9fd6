import type { InputName } from "../attention/inputs.js";
import { UserError } from "../errors.js";
import type { Parsed } from "./forms/form.js";
import { inputNamed } from "./names.js";
import { refuseIn, type Source, textOf } from "./source.js";

/** What is known of a text before it is read. */
interface Asked {
  /** Whether a comma is a decimal mark. */
  readonly decimalComma?: boolean | undefined;
  /** Whether somebody said that it is a problem in words. */
  readonly isSaid: boolean;
  /** The input that its file is named like. */
  fileName(): InputName | undefined;
}

/**
 * What `parse` reads of a source, or the problem in words that it is: where that is said, where no form reads it, and where it was read as a
 * matrix or as an object but names stand in comments, or it gives steps as well. Throws USAGE where it is said to name inputs and names none, what `namedInputs` throws, and
 * what `parse` throws for a text that is no problem in words either.
 */
export async function parseOrName(
  source: Source,
  { decimalComma, isSaid, fileName }: Asked,
  parse: () => Promise<Parsed>,
): Promise<Parsed> {
  const named = async (text: Source) =>
    (await import("./documents/named-inputs.js")).namedInputs(text, { decimalComma, isSaid });
  if (isSaid) {
    const read = source.isBinary ? undefined : await named(source);
    const message = `${source.name} has no name of an input matrix.`;
    const hint = "Write a name above the rows of each matrix, such as Q:, K: and V:.";
    return read ?? refuseIn(source.name, "USAGE", message, hint);
  }
  let read: Parsed;
  try {
    read = await parse();
  } catch (error) {
    const problem = error instanceof UserError ? await named(source) : undefined;
    if (problem) return problem;
    throw error;
  }
  if (!isDoubtful(read, fileName())) return read;
  try {
    return (await named(read.source)) ?? read;
  } catch (error) {
    if (error instanceof UserError) return read;
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
