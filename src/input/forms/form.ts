import type { Source } from "../source.js";
import type { Value } from "../value.js";

/** How a person said that their text is to be read. */
export interface FormOptions {
  /** The matrix that the text is for, as messages name it. */
  readonly subject: string;
  /** A comma is a decimal mark. */
  readonly decimalComma: boolean;
  /** Whether the first row holds names of columns; found out when undefined. */
  readonly header: boolean | undefined;
}

/** A text that was read. */
export interface Parsed {
  /** The text as the form read it; its lines and columns are those of what was given. */
  readonly source: Source;
  readonly value: Value;
  /** As notices name the form: "JSON", "tab-separated text". */
  readonly form: string;
  /** What a person should know of how it was read: "header row dropped". */
  readonly remarks: readonly string[];
  /** Names of the rows, from a column of labels. */
  readonly labels?: readonly string[];
  /** Where cell number `cell` (row-major, from 0) of a table of numbers in this text stands, as a byte offset. */
  offsetOf(numbers: { readonly start: number }, cell: number): number;
}

/** One way to write matrices as text. */
export interface Form {
  readonly name: string;
  /** Cheap, and sure enough: the first form of the registry that says yes reads the text. */
  looksLike(source: Source, options: FormOptions): boolean;
  /** Throws a UserError with its place when the text is not what it looked like. */
  parse(source: Source, options: FormOptions): Parsed | Promise<Parsed>;
}
