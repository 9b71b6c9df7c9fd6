/** What runs along the rows or the columns of a step, and the names of its positions where there are any. */
export interface Axis {
  readonly name: string;
  readonly labels?: readonly string[] | undefined;
  /** Where its first position stands in the whole, when it is a part (one query of many). Default 0. */
  readonly first?: number;
}
