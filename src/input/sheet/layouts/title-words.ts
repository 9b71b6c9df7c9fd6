/** What the words in a cell may be. */
export interface TitleWords {
  /** Whether they name a step, perhaps with its head. */
  readonly isStep: (cell: string) => boolean;
  /** Whether they are the number of a head, and nothing else. */
  readonly isHead: (cell: string) => boolean;
}
