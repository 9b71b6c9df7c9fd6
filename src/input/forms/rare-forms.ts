import { setting } from "../../errors.js";
import { refuseIn, type Source } from "../source.js";
import { bracketed } from "./bracketed.js";
import { delimited } from "./delimited.js";
import { display } from "./display.js";
import { drawn } from "./drawn.js";
import type { Form } from "./form.js";
import type { FormName } from "./form-names.js";
import { json } from "./json.js";
import { latex } from "./latex.js";
import { literal } from "./literal.js";
import { pandas } from "./pandas.js";
import { rPrint } from "./r-print.js";
import { ruled } from "./ruled.js";

/** The forms that are tried after those of registry.ts, in this order. */
const FURTHER_FORMS: readonly Form[] = [
  // `A =` or a shape alone on a line, then lines of numbers
  display,
  // \begin{…}, & and \\
  latex,
  // | and similar characters between the cells
  drawn,
  // any other brackets, and text before them
  bracketed,
  // a line of dashes below the column names
  ruled,
  // semicolons that end rows
  literal,
  // a line about the data below its rows
  pandas,
  // anything else in lines
  delimited,
];

/** The form `pandas` of the option --form. */
const ofPandas: Form = {
  ...pandas,
  // A DataFrame that is printed whole has no line about it.
  parse: (source, options) =>
    (pandas.looksLike(source, options, "") ? pandas : delimited).parse(source, options),
};

const FORM_OF_NAME: Readonly<Record<Exclude<FormName, "words">, Form>> = {
  csv: delimited,
  tsv: delimited,
  semicolons: delimited,
  spaces: delimited,
  markdown: drawn,
  box: drawn,
  psql: drawn,
  r: rPrint,
  pandas: ofPandas,
  matlab: literal,
  display,
  numpy: bracketed,
  code: bracketed,
  latex,
  json,
};

/**
 * Returns the form of this name. Throws USAGE for `words`, which is not the form of a single matrix, and for a binary
 * file.
 */
export function formNamed(name: FormName, { isBinary, name: file }: Source, subject: string): Form {
  if (isBinary || name === "words") {
    const what = isBinary ? "it is a binary file" : `${subject} is one matrix`;
    const hint = isBinary
      ? `${setting("form")} is about texts. Leave it out.`
      : `${setting("form")} words reads problems and sheets. A matrix alone has another form.`;
    refuseIn(file, "USAGE", `${what}, so ${setting("form")} ${name} does not fit.`, hint);
  }
  return FORM_OF_NAME[name];
}

/** Returns the form that a text is written in. A text that no form recognises is read as lines. */
export function furtherForm(isWritten: (form: Form) => boolean): Form {
  return FURTHER_FORMS.find(isWritten) ?? delimited;
}
