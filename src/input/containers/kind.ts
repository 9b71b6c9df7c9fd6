import { hasEnding } from "../endings.js";

/** A text that is a page of HTML, by how it begins; comments and blanks may stand before it. */
const PAGE =
  /^\s*(?:<!--(?:(?!-->)[\s\S])*-->\s*)*<(?:!doctype\s+html|\?xml|html|head|body|meta|table|div|p|h[1-6]|article|section|span|b|style)\b/i;

/** The first keys of a notebook. */
const NOTEBOOK = /^\s*\{\s*"(?:cells|nbformat|worksheets|metadata)"/;

/** As much of a text as shows what it is. */
export const HEAD_BYTES = 4096;

/** What a text is that holds other text: by the name of its file or by how it begins. Undefined for plain text. */
export function textContainer(name: string, head: string): "page" | "notebook" | undefined {
  if (hasEnding(name, "ipynb") || (NOTEBOOK.test(head) && /"nbformat|"cell_type"/.test(head)))
    return "notebook";
  return PAGE.test(head) || (hasEnding(name, "html htm xhtml xhtm") && head.includes("<"))
    ? "page"
    : undefined;
}
