/** A problem as text: what its fields hold, and what an address carries. */
export interface ProblemText {
  readonly command: string;
  /** Matrices by name, a row a line. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  /** Names of rows, with blanks between them or as JSON. */
  readonly tokens: string;
}

/** What a page needs on which a problem can be changed. */
export interface Editable {
  readonly problem: ProblemText;
  readonly program: PackedProgram;
  /** Conventions that a command has, in the order of the fields. */
  readonly controls: readonly Control[];
}

/** A convention as a field: a mark to set, a choice, or a text. */
export interface Control {
  readonly name: string;
  readonly label: string;
  readonly kind: "mark" | "text" | { readonly choices: readonly string[] };
  /** What holds where nothing is typed. */
  readonly usual?: string;
}

/** A program of a page: its text, compressed and written as base64, and the hash by which the page's policy allows it. */
export interface PackedProgram {
  readonly hash: string;
  readonly packed: string;
}
