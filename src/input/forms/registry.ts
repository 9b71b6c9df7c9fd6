import { plainSource, plainString } from "../decode.js";
import { ANSWER, ESCAPE, PROMPT } from "../prompts.js";
import { type Source, textOf } from "../source.js";
import { files } from "./files.js";
import type { Form, FormOptions, Parsed } from "./form.js";
import { json } from "./json.js";
import { rPrint } from "./r-print.js";

/**
 * The forms that are tried first. Those of rare-forms.ts are loaded only if none of these recognises a text. The first
 * form that recognises a text reads it, so the order matters.
 */
const FIRST_FORMS: readonly Form[] = [
  // binary files; also a page or notebook, whose brackets are not a matrix
  files,
  // `[1,]` and `[,1]` beside and above the numbers, which are not brackets around them
  rPrint,
  // brackets and quoted keys, commas between all cells
  json,
];

/**
 * Whether a terminal, a mail or Markdown added something around a text, or an interpreter printed a prompt before or
 * below it.
 */
function isWrapped(source: Source): boolean {
  if (source.isBinary) return false;
  const head = headOf(source);
  const last =
    tailOf(source)
      .trimEnd()
      .split(/[\r\n]/)
      .at(-1) ?? "";
  const isPrompted = PROMPT.test(head) || ANSWER.test(head) || PROMPT.test(last);
  return isPrompted || head.includes(ESCAPE) || /^(?:[>`]|- \[)/.test(head);
}

/** Whether a text is a JSON object. */
export const isBundle = (text: string): boolean => /^\s*\{\s*["}]/.test(text);

export const holdsBundle = (source: Source): boolean => !source.isBinary && isBundle(headOf(source));

/** The number of bytes that are examined to recognise a form. */
const HEAD_BYTES = 2048;

/** Parses a text in the form that it looks like. Throws a UserError with its place. */
export async function parseText(source: Source, options: FormOptions): Promise<Parsed> {
  const { stored } = source;
  if (stored) {
    const { readLarge } = await import("../large-text.js");
    const large = await readLarge(source, stored, options, (start) => formOf(start, options));
    if (large) return large;
  }
  const text = isWrapped(source) ? (await import("./terminal.js")).unwrap(source) : source;
  const form = await formOf(text, options);
  return form.parse(form.keepsSigns ? text : plainSource(text), options);
}

async function formOf(source: Source, options: FormOptions): Promise<Form> {
  const head = headOf(source);
  // A JSON bundle is always recognised, whatever --form says.
  if (options.form && !isBundle(head))
    return (await import("./rare-forms.js")).formNamed(options.form, source, options.subject);
  const isWritten = (form: Form) => form.looksLike(source, options, head);
  return FIRST_FORMS.find(isWritten) ?? (await import("./rare-forms.js")).furtherForm(isWritten);
}

function tailOf({ bytes }: Source): string {
  return textOf(bytes, Math.max(0, bytes.length - 40), bytes.length);
}

function headOf({ bytes }: Source): string {
  const text = plainString(textOf(bytes, 0, Math.min(bytes.length, HEAD_BYTES)));
  // Most texts begin directly. Creating the pattern below takes longer than applying it.
  if (!/^[\s#%]/.test(text)) return text;
  return text.replace(/^(?:[ \t]*(?:(?:#(?![A-ZÄÖÜ]+[!?/])|%)[^\r\n]*)?(?:\r\n?|\n))+/, "").trimStart();
}
