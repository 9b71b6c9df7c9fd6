import type { Form } from "./form.js";

/** The names of files, and the beginnings of texts, that hold a matrix among other things. */
const NAMES = /\.(?:ipynb|x?html?)$/i;
const BEGINNINGS =
  /^(?:<(?:!doctype|\?xml|html|head|body|meta|table|div|p|h\d)\b|\{\s*"(?:cells|nbformat|metadata|worksheets)")/i;

/** A page of HTML or a notebook. Other documents are no text: binary.ts knows them. */
export const document: Form = {
  keepsSigns: true,
  looksLike: ({ isBinary, name }, _, head) =>
    isBinary !== true && (BEGINNINGS.test(head) || (NAMES.test(name) && /^[<{]/.test(head))),
  async parse(source, options) {
    const { readTableOf } = await import("../containers/matrix.js");
    const read = await readTableOf(source, options);
    if (read) return read;
    // JSON of a file that is called otherwise.
    return (await import("./json.js")).json.parse(source, options);
  },
};
