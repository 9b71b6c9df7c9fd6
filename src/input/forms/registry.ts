import { plainString } from "../decode.js";
import { readLarge } from "../large/read.js";
import { type Source, textOf } from "../source.js";
import { binary } from "./binary.js";
import { bracketed } from "./bracketed.js";
import { delimited } from "./delimited.js";
import { display } from "./display.js";
import { drawn } from "./drawn.js";
import type { Form, FormOptions, Parsed } from "./form.js";
import { json } from "./json.js";
import { latex } from "./latex.js";
import { literal } from "./literal.js";
import { pandas } from "./pandas.js";
import { rPrint } from "./r-print.js";
import { ruled } from "./ruled.js";

/** Every form of text that is read. The first that recognises a text reads it, so the order is part of the meaning. */
const FORMS: readonly Form[] = [
  // bytes that are no text
  binary,
  // `[1,]` and `[,1]` beside and above the numbers, which are no brackets around them
  rPrint,
  // brackets and quoted keys, commas between all cells
  json,
  // `A =` or a shape alone on a line, then lines of numbers
  display,
  // \begin{…}, & and \\
  latex,
  // | and its like between the cells
  drawn,
  // any other brackets, and what stands before them
  bracketed,
  // a line of dashes below the names of the columns
  ruled,
  // semicolons that end rows
  literal,
  // a line about the data below its rows
  pandas,
  // whatever stands in lines
  delimited,
];

/** As much of a text as is looked at to recognise its form. */
const HEAD_BYTES = 2048;

/** Reads a text in the form that it looks like. Throws a UserError with its place. */
export async function parseText(source: Source, options: FormOptions): Promise<Parsed> {
  const large = source.stored && readLarge(source, source.stored, options, (start) => formOf(start, options));
  return large ?? formOf(source, options).parse(source, options);
}

function formOf(source: Source, options: FormOptions): Form {
  const head = headOf(source);
  return FORMS.find((candidate) => candidate.looksLike(source, options, head)) ?? delimited;
}

function headOf({ bytes }: Source): string {
  const text = plainString(textOf(bytes, 0, Math.min(bytes.length, HEAD_BYTES)));
  return text.replace(/^(?:[ \t]*(?:[#%][^\r\n]*)?(?:\r\n?|\n))+/, "").trimStart();
}
