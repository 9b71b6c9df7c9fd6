import type { Trace } from "../trace/trace.js";
import type { Sheet } from "./answers.js";

/** Another way to work that is as right: its weights and output are the same. */
export interface Way {
  readonly id: string;
  /** Said to the student. */
  readonly text: string;
  /** Whether a number of each row is taken from the sheet: it fits one cell of a row by itself. */
  readonly isFitted?: true;
  apply(trace: Trace, sheet: Sheet): readonly Trace[];
}
