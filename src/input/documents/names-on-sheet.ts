/** The names of all rows of a matrix, and of all columns. */
export interface NamesOnSheet {
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
}
