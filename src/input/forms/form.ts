import type { EmptyCells } from "../blank.js";
import type { Source } from "../source.js";
import type { Value } from "../value.js";
import type { FormName } from "./form-names.js";

/** How a person said that their text is to be read. */
export interface FormOptions {
  /** The matrix that the text is for, as messages name it. */
  readonly subject: string;
  /** A comma is a decimal mark. */
  readonly decimalComma: boolean;
  /** The form that the text is said to have; found out when undefined. */
  readonly form?: FormName | undefined;
  /** Whether the first row holds names of columns; found out when undefined. */
  readonly header: boolean | undefined;
  /** What cells without a number are. */
  readonly emptyCells: EmptyCells;
}

/** A piece of a source, in byte offsets; `end` is behind it. */
export interface Span {
  readonly start: number;
  readonly end: number;
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
  readonly labels?: readonly string[] | undefined;
  /** Names of the columns, from a row of labels. */
  readonly columnLabels?: readonly string[] | undefined;
  /** The name in `Q = …`, when the text holds one matrix. */
  readonly assigned?: { readonly name: string; readonly start: number } | undefined;
  /** Commas in the cells are decimal marks. */
  readonly decimalComma?: boolean;
  /** The numbers of a table are what is written times 10 to this power. */
  exponentOf?(numbers: { readonly start: number }): number | undefined;
  /** Where cell number `cell` (row-major, from 0) of a table of numbers in this text stands. */
  spanOf(numbers: { readonly start: number }, cell: number): Span;
}

/** One way to write matrices as text. */
export interface Form {
  /** Its texts are read as they are; of others `parse` is given plain signs (`plainSource`). */
  readonly keepsSigns?: true;
  /**
   * Cheap, and sure enough: the first form of the registry that says yes reads the text. `head` is the start of the
   * text, without blank lines and comments before it.
   */
  looksLike(source: Source, options: FormOptions, head: string): boolean;
  /** Throws a UserError with its place when the text is not what it looked like. */
  parse(source: Source, options: FormOptions): Parsed | Promise<Parsed>;
}

/** A function of a place in the text that remembers its last answer: cells are asked for one after another. */
export function rememberLast<T>(find: (start: number) => T): (start: number) => T {
  let last: { readonly start: number; readonly found: T } | undefined;
  return (start) => {
    if (last?.start !== start) last = { start, found: find(start) };
    return last.found;
  };
}
