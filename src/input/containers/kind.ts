import { hasEnding } from "../endings.js";

/** The beginning of an HTML page; comments and white space may come first. */
const PAGE =
  /^\s*(?:<!--(?:(?!-->)[\s\S])*-->\s*)*<(?:!doctype\s+html|\?xml|html|head|body|meta|table|div|p|h[1-6]|article|section|span|b|style)\b/i;

/** The beginning of a notebook: one of its keys. */
const NOTEBOOK = /^\s*\{\s*"(?:cells|nbformat|worksheets|metadata)"/;

/** The number of bytes that are enough to recognise a text. */
export const HEAD_BYTES = 4096;

/**
 * Returns the kind of a text that contains other text, from the file's name or its beginning. Returns undefined for
 * plain text.
 */
export function textContainer(name: string, head: string): "page" | "notebook" | undefined {
  if (
    hasEnding(name, "ipynb") ||
    (NOTEBOOK.test(head) && ['"nbformat', '"cell_type"'].some((key) => head.includes(key)))
  )
    return "notebook";
  return PAGE.test(head) || (hasEnding(name, "html htm xhtml xhtm") && head.includes("<"))
    ? "page"
    : undefined;
}
