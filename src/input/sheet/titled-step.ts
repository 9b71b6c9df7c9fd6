/** A step that a title over rows may mean: its key, the shape of its table, and the key of the sums of its rows. */
export interface TitledStep {
  readonly key: string;
  /** Unknown for a step that only another way of working has. */
  readonly shape?: { readonly rows: number; readonly cols: number };
  /** The step that a column Σ beside this table answers. */
  readonly sums?: string;
}

/** What a run knows of the words on a sheet; `check/step-titles.ts` makes one of a Trace. */
export interface StepTitles {
  /**
   * The steps that a title may mean, in a scope such as "head 0", or "". Several: it can be meant in several ways. A formula
   * that a run printed behind it tells steps of one title apart.
   */
  find(title: string, scope: string, formula?: string): readonly TitledStep[];
  /** The step whose name a word is nearly. */
  near(title: string): string | undefined;
  /** Names of queries and keys. */
  readonly labels: ReadonlySet<string>;
  /** How many heads there are; 0 without. */
  readonly heads: number;
}

/** What the words in a cell may be. */
export interface TitleWords {
  /** Whether they name a step, perhaps with its head. */
  readonly isStep: (cell: string) => boolean;
  /** Whether they are the number of a head, and nothing else. */
  readonly isHead: (cell: string) => boolean;
}
