/**
 * Every code of a UserError. The folder `fixtures/broken/` contains one broken input per code, and a test checks that
 * the two lists are the same.
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

/** A place in the user's input. Lines and columns count from 1, as in editors. */
export interface Location {
  /** File name, `stdin`, or the option that held a literal, such as `--query`. */
  readonly source: string;
  readonly line?: number;
  readonly column?: number;
  /** The place in a file without visible lines: `sheet "Q", cell B3`. */
  readonly where?: string;
  /** The text of that line, for the caret. For a long line: the part around the column. */
  readonly excerpt?: string;
  /** The column at which the excerpt starts, if that is not 1. */
  readonly excerptColumn?: number;
}

interface ErrorDetails {
  /** What the user can do. */
  readonly hint?: string | undefined;
  readonly location?: Location;
  /** A small drawing under the message, such as the shapes that clash. */
  readonly drawing?: string;
  /** A known input that this command does not accept. Code that knows every command adds which one accepts it. */
  readonly unaccepted?: string;
  /** The named matrix (and cell) at fault, for code that knows where it came from. */
  readonly subject?: { readonly name: string; readonly row?: number; readonly col?: number };
}

/** A mistake that the user can correct: what is wrong, with its values, where, and what to do. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly details: ErrorDetails;

  /** `about` is a hint, or all details. `subject` is the input at fault. */
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

  /** Returns the same error with more details. */
  with(details: ErrorDetails): UserError {
    return new UserError(this.code, this.message, { ...this.details, ...details });
  }

  /** What the user can do, if known. */
  get hint(): string | undefined {
    return this.details.hint;
  }
}

/** Throws a UserError with this code, message and hint. */
export function refuseAs(...about: ConstructorParameters<typeof UserError>): never {
  throw new UserError(...about);
}

/** A place, possibly with only some of its parts. */
type Place = { readonly [Part in keyof Location]?: Location[Part] | undefined };

/** Writes a place as messages do: `q.csv:3:2`, `q.xlsx, sheet "Q", cell B3`. `source` replaces a missing name. */
export const placeText = ({ source, line, column, where }: Place): string =>
  where === undefined
    ? [source, line, column].filter(Boolean).join(":")
    : [source, where].filter(Boolean).join(", ");

/** The maximum number of names that a message lists. */
const MOST_LISTED = 12;

/** Lists names in a message. If there are many, it lists the first ones: `a, b and 38 more`. */
export function listed(names: readonly string[], most = MOST_LISTED): string {
  const more = names.length > most ? ` and ${names.length - most} more` : "";
  return names.slice(0, most).join(", ") + more;
}

/** Lists all names in a sentence: `a`, `a and b`, `a, b and c`. */
export const inSentence = (names: readonly (string | number)[], word = "and"): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;

/** Writes a count with its noun: 1 row, 2 rows, 3 queries. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** Returns an error that the user can correct. Throws any other error. */
export function userError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

/** Returns the result of `work`, or its error if the user can correct it. */
export function resultOf<T>(work: () => T): T | UserError {
  try {
    return work();
  } catch (error) {
    return userError(error);
  }
}

/** Throws USAGE for a request that cannot be done, with a hint about what to do instead. */
export function refuse(message: string, hint: string): never {
  throw new UserError("USAGE", message, hint);
}

/** Throws a UserError about something as a whole: a file, a folder, an option. */
export function refuseIn(source: string, code: ErrorCode, message: string, hint?: string): never {
  throw new UserError(code, message, { location: { source }, hint });
}

/** Adds a place to an error that has none. */
export function locateErrors<T>(body: () => T, locate: (error: UserError) => Location | undefined): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof UserError) || error.details.location) throw error;
    const location = locate(error);
    throw location ? error.with({ location }) : error;
  }
}

// How texts name settings.

/**
 * Replaces each dash of an option in texts that no face (command line, library) has written yet. Unicode reserves this
 * sign for a program's own use (a noncharacter), so no other text contains it. It is as wide as a dash, so lines that
 * are already wrapped stay right.
 */
const MARK = "\uFDD0";

const MARKED = new RegExp(`${MARK}${MARK}([a-z][a-z\\d-]*)(?:${MARK}([\\w-]+))?`, "g");

/**
 * Returns the marked name of a setting. A face later writes it as `--window-right` (command line) or windowRight
 * (script). With a value it becomes `--transpose key` or `transpose: "key"`.
 */
export const setting = (name: string, value?: string): string =>
  `${MARK}${MARK}${kebab(name)}${value === undefined ? "" : MARK + value}`;

/** Returns the result of `work`. Its errors are about a setting as a whole. */
export const inSetting = <Result>(name: string, work: () => Result): Result =>
  locateErrors(work, () => ({ source: setting(name) }));

/** Writes settings with their values for a hint: `--causal --heads 2`. */
export const settingsText = (settings: Readonly<Record<string, unknown>>): string =>
  Object.entries(settings)
    .map(([name, value]) => (value === true ? setting(name) : `${setting(name)} ${value}`))
    .join(" ");

/** Returns the option of a setting: `--past-key` for `pastKey`. */
export const optionOf = (name: string): string => `--${kebab(name)}`;

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** How a face writes the settings in a text. */
export type Spelling = (text: string) => string;

/** Writes the settings in a text as command-line options. */
export const withOptions: Spelling = (text) =>
  text.includes(MARK)
    ? text.replace(MARKED, (_, name: string, value = "") => `--${name} ${value}`.trimEnd())
    : text;

/** Writes the settings in a text as keys of a script. */
export const withKeys: Spelling = (text) =>
  text.replace(MARKED, (_, name: string, value?: string) => {
    const key = name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
    return value === undefined ? key : `${key}: "${value}"`;
  });

/** Rewrites an error in the words of a face. Anything except a UserError stays unchanged. */
export function spelledError(error: unknown, spell: Spelling): unknown {
  if (!(error instanceof UserError)) return error;
  const { hint, location, drawing } = error.details;
  return new UserError(error.code, spell(error.message), {
    ...error.details,
    ...(hint !== undefined && { hint: spell(hint) }),
    ...(drawing !== undefined && { drawing: spell(drawing) }),
    ...(location && { location: { ...location, source: spell(location.source) } }),
  });
}
