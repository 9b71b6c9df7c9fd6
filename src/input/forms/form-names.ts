/** What separates the cells of a row in lines. */
export type Delimiter = "\t" | ";" | "," | " ";

/** The forms that somebody may say a text is written in. `words`: an input or a step under each name, with anything else around. */
export const FORM_NAMES = [
  "words",
  "csv",
  "tsv",
  "semicolons",
  "spaces",
  "markdown",
  "box",
  "psql",
  "r",
  "pandas",
  "matlab",
  "display",
  "numpy",
  "code",
  "latex",
  "json",
] as const;

export type FormName = (typeof FORM_NAMES)[number];

const DELIMITERS: Readonly<Partial<Record<FormName, Delimiter>>> = {
  csv: ",",
  tsv: "\t",
  semicolons: ";",
  spaces: " ",
};

/** What separates cells in lines of this form; undefined where something else makes the form. */
export const delimiterOf = (form: FormName | undefined): Delimiter | undefined => form && DELIMITERS[form];

/** Whether a form says how the lines of a text are written, whatever stands in them, so that a sheet may be, too. */
export const isOfLines = (form: FormName): boolean =>
  form === "words" || form === "latex" || delimiterOf(form) !== undefined;
