/**
 * Every code a UserError can carry. The folder `fixtures/broken/` holds one broken input for each,
 * and a test checks that the two lists are the same.
 */
export const ERROR_CODES = [
  // reading
  "FILE_UNREADABLE",
  "STDIN_TWICE",
  "SYNTAX",
  "RAGGED_ROWS",
  "EMPTY_CELL",
  "EMPTY_MATRIX",
  "NOT_A_NUMBER",
  "NON_FINITE",
  "INTEGER_TOO_LARGE",
  "AMBIGUOUS",
  "UNKNOWN_KEY",
  "UNKNOWN_NAME",
  "DUPLICATE_KEY",
  // settings and options
  "USAGE",
  "BAD_VALUE",
  // the problem as a whole
  "MISSING_INPUT",
  "CONFLICTING_INPUTS",
  "SHAPE_MISMATCH",
  "ALIGNMENT_NEEDED",
  "EMPTY_ROW",
  "UNKNOWN_STEP",
  // writing
  "FILE_UNWRITABLE",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** A place in what the user gave. Lines and columns count from 1, as editors do. */
export interface Location {
  /** File name, `stdin`, or the option that held a literal, such as `--query`. */
  readonly source: string;
  readonly line?: number;
  readonly column?: number;
  /** Of what has no lines that somebody sees: `sheet "Q", cell B3`. */
  readonly where?: string;
  /** The text of that line, for the caret; of a long line the part around the column. */
  readonly excerpt?: string;
  /** The column at which the excerpt starts, when that is not 1. */
  readonly excerptColumn?: number;
}

interface ErrorDetails {
  /** What to do about it. */
  readonly hint?: string | undefined;
  readonly location?: Location;
  /** A small drawing, such as the shapes that clash, shown under the message. */
  readonly drawing?: string;
  /** An input that is known, but not to this command: who knows every command says which one takes it. */
  readonly unaccepted?: string;
  /** The named matrix (and cell of it) at fault, for a reader that knows where it came from. */
  readonly subject?: { readonly name: string; readonly row?: number; readonly col?: number };
}

/** Something the user can put right: what is wrong with the values in it, where, and what to do. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly details: ErrorDetails;

  /** `about` is what to do about it, and `subject` the input at fault; where there is more to say, all details. */
  constructor(
    readonly code: ErrorCode,
    message: string,
    about: string | ErrorDetails = {},
    subject?: string,
  ) {
    super(message);
    const details = typeof about === "string" ? { hint: about } : about;
    this.details = subject === undefined ? details : { ...details, subject: { name: subject } };
  }

  /** The same error with more that is known of it. */
  with(details: ErrorDetails): UserError {
    return new UserError(this.code, this.message, { ...this.details, ...details });
  }

  /** What to do about it, where that is known. */
  get hint(): string | undefined {
    return this.details.hint;
  }
}

/** A place of which parts are known. */
type Place = { readonly [Part in keyof Location]?: Location[Part] | undefined };

/** A place as messages write it: `q.csv:3:2`, `q.xlsx, sheet "Q", cell B3`. `source` stands in for the name where it is not known. */
export const placeText = ({ source, line, column, where }: Place): string =>
  where === undefined
    ? [source, line, column].filter(Boolean).join(":")
    : [source, where].filter(Boolean).join(", ");

/** Of more names no message shows all. */
const MOST_LISTED = 12;

/** Names as a message lists them, the first of many: `a, b and 38 more`. */
export function listed(names: readonly string[], most = MOST_LISTED): string {
  const more = names.length > most ? ` and ${names.length - most} more` : "";
  return names.slice(0, most).join(", ") + more;
}

/** Names in a sentence, all of them: `a`, `a and b`, `a, b and c`. */
export const inSentence = (names: readonly (string | number)[], word = "and"): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;

/** An error that the user can put right. Throws any other one. */
export function userError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}
