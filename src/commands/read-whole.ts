import { parseText } from "../input/forms/registry.js";
import { createOpener, type Files } from "../input/open.js";

/** Reads a file or a text as it is: an array keeps all its axes. Throws the errors of reading. */
export async function readWhole(word: string, files: Files, subject: string) {
  const source = createOpener(files).open(word, "");
  const how = { subject, decimalComma: false, header: undefined, emptyCells: "nan" } as const;
  return { source, value: (await parseText(source, how)).value };
}
