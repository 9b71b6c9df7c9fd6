import { createOpener, type Files } from "./open.js";
import { isSheet } from "./read-as-document.js";
import { asSheet } from "./sheet-source.js";
import { textOf } from "./source.js";

/**
 * Opens a file or a text as a sheet, with its text. The text is absent if it cannot be the work of a person. Throws the
 * errors of reading.
 */
export async function openSheet(word: string, files: Files) {
  const { source } = await asSheet(createOpener(files).open(word, ""));
  return { source, text: isSheet(source) ? textOf(source.bytes) : undefined };
}
