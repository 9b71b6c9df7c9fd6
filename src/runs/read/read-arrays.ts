import { parseText } from "../../input/forms/registry.js";
import { createOpener, type Files } from "../../input/open.js";
import type { ArrayValue } from "../../input/value.js";
import { asArray } from "../../input/value-axes.js";

/** Reads a file or a text as it is: an array keeps all its axes. Throws the errors of reading. */
export async function readWhole(word: string, files: Files, subject: string) {
  const source = createOpener(files).open(word, "");
  const how = { subject, decimalComma: false, header: undefined, emptyCells: "nan" } as const;
  return { source, value: (await parseText(source, how)).value };
}

/** An array with its name. */
export interface NamedArray {
  readonly name: string;
  readonly value: ArrayValue;
}

/** Reads the arrays of a file with their names. A single array has none, and gets the name `alone`. */
export async function readArrays(word: string, files: Files, subject: string, alone: string) {
  const { source, value } = await readWhole(word, files, subject);
  const entries = value.kind === "object" ? [...value.entries] : [[alone, { value }] as const];
  const arrays = entries.flatMap(([name, entry]): readonly NamedArray[] => {
    const array = asArray(entry.value);
    return array ? [{ name, value: array }] : [];
  });
  return { source, arrays };
}
