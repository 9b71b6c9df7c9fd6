/** The delimiter between the cells of a row. */
export type Delimiter = "\t" | ";" | "," | " ";

/**
 * The forms that the option --form accepts. `words` is a text with inputs or steps under their names, and anything
 * around them.
 */
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

/** Returns the delimiter of a form, or undefined if the form is not defined by its delimiter. */
export const delimiterOf = (form: FormName | undefined): Delimiter | undefined => form && DELIMITERS[form];

/** Whether a form only says how lines are written, so that a sheet may have it too. */
export const isOfLines = (form: FormName): boolean =>
  form === "words" || form === "latex" || delimiterOf(form) !== undefined;
