import type { InputName } from "../attention/inputs.js";
import { UserError } from "../errors.js";
import type { Parsed } from "./forms/form.js";
import { inputNamed } from "./names.js";
import { refuseIn, type Source, textOf } from "./source.js";

/** What is known about a text before it is read. */
interface TextHints {
  /** Whether a comma is a decimal comma. */
  readonly decimalComma?: boolean | undefined;
  /** Whether the user said that it is a problem in words. */
  readonly isInWords: boolean;
  /** Returns the input in the name of its file. */
  fileName(): InputName | undefined;
}

/**
 * Reads a source with `parse`, or as a problem in words. The second is used if the user says so, if no form fits, if
 * names are in comments, or if the text also contains steps. Throws USAGE for a problem in words without names.
 * Otherwise throws the errors of `namedInputs`, or those of `parse` if the text is not a problem in words either.
 */
export async function parseOrName(
  source: Source,
  { decimalComma, isInWords, fileName }: TextHints,
  parse: () => Promise<Parsed>,
): Promise<Parsed> {
  const named = async (text: Source) =>
    (await import("./documents/named-inputs.js")).namedInputs(text, { decimalComma, isInWords });
  if (isInWords) {
    const read = source.isBinary ? undefined : await named(source);
    const hint = "Write a name above the rows of each matrix, such as Q:, K: and V:.";
    return read ?? refuseIn(source.name, "USAGE", "it has no name of an input matrix.", hint);
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
  const words = text.split("\n", 1)[0].trim().split(/\s+/);
  return words.length > 1 && words.length < cols && words.every((word) => inputNamed(word) !== undefined);
}

/** Whether comments of a text may contain names of inputs, or it names something that is not an input. */
function isDoubtful({ value, source, assigned, form }: Parsed, fileName: InputName | undefined): boolean {
  if (source.isBinary || source.stored) return false;
  const isNone = (name: string) => inputNamed(name) === undefined;
  if (value.kind === "object") return form !== "JSON" && [...value.entries.keys()].some(isNone);
  if (value.kind !== "numbers" || fileName !== undefined) return false;
  if (assigned) return isNone(assigned.name);
  const text = textOf(source.bytes);
  return /^\s*(?:#|%|\/\/).*\p{L}/mu.test(text) || areTitles(text, value.cols);
}
