import { bracketed } from "./bracketed.js";
import { delimited } from "./delimited.js";
import { display } from "./display.js";
import { drawn } from "./drawn.js";
import type { Form } from "./form.js";
import { latex } from "./latex.js";
import { literal } from "./literal.js";
import { pandas } from "./pandas.js";
import { ruled } from "./ruled.js";

/** The forms that are tried after those of registry.ts, in this order. */
const FURTHER_FORMS: readonly Form[] = [
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

/** The form that a text is written in; what none recognises stands in lines. */
export function furtherForm(isWritten: (form: Form) => boolean): Form {
  return FURTHER_FORMS.find(isWritten) ?? delimited;
}
