import type { EmptyCells } from "../blank.js";
import type { Source } from "../source.js";
import type { Value } from "../value.js";
import type { FormName } from "./form-names.js";

/** Options for reading a text. */
export interface FormOptions {
  /** The matrix that is read, for messages. */
  readonly subject: string;
  /** Whether a comma is the decimal mark. */
  readonly decimalComma: boolean;
  /** The form of the text; recognised from the text if undefined. */
  readonly form?: FormName | undefined;
  /** Whether the first row has column names; recognised from the text if undefined. */
  readonly header: boolean | undefined;
  /** How cells without a number are read. */
  readonly emptyCells: EmptyCells;
}

/** A piece of a source, in byte offsets; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The result of parsing a text. */
export interface Parsed {
  /** The text that was parsed. Its lines and columns are those of the given text. */
  readonly source: Source;
  readonly value: Value;
  /** The form's name in notices: "JSON", "tab-separated text". */
  readonly form: string;
  /** What the user should know about how it was read: "header row dropped". */
  readonly remarks: readonly string[];
  /** The names of the rows, from a column of labels. */
  readonly labels?: readonly string[] | undefined;
  /** The names of the columns, from a row of labels. */
  readonly columnLabels?: readonly string[] | undefined;
  /** The name in `Q = …`, if the text has one matrix. */
  readonly assigned?: { readonly name: string; readonly start: number } | undefined;
  /** Whether commas in the cells are decimal marks. */
  readonly decimalComma?: boolean;
  /** Returns the power of 10 by which the numbers of a table were multiplied. */
  exponentOf?(numbers: { readonly start: number }): number | undefined;
  /** Returns the place of a cell (counted in row-major order, from 0) in a table of numbers. */
  spanOf(numbers: { readonly start: number }, cell: number): Span;
}

/** A way to write matrices as text. */
export interface Form {
  /**
   * Set if `parse` gets the text unchanged. Otherwise typographic characters are first replaced with plain ones
   * (`plainSource`).
   */
  readonly keepsSigns?: true;
  /**
   * Whether a text looks like this form. The check must be fast; the first form in the registry that matches reads the
   * text. `head` is the start of the text, without blank lines and comments before it.
   */
  looksLike(source: Source, options: FormOptions, head: string): boolean;
  /** Throws a UserError with its place if the text is not in this form after all. */
  parse(source: Source, options: FormOptions): Parsed | Promise<Parsed>;
}

/** Caches the last result of a function of a place, because cells are requested one after another. */
export function rememberLast<T>(find: (start: number) => T): (start: number) => T {
  let last: { readonly start: number; readonly found: T } | undefined;
  return (start) => {
    if (last?.start !== start) last = { start, found: find(start) };
    return last.found;
  };
}
