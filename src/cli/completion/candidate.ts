/** A word that may stand under the cursor. One that ends in `[`, `,` or `=` goes on. */
export interface Candidate {
  readonly word: string;
  /** What it is, for shells that show it. */
  readonly help?: string;
}

/** What may stand under the cursor. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Whether names of files may stand there, too: those the shell knows. */
  readonly takesFiles?: boolean;
}

export const wordsAlone = (words: Iterable<string>): readonly Candidate[] =>
  Array.from(words, (word) => ({ word }));
