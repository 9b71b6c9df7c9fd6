import type { Source } from "../source.js";
import { delimited } from "./delimited.js";
import type { Form, FormOptions, Parsed } from "./form.js";
import { json } from "./json.js";
import { literal } from "./literal.js";

/** Every form of text that is read. The first that recognises a text reads it, so the order is part of the meaning. */
const FORMS: readonly Form[] = [
  // brackets and quoted keys: nothing else starts like it
  json,
  // semicolons that end rows
  literal,
  // whatever stands in lines
  delimited,
];

/** Reads a text in the form that it looks like. Throws a UserError with its place. */
export async function parseText(source: Source, options: FormOptions): Promise<Parsed> {
  const form = FORMS.find((candidate) => candidate.looksLike(source, options)) ?? delimited;
  return form.parse(source, options);
}
