/** A problem as text: the content of its fields, and of an address. */
export interface ProblemText {
  readonly command: string;
  /** Matrices by name, one row per line. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  /** Names of rows, separated by blanks or as JSON. */
  readonly tokens: string;
}

/** What a page needs so that its problem can be changed. */
export interface Editable {
  readonly problem: ProblemText;
  readonly program: PackedProgram;
  /** The conventions of a command, in the order of the fields. */
  readonly controls: readonly Control[];
}

/** A convention as a field: a checkbox, a choice, or a text. */
export interface Control {
  readonly name: string;
  readonly label: string;
  readonly kind: "mark" | "text" | { readonly choices: readonly string[] };
  /** The default when nothing is typed. */
  readonly usual?: string | undefined;
}

/**
 * The program of a page: its text, compressed and written as base64, and the hash with which the page's policy allows
 * it.
 */
export interface PackedProgram {
  readonly hash: string;
  readonly packed: string;
}
